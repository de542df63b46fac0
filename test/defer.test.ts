/** `@defer`: what takes longer comes later, and all parts together are the answer that would have come at once. */
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import type { Engine, Patch } from '../gateway/engine/engine.ts';
import { createLiveEngine } from '../gateway/engine/live-engine.ts';
import { type Gateway, startGateway } from '../gateway/main.ts';
import { openDoor } from './door.ts';
import { makeMesh, type TestMesh } from './mesh.ts';
import { ask, startSubgraph } from './subgraph.ts';

const federation =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
const people = [
  { id: '1', name: 'Ann', friends: [{ id: '2' }] },
  { id: '2', name: 'Bob', friends: [{ id: '1' }, { id: '3' }] },
  { id: '3', name: 'Cy', friends: [] },
];
const byId = ({ id }: { id: string }) => people.find((person) => person.id === id);

const names = `${federation} type Query { people: [Person!]! me: Person }
  type Person @key(fields: "id") { id: ID! name: String! friends: [Person!]! }`;
const scores = `${federation} type Person @key(fields: "id") { id: ID! score: Int broken: Int! }`;

let subgraphs: Awaited<ReturnType<typeof startSubgraph>>[];
let mesh: TestMesh;
let gateway: Gateway;

beforeAll(async () => {
  subgraphs = await Promise.all([
    startSubgraph(names, {
      resolvers: {
        Query: { people: () => people, me: () => people[0] },
        Person: {
          __resolveReference: byId,
          name: (person: { id: string }) => byId(person)?.name,
          friends: (person: { id: string }) => byId(person)?.friends,
        },
      },
    }),
    startSubgraph(scores, {
      resolvers: {
        Person: {
          __resolveReference: (person: { id: string }) => person,
          score: ({ id }: { id: string }) => Number(id) * 10,
          broken: () => {
            throw new Error('hunter2');
          },
        },
      },
    }),
  ]);
  const [first, second] = subgraphs;
  mesh = makeMesh({
    'names.graphql': names,
    'scores.graphql': scores,
    'supergraph.yaml': `federation_version: =2.14.4
subgraphs:
  names: { routing_url: '${first?.url}', schema: { file: ./names.graphql } }
  scores: { routing_url: '${second?.url}', schema: { file: ./scores.graphql } }
`,
  });
  gateway = await startGateway(readConfig({}, { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 }), () => {});
});

afterAll(async () => {
  await gateway.close();
  await Promise.all(subgraphs.map((each) => each.close()));
  await mesh[Symbol.asyncDispose]();
});

/** The parts of a multipart answer, and how often the second subgraph had been asked when each came. */
async function parts(query: string, accept: string, variables = {}): Promise<any[]> {
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  });
  expect(answer.headers.get('content-type')).toMatch(/^multipart\/mixed/);
  const text = await answer.text();
  return text
    .split(/\r\n---(?:--)?\r\n|\r\n-----\r\n/)
    .flatMap((part) => part.split('\r\n\r\n').slice(1))
    .map((json) => JSON.parse(json));
}

const older = 'multipart/mixed; deferSpec=20220824, application/json';
const newer = 'multipart/mixed; incrementalSpec=v0.2, application/json';

/** The answer at once, put together again. */
function whole([initial, ...others]: any[]): any {
  for (const { incremental = [] } of others) {
    for (const { path, data } of incremental) {
      const target = path.reduce((value: any, key: string | number) => value[key], initial.data);
      if (data) Object.assign(target, mergeDeep(target, data));
    }
  }
  return initial.data;
}

function mergeDeep(one: any, other: any): any {
  if (Array.isArray(one)) return one.map((element, at) => mergeDeep(element, other[at]));
  if (typeof one !== 'object' || one === null) return other;
  return Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [
      key,
      key in one && key in other ? mergeDeep(one[key], other[key]) : (one[key] ?? other[key]),
    ]),
  );
}

test('what is deferred comes in a part of its own, with its label and where it belongs', async () => {
  const [initial, ...others] = await parts('{ me { name ... @defer(label: "late") { score } } }', older);
  expect(initial).toEqual({ data: { me: { name: 'Ann' } }, hasNext: true });
  expect(others).toEqual([
    { incremental: [{ data: { score: 10 }, path: ['me'], label: 'late' }], hasNext: true },
    { hasNext: false },
  ]);
});

test('the newer form of Incremental Delivery names parts by ids', async () => {
  const [initial, part] = await parts('{ me { name ...Late @defer } } fragment Late on Person { score }', newer);
  expect(initial).toEqual({ data: { me: { name: 'Ann' } }, pending: [], hasNext: true });
  expect(part).toMatchObject({
    pending: [{ id: '0', path: ['me'] }],
    incremental: [{ id: '0', data: { score: 10 } }],
    completed: [{ id: '0' }],
  });
});

