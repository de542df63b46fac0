/** The graph as the registry gives it: at the paths of Hive's CDN, to who waits, and by Apollo's Uplink. */
import { once } from 'node:events';
import { request } from 'node:http';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../gateway/engine/digest.ts';
import { readArtefact } from '../gateway/registry/delivery/read-artefact.ts';
import { until } from './mesh.ts';
import { artefactOf, openRegistryDoor, orders, people, type RegistryDoor } from './registry-door.ts';
import { ask } from './subgraph.ts';

const here = 'http://127.0.0.1:9/graphql';
const first = artefactOf(1);
const second = artefactOf(2, [people(here), orders(here)]);
const token = { 'x-hive-cdn-key': 'reads' };

const get = (registry: RegistryDoor, kind: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${registry.url}/artifacts/v1/weft/${kind}`, { method, headers: { ...token, ...headers } });

describe("at the paths of Hive's CDN", () => {
  test('each form of the graph is there, and says which version it is of', async () => {
    await using registry = await openRegistryDoor(second);
    const supergraph = await get(registry, 'supergraph');
    expect(await supergraph.text()).toBe(second.supergraphSdl);
    expect(supergraph.headers.get('x-hive-schema-version-id')).toBe('2');
    expect(supergraph.headers.get('repr-digest')).toBe(`sha-256=:${digestOf(second.supergraphSdl, 'base64')}:`);

    const fields = buildSchema(await (await get(registry, 'sdl')).text())
      .getType('Person')
      ?.toConfig() as any;
    expect(Object.keys(fields.fields)).toEqual(['id', 'spent', 'name']); // Without what is @inaccessible.

    const services = await (await get(registry, 'services')).json();
    expect(services).toEqual([people(here), orders(here)]);
    expect(await (await get(registry, 'metadata')).json()).toMatchObject({
      id: '2',
      digest: second.digest,
      composedAt: second.composedAt,
      subgraphs: [{ name: 'people', url: here, files: [{ path: 'people.odcs.yaml' }] }, { name: 'orders' }],
    });
    expect(readArtefact(await (await get(registry, 'bundle')).text(), 'The bundle')).toEqual(second);
  });

  test.each(['supergraph', 'sdl', 'services', 'metadata', 'bundle'])(
    '%s is not sent again to whoever has it',
    async (kind) => {
      await using registry = await openRegistryDoor(first);
      const etag = (await get(registry, kind)).headers.get('etag') ?? '';
      for (const known of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
        const again = await get(registry, kind, { 'if-none-match': known });
        expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
      }
      registry.hold(second);
      expect((await get(registry, kind, { 'if-none-match': etag })).status).toBe(200);
    },
  );

  test('a version that leaves the supergraph as it is makes nobody fetch it again', async () => {
    await using registry = await openRegistryDoor(first);
    const etag = (await get(registry, 'supergraph')).headers.get('etag') ?? '';
    registry.hold({ ...first, id: '2' });
    const again = await get(registry, 'supergraph', { 'if-none-match': etag });
    expect([again.status, again.headers.get('x-hive-schema-version-id')]).toEqual([304, '2']);
  });

  test('HEAD says what GET would', async () => {
    await using registry = await openRegistryDoor(first);
    const [whole, head] = [await get(registry, 'bundle'), await get(registry, 'bundle', {}, 'HEAD')];
    for (const name of ['etag', 'content-length', 'content-type', 'repr-digest']) {
      expect(head.headers.get(name)).toBe(whole.headers.get(name));
    }
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each([
    ['without a token', '/artifacts/v1/weft/supergraph', {}, 401, 'TOKEN_MISSING'],
    ['with a wrong one', '/artifacts/v1/weft/supergraph', { 'x-hive-cdn-key': 'x' }, 401, 'TOKEN_MISSING'],
    [
      'with one for something else',
      '/artifacts/v1/weft/sdl',
      { authorization: 'Bearer writes' },
      403,
      'TOKEN_NOT_ENOUGH',
    ],
    ['of another graph', '/artifacts/v1/loom/supergraph', token, 404, 'NOT_FOUND'],
    ['in another form', '/artifacts/v1/weft/toString', token, 404, 'NOT_FOUND'],
    ['of another graph, without a token', '/artifacts/v1/loom/supergraph', {}, 401, 'TOKEN_MISSING'],
  ])('%s, nothing is given', async (_, path, headers, status, code) => {
    await using registry = await openRegistryDoor(first);
    const response = await fetch(registry.url + path, { headers: headers as Record<string, string> });
    expect(response.status).toBe(status);
    expect(((await response.json()) as any).errors[0].extensions.code).toBe(code);
  });

  test('a bearer token will do', async () => {
    await using registry = await openRegistryDoor(first);
    const url = `${registry.url}/artifacts/v1/weft/supergraph`;
    expect((await fetch(url, { headers: { authorization: 'Bearer reads' } })).status).toBe(200);
  });

  test('before anything is published, the registry says when to ask again', async () => {
    await using registry = await openRegistryDoor();
    const response = await get(registry, 'supergraph');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(((await response.json()) as any).errors[0].extensions.code).toBe('NOTHING_PUBLISHED');
  });
});

describe('who waits at the registry', () => {
  const waiting: readonly [string, string, Record<string, string>][] = [
    ['by Prefer', '', { prefer: 'respond-async, wait=30' }],
    ['by the query', '?wait=30', {}],
  ];

  test.each(waiting)('%s gets the next version when it is published', async (_, query, headers) => {
    await using registry = await openRegistryDoor(first);
    const etag = (await get(registry, 'supergraph')).headers.get('etag') ?? '';
    const next = get(registry, `supergraph${query}`, { ...headers, 'if-none-match': etag });
    await until(() => registry.asked.length === 2);
    registry.hold({ ...first, id: '2' }); // The supergraph is the same: no news.
    registry.hold({ ...second, id: '3' });
    const response = await next;
    expect(response.headers.get('preference-applied')).toBe('wait=30');
    expect(await response.text()).toBe(second.supergraphSdl);
  });

  test('gets the first version when it is published', async () => {
    await using registry = await openRegistryDoor();
    const next = get(registry, 'supergraph?wait=30');
    await until(() => registry.asked.length === 1);
    registry.hold(first);
    expect(await (await next).text()).toBe(first.supergraphSdl);
  });

  test('is told that nothing has changed when the time is up, and waits no longer than the registry lets it', async () => {
    await using registry = await openRegistryDoor(first, { longestWaitSeconds: 1 });
    const etag = (await get(registry, 'sdl')).headers.get('etag') ?? '';
    const response = await get(registry, 'sdl', { prefer: 'wait=99999', 'if-none-match': etag });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([304, 'wait=1']);
  });

  test('is answered at once where too many wait', async () => {
    await using registry = await openRegistryDoor(first, { mostWaiting: 1 });
    const etag = (await get(registry, 'sdl')).headers.get('etag') ?? '';
    const waits = get(registry, 'sdl?wait=30', { 'if-none-match': etag });
    await until(() => registry.asked.length === 2);
    expect((await get(registry, 'sdl?wait=30', { 'if-none-match': etag })).status).toBe(304);
    registry.hold(second);
    expect((await waits).status).toBe(200);
  });

  test('is answered at once when the registry stops', async () => {
    const registry = await openRegistryDoor(first);
    const etag = (await get(registry, 'sdl')).headers.get('etag') ?? '';
    const waits = get(registry, 'sdl?wait=30', { 'if-none-match': etag });
    await until(() => registry.asked.length === 2);
    await Promise.all([registry.close(), waits]);
    expect((await waits).status).toBe(304);
  });

  test('and leaves, is forgotten', async () => {
    let waiting = 0;
    const artefacts = {
      current: () => first,
      changed: async (_: unknown, signal: AbortSignal) => {
        waiting += 1;
        await once(signal, 'abort');
        waiting -= 1;
      },
    };
    await using registry = await openRegistryDoor(undefined, { artefacts });
    const etag = (await get(registry, 'sdl')).headers.get('etag') ?? '';
    const headers = { ...token, 'if-none-match': etag };
    const client = request(`${registry.url}/artifacts/v1/weft/sdl?wait=30`, { headers }).end();
    client.on('error', () => {});
    await until(() => waiting === 1);
    client.destroy();
    await until(() => waiting === 0);
    expect(registry.log).toEqual([]);
  });
});

describe("by Apollo's Uplink", () => {
  const variables = { ref: 'weft', key: 'reads' };

  test('whatever the client calls its fields, it gets the graph, and only when that has changed', async () => {
    await using registry = await openRegistryDoor(first, { pollSeconds: 7 });
    const query = `query ($ref: String!, $key: String!, $after: ID) {
      mine: routerConfig(ref: $ref, apiKey: $key, ifAfterId: $after) {
        kind: __typename
        ... on RouterConfigResult { version: id text: supergraphSDL minDelaySeconds messages { level body } }
        ... on Unchanged { id minDelaySeconds }
      }
    }`;
    const { data } = await ask(`${registry.url}/uplink`, query, variables);
    const { version, ...rest } = data.mine;
    const text = first.supergraphSdl;
    expect(rest).toEqual({ kind: 'RouterConfigResult', text, minDelaySeconds: 7, messages: [] });
    const again = async () => (await ask(`${registry.url}/uplink`, query, { ...variables, after: version })).data.mine;
    expect(await again()).toEqual({ kind: 'Unchanged', id: version, minDelaySeconds: 7 });
    registry.hold(second);
    expect(await again()).toMatchObject({ kind: 'RouterConfigResult', text: second.supergraphSdl });
  });

  test('a router gets no entitlement and no persisted queries, and is told so once', async () => {
    await using registry = await openRegistryDoor(first);
    const query = `query ($ref: String!, $key: String!, $after: ID) {
      routerEntitlements(ref: $ref, apiKey: $key, ifAfterId: $after) {
        __typename ... on RouterEntitlementsResult { id entitlement { jwt } } ... on Unchanged { id }
      }
      persistedQueries(ref: $ref, apiKey: $key, ifAfterId: $after) {
        __typename ... on PersistedQueriesResult { id chunks { id urls } } ... on Unchanged { id }
      }
    }`;
    const { data } = await ask(`${registry.url}/uplink`, query, variables);
    expect(data.routerEntitlements).toEqual({ __typename: 'RouterEntitlementsResult', id: 'none', entitlement: null });
    expect(data.persistedQueries).toEqual({ __typename: 'PersistedQueriesResult', id: 'none', chunks: null });
    const again = await ask(`${registry.url}/uplink`, query, { ...variables, after: 'none' });
    expect(again.data.routerEntitlements).toEqual({ __typename: 'Unchanged', id: 'none' });
    expect(again.data.persistedQueries).toEqual({ __typename: 'Unchanged', id: 'none' });
  });

  test.each([
    [{ key: 'nonsense' }, 'AUTHENTICATION_FAILED'],
    [{ key: 'service:weft:writes' }, 'ACCESS_DENIED'],
    [{ ref: 'loom@current' }, 'UNKNOWN_REF'],
    [{ ref: 'weft@staging' }, 'UNKNOWN_REF'],
    [{}, 'RETRY_LATER'], // Nothing is published.
  ])('%j is told %s', async (given, code) => {
    await using registry = await openRegistryDoor();
    const query =
      'query ($ref: String!, $key: String!) { routerConfig(ref: $ref, apiKey: $key) { ... on FetchError { code message minDelaySeconds } } }';
    const { data } = await ask(`${registry.url}/uplink`, query, { ...variables, ...given });
    expect(data.routerConfig).toEqual({ code, message: expect.stringMatching(/\.$/), minDelaySeconds: 10 });
  });

  test('what is no question for it is refused, also one that would multiply the supergraph', async () => {
    await using registry = await openRegistryDoor(first);
    const copies = Array.from({ length: 60 }, (_, at) => `a${at}: supergraphSDL`).join(' ');
    for (const query of [
      '{',
      '{ nothing }',
      `{ routerConfig(ref: "weft", apiKey: "reads") { ... on RouterConfigResult { ${copies} } } }`,
    ]) {
      const { status, data, errors } = await ask(`${registry.url}/uplink`, query);
      expect([status, data, errors?.length]).toEqual([400, undefined, 1]);
    }
    const send = (body: string) =>
      fetch(`${registry.url}/uplink`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await send('[]')).status).toBe(400);
  });
});
