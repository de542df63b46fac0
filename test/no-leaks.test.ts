/** A value that may not be read is not read on any of the ways that federation has to it, nor while something changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { claimedContext } from '../subgraphs/kit/contract/signed-context.ts';
import { rowFiltersLink, schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { makeMesh, root, until } from './mesh.ts';
import { subscribe } from './streaming-gateway.ts';
import { ask, startSubgraph } from './subgraph.ts';

const head = schemaHead.replace(
  '"@key", ',
  '"@key", "@external", "@requires", "@provides", "@override", "@interfaceObject", ',
);
const secret = (of: string) => `secret-${of}`;
const person = (id: string) => ({
  ...{ __typename: 'Person', id, mail: secret(`mail-${id}`), phone: secret(`phone-${id}`), segment: 'Consumer' },
  boss: () => (id === 'p1' ? person('p2') : null),
});

const parts = {
  people: {
    sdl: `${head}
      type Query { people: [Person] someone: Someone any: [Any] teapots: String }
      union Any = Person | Robot
      interface Someone @key(fields: "id") { id: ID! mail: String }
      type Person implements Someone @key(fields: "id") {
        id: ID!
        mail: String @shareable @classified(level: "confidential", categories: ["contact"])
        phone: String @classified(level: "confidential", categories: ["contact"])
        segment: String @classified(level: "internal")
        boss: Person
      }
      type Robot implements Someone @key(fields: "id") { id: ID! mail: String }`,
    resolvers: {
      Query: {
        people: () => [person('p1'), person('p2')],
        someone: () => person('p1'),
        any: () => [person('p1'), { __typename: 'Robot', id: 'r1', mail: 'of a robot' }],
        teapots: () => secret('teapot'),
      },
      Person: { __resolveReference: ({ id }: { id: string }) => person(id) },
      Robot: { __resolveReference: ({ id }: { id: string }) => ({ id, mail: 'of a robot' }) },
      Someone: { __resolveReference: ({ id }: { id: string }) => person(id) },
    },
  },
  reviews: {
    sdl: `${head}
      type Query { reviews: [Review] }
      type Review { author: Person @provides(fields: "mail") }
      type Person @key(fields: "id") { id: ID! mail: String @external greeting: String @requires(fields: "mail") }`,
    resolvers: {
      Query: { reviews: () => [{ author: { id: 'p1', mail: secret('provided') } }] },
      Person: { greeting: ({ mail }: { mail: string }) => `Dear ${mail}` },
    },
  },
  calls: {
    sdl: `${head}
      type Query { calls: Int }
      type Person @key(fields: "id") {
        id: ID!
        phone: String @override(from: "people", label: "percent(50)") @classified(level: "public")
        greeting: String @external
        salutation: String @requires(fields: "greeting")
      }`,
    resolvers: {
      Query: { calls: () => 1 },
      Person: { phone: () => secret('moved'), salutation: ({ greeting }: { greeting: string }) => `${greeting}!` },
    },
  },
  notes: {
    sdl: `${head}
      type Someone @key(fields: "id") @interfaceObject { id: ID! note: String @classified(level: "confidential") }`,
    resolvers: { Someone: { note: () => secret('note') } },
  },
};

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

type Parts = Readonly<Record<string, { readonly sdl: string; readonly resolvers: Record<string, any> }>>;

/** A gateway with the access policies of this repository, for people who have to show who they are. */
async function start(of: Parts, settings: Record<string, unknown> = {}) {
  const subgraphs: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  for (const [name, { sdl, resolvers }] of Object.entries(of)) {
    const { url, close } = await startSubgraph(sdl, { resolvers });
    open.push(close);
    files[`${name}.graphql`] = sdl;
    subgraphs[name] = { routing_url: url, schema: { file: `./${name}.graphql` } };
  }
  for (const name of ['access.cedar', 'purposes.yaml'])
    files[`access/${name}`] = readFileSync(join(root, 'gateway/policies', name), 'utf8');
  const mesh = makeMesh({ ...files, 'supergraph.yaml': JSON.stringify({ subgraphs }) });
  open.push(() => mesh[Symbol.asyncDispose]());
  const given = {
    ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, devPrincipals: true },
    ...{ accessPolicies: join(mesh.dir, 'access'), maxLagMs: 600_000, ...settings },
  };
  const log: string[] = [];
  const gateway = await startGateway(readConfig({}, given), (line) => log.push(line));
  open.push(() => gateway.close());
  expect(log.filter((line) => / error /.test(line))).toEqual([]);
  return {
    ...{ gateway, mesh },
    ask: (who: string | undefined, query: string) =>
      ask(`${gateway.url}/graphql`, query, {}, undefined, who ? { authorization: `Bearer dev-${who}` } : {}),
  };
}

