/** What an operation is asked for, said in the operation itself: `@purpose(is: "marketing")`. */
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startExplainer } from '../gateway/engine/explain.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { type AgreedMesh, startAgreedMesh } from './agreed-mesh.ts';
import { planningHere } from './federation/graph.ts';
import { until } from './mesh.ts';
import { startRegistryMesh } from './registry/mesh-with-registry.ts';
import { subscribe, withLink } from './streaming-gateway.ts';
import { ask } from './subgraph.ts';

const policies = `
@id("for-marketing") permit (principal, action == Weft::Action::"read", resource)
when { context has purpose && context.purpose == Weft::Purpose::"marketing" && resource.categories.contains("name") };`;

let mesh: AgreedMesh;
beforeAll(async () => {
  mesh = await startAgreedMesh({ devPrincipals: true }, policies);
});
afterAll(() => mesh[Symbol.asyncDispose]());

const name = (purpose: string) => `query Named ${purpose} { customer { name } }`;
const asked = (query: string, header?: string) => mesh.query('dev-analyst', header, query);
const shown = { customer: { name: 'Ada' } };
const hidden = { customer: { name: null } };

describe('the purpose of an operation', () => {
  test('decides as that of the header does', async () => {
    expect((await asked(name('@purpose(is: "marketing")'))).data).toEqual(shown);
    expect((await asked(name('@purpose(is: "research")'))).data).toEqual(hidden);
    expect((await asked(name(''), 'marketing')).data).toEqual(shown);
    expect((await asked(name(''))).data).toEqual(hidden);
  });

  test('is of each operation of a document by itself', async () => {
    const document = `query One @purpose(is: "marketing") { customer { name } } query Two { customer { name } }`;
    const headers = { authorization: 'Bearer dev-analyst', 'content-type': 'application/json' };
    const of = async (operationName: string) => {
      const body = JSON.stringify({ query: document, operationName });
      const response = await fetch(`${mesh.gateway.url}/graphql`, { method: 'POST', headers, body });
      return ((await response.json()) as any).data;
    };
    expect([await of('One'), await of('Two'), await of('One')]).toEqual([shown, hidden, shown]);
  });

  test('may be a variable', async () => {
    const query = 'query ($for: String! = "research") @purpose(is: $for) { customer { name } }';
    const headers = { authorization: 'Bearer dev-analyst' };
    const of = (variables: Record<string, unknown>) =>
      ask(`${mesh.gateway.url}/graphql`, query, variables, undefined, headers);
    expect((await of({ for: 'marketing' })).data).toEqual(shown);
    expect((await of({})).data).toEqual(hidden);
    expect((await of({ for: 'marketing' })).data).toEqual(shown);
    expect((await of({ for: ['marketing'] })).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  test('is that of the header, or the request is refused', async () => {
    expect((await asked(name('@purpose(is: "marketing")'), 'marketing')).data).toEqual(shown);
    const { data, errors } = await asked(name('@purpose(is: "marketing")'), 'research');
    expect([data, errors]).toMatchObject([undefined, [{ extensions: { code: 'PURPOSE_AMBIGUOUS' } }]]);
    for (const client of ['sse', 'ws'] as const) {
      const stream = subscribe(mesh.gateway, client, 'subscription @purpose(is: "marketing") { renamed { name } }', {
        headers: { authorization: 'Bearer dev-analyst', 'weft-purpose': 'research' },
      });
      expect(await stream.rest()).toMatchObject([{ errors: [{ extensions: { code: 'PURPOSE_AMBIGUOUS' } }] }]);
    }
  });

  test('that the mesh does not know is none, and the denial says so', async () => {
    const { data, errors } = await asked(name('@purpose(is: "marketting")'));
    expect(data).toEqual(hidden);
    expect(errors).toMatchObject([{ message: expect.stringContaining('none that the mesh knows was stated') }]);
  });

  test('decides what is deferred', async () => {
    const response = await fetch(`${mesh.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ authorization: 'Bearer dev-analyst', 'content-type': 'application/json' },
        accept: 'multipart/mixed; deferSpec=20220824',
      },
      body: JSON.stringify({ query: 'query @purpose(is: "marketing") { customer { id ... @defer { name } } }' }),
    });
    const text = await response.text();
    expect(text).toContain('"name":"Ada"');
    expect(response.headers.get('content-type')).toContain('multipart/mixed');
  });

  test.each(['sse', 'ws'] as const)('decides what a subscription shows, over %s', async (client) => {
    const headers = { authorization: 'Bearer dev-analyst' };
    const streams = ['marketing', 'research'].map((purpose) =>
      subscribe(mesh.gateway, client, `subscription @purpose(is: "${purpose}") { renamed { name } }`, { headers }),
    );
    const answers = Promise.all(streams.map((stream) => stream.next()));
    let isThere = false;
    void answers.finally(() => (isThere = true));
    await until(async () => {
      await mesh.publish({ id: 'c1', name: 'Grace' });
      return isThere;
    });
    expect((await answers).map(({ data }) => data)).toEqual([
      { renamed: { name: 'Grace' } },
      { renamed: { name: null } },
    ]);
    for (const stream of streams) await stream.leave();
  });

  test('is seen by who introspects, stands at operations only, and once', async () => {
    const { data } = await asked('{ __schema { directives { name locations args { name type { kind } } } } }');
    expect(data.__schema.directives).toContainEqual({
      ...{ name: 'purpose', locations: ['QUERY', 'MUTATION', 'SUBSCRIPTION'] },
      args: [{ name: 'is', type: { kind: 'NON_NULL' } }],
    });
    for (const query of [
      '{ customer @purpose(is: "marketing") { name } }',
      'query @purpose(is: "marketing") @purpose(is: "research") { customer { name } }',
      'query @purpose { customer { name } }',
      'query @purpose(is: 1) { customer { name } }',
    ]) {
      expect([query, (await asked(query)).errors?.[0]?.extensions?.code]).toEqual([query, 'GRAPHQL_VALIDATION_FAILED']);
    }
  });
});

test('without policies no such directive is known', async () => {
  await using open = await startRegistryMesh();
  const { errors } = await open.query('query @purpose(is: "marketing") { orders { total } }');
  expect(errors).toMatchObject([
    { message: expect.stringContaining('@purpose'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ]);
});

test('it reaches neither a plan nor a subgraph', async () => {
  const sdl = withLink('type Query { one(n: Int): Int }');
  const composed = composeWithApollo([{ name: 'a', url: 'http://127.0.0.1:9', sdl }]);
  if (!('supergraphSdl' in composed)) throw new Error(JSON.stringify(composed.issues));
  const explainer = await startExplainer(planningHere(), composed.supergraphSdl);
  const explained = (directive: string) => {
    const document = parse(
      `query ($n: Int${directive.includes('$for') ? ', $for: String! = "x"' : ''}) ${directive} { one(n: $n) }`,
    );
    if (directive !== '') expect(validate(explainer.schema, document)).toEqual([]);
    return explainer.explain(document, {});
  };
  const without = await explained('');
  expect(JSON.stringify(without)).toContain('one(n:');
  expect(await explained('@purpose(is: $for)')).toEqual(without);
  expect(await explained('@purpose(is: "study")')).toEqual(without);
  await explainer.close();
});