test.each([
  '{ people { name ... @defer { score } } }',
  '{ people { ... @defer { name score } id } }',
  '{ people { name friends { id ... @defer { score friends { name } } } } }',
  '{ people { name ... @defer(label: "a") { friends { name ... @defer(label: "b") { score } } } } me { score } }',
  '{ ... @defer { people { name } } me { name } }',
  'query ($late: Boolean!) { me { name ... @defer(if: $late) { score } } }',
])('all parts of %s are the answer at once', async (query) => {
  const variables = query.startsWith('query') ? { late: true } : {};
  const atOnce = await ask(`${gateway.url}/graphql`, query, variables);
  expect(atOnce.errors).toBeUndefined();
  const answered = await parts(query, older, variables);
  expect(answered.length).toBeGreaterThan(1);
  expect(whole(answered)).toEqual(atOnce.data);
});

test('nothing is deferred where the condition says so, or the client takes no parts', async () => {
  const query = 'query ($late: Boolean!) { me { name ... @defer(if: $late) { score } } }';
  const [initial] = await parts(query, older, { late: false });
  expect(initial.data).toEqual({ me: { name: 'Ann', score: 10 } });
  const { data } = await ask(`${gateway.url}/graphql`, query, { late: true });
  expect(data).toEqual({ me: { name: 'Ann', score: 10 } });
});

test('the first part does not wait for a subgraph that only a deferred fragment needs', async () => {
  const before = subgraphs[1]?.asked.length ?? 0;
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: older },
    body: JSON.stringify({ query: '{ people { name ... @defer { score } } }' }),
  });
  await answer.text();
  expect(subgraphs[1]?.asked.length).toBe(before + 1);
});

test('an error of a deferred fragment comes with it, masked and with its path', async () => {
  const [initial, part] = await parts('{ people { name ... @defer { broken } } }', older);
  expect(initial.errors).toBeUndefined();
  expect(part.incremental.map(({ data }: any) => data)).toEqual([null, null, null]);
  expect(part.incremental[1].errors).toMatchObject([
    {
      path: ['people', 1, 'broken'],
      extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'scores', requestId: expect.any(String) },
    },
  ]);
  expect(JSON.stringify(part)).not.toContain('hunter2');
});

describe('while the later parts are made', () => {
  const schema = buildSchema('directive @defer on INLINE_FRAGMENT type Query { name: String  score: Int }');
  const late: Patch = { path: [], data: { score: 10 } };

  /** A door over an engine that makes its later parts as the test says. */
  async function openDeferringDoor(patches: () => AsyncGenerator<readonly Patch[]>) {
    let closed = false;
    const engine: Engine = {
      schema,
      execute: async () => ({ data: {} }),
      executeInParts: async () => ({ initial: { data: { name: 'Ann' } }, patches: patches() }),
      async close() {
        closed = true;
      },
    };
    const graph = createLiveEngine(engine, { patience: () => new Promise(() => {}) });
    const door = await openDoor({ graph });
    const ask = (signal?: AbortSignal) =>
      fetch(`${door.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: older, 'x-request-id': 'r1' },
        body: JSON.stringify({ query: '{ name ... @defer { score } }' }),
        ...(signal && { signal }),
      });
    const next: Engine = { ...engine, schema: buildSchema('type Query { name: String }'), close: async () => {} };
    return { ...door, ask, isClosed: () => closed, swap: () => graph.swap(next) };
  }

  test('a bug is said in the log, under the id of the request', async () => {
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give.
    const door = await openDeferringDoor(async function* () {
      throw new Error('hunter2');
    });
    const answer = await door.ask();
    await expect(answer.text()).rejects.toThrow();
    expect(door.log).toEqual([expect.stringMatching(/^error: Error: hunter2.*\(request r1\)$/)]);
    await door.close();
  });

  test.each(['given', 'left'])('the graph that they are of stays, until they are %s', async (how) => {
    let go = (): void => {};
    const door = await openDeferringDoor(async function* () {
      await new Promise<void>((resolve) => (go = resolve));
      yield [late];
    });
    const leaving = new AbortController();
    const answer = await door.ask(leaving.signal);
    const swapped = door.swap();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(door.isClosed()).toBe(false);
    if (how === 'left') leaving.abort();
    else {
      go();
      expect(await answer.text()).toContain('{"incremental":[{"path":[],"data":{"score":10}}],"hasNext":true}');
    }
    await swapped;
    expect(door.isClosed()).toBe(true);
    go();
    await door.close();
  });
});