describe('what is classified is denied', () => {
  test.each([
    ['asked of its owner', '{ people { mail phone } }', 3],
    ['provided by another subgraph on a way to it', '{ reviews { author { mail } } }', 1],
    ['of an entity, on a way through two subgraphs', '{ reviews { author { boss { mail phone } } } }', 2],
    ['computed from', '{ reviews { author { greeting } } }', 1],
    ['computed from what was computed from it', '{ people { salutation } }', 2],
    ['of an object behind an interface', '{ someone { mail note } }', 2],
    ['of a member of a union', '{ any { ... on Someone { mail } ... on Person { x: phone } } }', 2],
    ['moved by percent to who calls it public', '{ reviews { author { phone } } people { phone } }', 2],
  ])('%s', async (_, query, least) => {
    const mesh = await start(parts);
    for (let times = 0; times < 5; times++) {
      for (const who of [undefined, 'analyst', 'marketer']) {
        const { data, errors } = await mesh.ask(who, query);
        expect([who, JSON.stringify([data, errors])]).toEqual([who, expect.not.stringContaining('secret-')]);
        expect(errors?.map(({ extensions }) => extensions.code)).toContain('ACCESS_DENIED');
      }
      const seen = JSON.stringify((await mesh.ask('officer', query)).data).match(/secret-/g) ?? [];
      expect(seen.length).toBeGreaterThanOrEqual(least);
    }
  });

  test('where it is moved by percent, at whichever of the two it is asked', async () => {
    const mesh = await start(parts);
    const shown = new Set<string>();
    await until(async () => {
      expect((await mesh.ask('analyst', '{ people { phone } }')).data.people).toEqual([
        { phone: null },
        { phone: null },
      ]);
      shown.add((await mesh.ask('officer', '{ people { phone } }')).data.people[0].phone);
      return shown.size === 2;
    });
  });
});

test('what is said of the schema, and of mistakes in an operation, says nothing of the data', async () => {
  const mesh = await start(parts);
  const said = [
    '{ __schema { types { name fields { name description } possibleTypes { name } enumValues { name } } } }',
    '{ __type(name: "Person") { fields { name args { defaultValue } } } people { segment } }',
    '{ people { mial } }',
    '{ people(mail: "x") { id } }',
    '{ teapot }',
  ];
  for (const query of said) {
    expect((await mesh.ask('officer', '{ people { mail } teapots }')).data.teapots).toBe(secret('teapot'));
    expect(JSON.stringify(await mesh.ask('analyst', query))).not.toContain('secret-');
  }
});

test('a thousand equal questions at once, of people who may read different things, are answered to each by what it may', async () => {
  const mesh = await start(parts, { shareEqualFetches: true, shareEqualQueries: true });
  const query = '{ people { mail segment } }';
  const people = ['officer', 'analyst', undefined, 'marketer'];
  const mine = new Map<string | undefined, Set<string>>();
  for (let wave = 0; wave < 4; wave++) {
    const asking = Array.from({ length: 250 }, async (_, at) => {
      const who = people[(at + wave) % people.length];
      const { data } = await mesh.ask(who, query);
      mine.set(who, (mine.get(who) ?? new Set()).add(JSON.stringify(data.people[0])));
    });
    await Promise.all(asking);
  }
  const [officer, ...others] = people.map((who) => [...(mine.get(who) ?? [])]);
  expect(officer).toEqual(['{"mail":"secret-mail-p1","segment":"Consumer"}']);
  const colleague = ['{"mail":null,"segment":"Consumer"}'];
  expect(others).toEqual([colleague, ['{"mail":null,"segment":null}'], colleague]);
});

describe('policies that change', () => {
  /** Whoever asks may read the first field or the second one, never both. */
  const only = (rank: number) =>
    `@id("only") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 || resource.rank == ${rank} };`;
  const sdl = `${head}
    type Query { thing: Thing }
    type Thing @key(fields: "id") { id: ID! first: String @classified(level: "internal") second: String @classified(level: "confidential") }`;
  const later = `${head}
    type Query { laters: Int }
    type Thing @key(fields: "id") { id: ID! third: String @classified(level: "confidential") }`;

  test('while a request waits for a subgraph hold from the next one on: it is answered by those that it began with', async () => {
    const waiting: (() => void)[] = [];
    const thing = () => new Promise((resolve) => waiting.push(() => resolve({ id: 't', first: 'one', second: 'two' })));
    const third = { Thing: { third: () => 'three' } };
    const mesh = await start({
      things: { sdl, resolvers: { Query: { thing } } },
      laters: { sdl: later, resolvers: third },
    });
    const change = async (rank: number) => {
      mesh.mesh.write({ 'access/access.cedar': only(rank) });
      expect(await mesh.gateway.reload()).toMatchObject({ changed: true });
    };
    const query = '{ thing { first second third } }';
    const answerOf = async (during: () => Promise<void>) => {
      const asked = mesh.ask('analyst', query);
      await until(() => waiting.length > 0);
      await during();
      waiting.splice(0).forEach((answer) => void answer());
      return (await asked).data.thing;
    };
    await change(2);
    const begun = { first: null, second: 'two', third: 'three' };
    const after = { first: 'one', second: null, third: null };
    expect(await answerOf(async () => {})).toEqual(begun);
    expect(await answerOf(() => change(1))).toEqual(begun);
    expect(await answerOf(async () => {})).toEqual(after);
    // What was made ready for one version of the policies is not used by the next.
    expect(await answerOf(() => change(2))).toEqual(after);
    expect(await answerOf(async () => {})).toEqual(begun);
  });
});

const contract = `apiVersion: v3.1.0
kind: DataContract
id: care.customers.contract
version: 1.0.0
status: active
schema:
  - name: customers
    properties: [{ name: id, logicalType: string, primaryKey: true, required: true }, { name: segment, logicalType: string, required: true }]
`;
const product = `apiVersion: v1.0.0
kind: DataProduct
id: care.customers
version: 1.0.0
status: active
outputPorts: [{ name: rows, version: 1.0.0, contractId: care.customers.contract }]
team: { name: Customer Care }
`;

test('a stream is asked for the rows that whoever subscribes may read, and anew where these change', async () => {
  const sdl = `${head}${rowFiltersLink}
    type Query { customer: Customer }
    type Subscription { renamed: Customer }
    type Customer @key(fields: "id") { id: ID! segment: String }`;
  const care = await startEventSubgraph(sdl, 'sse', { Query: { customer: () => null } });
  open.push(() => care.close());
  const rows = (segment: string) =>
    `@id("all") permit (principal, action == Weft::Action::"read", resource);
     @id("rows") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Customer) when { resource.segment == "${segment}" };`;
  const mesh = makeMesh({
    'care/schema.graphql': sdl,
    'care/customers.odcs.yaml': contract,
    'care/customers.odps.yaml': product,
    'access/access.cedar': rows('one'),
    'access/purposes.yaml': 'purposes: { study: { title: Study } }',
    'supergraph.yaml': JSON.stringify({
      subgraphs: { care: { routing_url: care.url, schema: { file: './care/schema.graphql' } } },
    }),
  });
  open.push(() => mesh[Symbol.asyncDispose]());
  const settings = {
    ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, accessPolicies: join(mesh.dir, 'access') },
    ...{ gatewaySecret: 'a secret of the gateway and its domain', subscriptionProtocol: 'sse' as const },
  };
  const gateway = await startGateway(readConfig({}, settings), () => {});
  open.push(() => gateway.close());
  const client = subscribe(gateway, 'sse', 'subscription { renamed { id segment } }');
  const next = client.next();
  await care.publish({ id: 'c1', segment: 'one' });
  expect(await next).toEqual({ data: { renamed: { id: 'c1', segment: 'one' } } });
  const filters = () =>
    care.streamed.map(({ headers }) => claimedContext(String(headers['weft-context']))?.rows?.Customer);
  expect(JSON.stringify(filters())).toContain('"value":"one"');
  mesh.write({ 'access/access.cedar': rows('two') });
  expect(await gateway.reload()).toMatchObject({ changed: true });
  await until(() => care.streamed.length === 2);
  expect(JSON.stringify(filters()[1])).toContain('"value":"two"');
  await client.leave();
});
