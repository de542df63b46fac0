/** Plans of both planners, what the supergraph says beside, and a planner's process that is slow, stuck or gone. */
import { readdirSync, readFileSync } from 'node:fs';
import { lexicographicSortSchema, parse, printSchema, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApiSchema } from '../gateway/engine/api-schema.ts';
import { createApolloEngine } from '../gateway/engine/apollo.ts';
import { startExplainer } from '../gateway/engine/explain.ts';
import { openGraph } from '../gateway/engine/open-graph.ts';
import { fetchesOf } from '../gateway/engine/plan-nodes.ts';
import { createPlanner } from '../gateway/planner/planner.ts';
import { openPlanning, type PlanningOptions } from '../gateway/planner/planning.ts';
import { apiSchemaOf, compose, planMesh, planSubgraphs } from './plan-mesh.ts';
import { runPlan } from './run-plan.ts';

const nothing = { labels: new Set<string>(), percentage: 100 };
const soon = () => AbortSignal.timeout(60_000);

describe('the graph of a supergraph', () => {
  const sdl = compose({
    one: `
      "The start." type Query { "An a." a(x: Int = 1, hidden: Int @inaccessible): A @deprecated(reason: "Gone.") u: U n: N secret: Int @inaccessible }
      interface N { id: ID! }
      interface M implements N { id: ID! }
      type A implements N & M @key(fields: "id") { id: ID! day: Day @tag(name: "t") kind: Kind f(in: In): Int extra: Int }
      type Hidden implements N @inaccessible { id: ID! }
      union U = A | Hidden
      enum Kind { "Good." GOOD BAD @inaccessible OLD @deprecated }
      input In { a: Int = 3 b: [Int!] hidden: Int @inaccessible }
      scalar Day @specifiedBy(url: "https://example.com/day")
      directive @shown(a: Int) on FIELD`,
    two: `
      type A @key(fields: "id") { id: ID! day: Day @override(from: "one", label: "percent(12.5)") extra: Int @override(from: "one", label: "try") }
      type B implements M & N { id: ID! more: Int }
      interface N { id: ID! } interface M implements N { id: ID! }
      scalar Day
      type Query { b: B ${Array.from({ length: 120 }, (_, at) => `b${at}: Int`).join(' ')} }
      directive @shown(a: Int) on FIELD`,
  });

  test('is what consumers may see, and nothing else', async () => {
    const { facts } = await openPlanning(sdl);
    const engine = await createApolloEngine(sdl, { fetchSubgraph: () => Promise.reject() });
    // A directive for operations is not offered: no planner would pass it on.
    const sorted = (schema: typeof engine.schema) =>
      printSchema(lexicographicSortSchema(schema)).replace('directive @shown(a: Int) on FIELD\n\n', '');
    expect(sorted(apiSchemaOf(facts.apiDefinitions))).toBe(sorted(engine.schema));
    expect(sorted(await buildApiSchema(facts.apiDefinitions))).toBe(sorted(engine.schema));
    expect(facts.apiDefinitions.join('\n')).not.toMatch(/join__|link__|idden|secret|BAD|@tag|@shown/);
    await engine.close();
  });

  test('tells where subgraphs are, what types may be, and who may move', async () => {
    const planner = await createPlanner()(sdl);
    expect(planner.graph).toMatchObject({
      urls: new Map([
        ['one', 'http://one'],
        ['two', 'http://two'],
      ]),
      possibleTypes: new Map([
        ['N', new Set(['A', 'Hidden', 'B'])],
        ['M', new Set(['A', 'B'])],
        ['U', new Set(['A', 'Hidden'])],
      ]),
      overrideLabels: ['try'],
      overridePercentages: [12.5],
    });
    await planner.close();
  });

  test.each([
    ['is no supergraph', 'type Query { a: Int }', /names no subgraphs/],
    ['is no SDL', 'type Query {', /Syntax Error/],
    ['contradicts itself', planMesh.replaceAll('key: "sku"', 'key: "nope"'), /nope/],
  ])('is refused where it %s', async (_, bad, reason) => {
    await expect(createPlanner({ library: 'apollo' })(bad)).rejects.toMatchObject({
      code: 'SUPERGRAPH_REFUSED',
      message: expect.stringMatching(reason),
    });
  });
});

const opinion = 'opinions { id text item { sku title } by { handle name } }';
const opinions = (id: string) => [
  { id: `o${id}`, text: `says ${id}`, item: { sku: '7', title: 'Item 7' }, by: { handle: `m${id}`, name: `M${id}` } },
];

/** Feature, operation, answer. */
const features: readonly (readonly [string, string, unknown])[] = [
  ['entities behind entities', `{ me { name ${opinion} } }`, { me: { name: 'M1', opinions: opinions('1') } }],
  ['a key of several fields, one of them nested', '{ me { rank } }', { me: { rank: 'm1 of t1' } }],
  [
    'one entity at several places',
    '{ me { rank } members { rank } }',
    { me: { rank: 'm1 of t1' }, members: [{ rank: 'm1 of t1' }, { rank: 'm2 of t2' }] },
  ],
  [
    'what others require',
    '{ best { shipping available } }',
    {
      best: [
        { shipping: 142, available: true },
        { shipping: 162, available: true },
      ],
    },
  ],
  ['something required that is nested', '{ best { duty(rate: 2) } }', { best: [{ duty: 142 }, { duty: 162 }] }],
  [
    'variables',
    'query ($n: Int = 0) { best { available(n: $n) } }',
    { best: [{ available: false }, { available: false }] },
  ],
  [
    'unions',
    '{ found { __typename ... on Member { level } ... on Item { title available } } }',
    {
      found: [
        { __typename: 'Member', level: 1 },
        { __typename: 'Item', title: 'Item 7', available: true },
      ],
    },
  ],
  [
    'interfaces',
    '{ media { __typename title ... on Book { pages } ... on Film { minutes } } }',
    {
      media: [
        { __typename: 'Book', title: 'Book', pages: 9 },
        { __typename: 'Film', title: 'Film', minutes: 5 },
      ],
    },
  ],
  [
    'an interface that is an object elsewhere',
    '{ media { stars ... on Film { minutes } } }',
    { media: [{ stars: 2 }, { stars: 1, minutes: 5 }] },
  ],
  [
    'such an object that is an interface elsewhere',
    '{ rated { __typename stars title ... on Book { pages stars } } }',
    { rated: [{ __typename: 'Book', stars: 2, title: 'Book b1', pages: 9 }] },
  ],
  [
    'types that differ in nullability',
    '{ shapes { ... on Square { side } ... on Circle { side } } }',
    { shapes: [{ side: 3 }, { side: 4 }] },
  ],
  [
    'mutations in order',
    'mutation { touch(by: 2) praise(sku: "7") buy(sku: "8") { title available } again: touch(by: 3) }',
    { touch: 2, praise: 5, buy: { title: 'Item 8', available: true }, again: 3 },
  ],
];

const choices: readonly PlanningOptions[] = [
  {},
  { library: 'hive', searchesAlways: true },
  { library: 'apollo', searchesAlways: true },
];

describe.each(choices)('plans of %j', (options) => {
  const planning = openPlanning(planMesh, options);
  const answerTo = async (operation: string, overrides = nothing) => {
    const { facts, plan } = await planning;
    const world = {
      api: apiSchemaOf(facts.apiDefinitions),
      subgraphs: planSubgraphs,
      possibleTypes: facts.possibleTypes,
    };
    return runPlan(await plan(operation, overrides, soon()), operation, world);
  };

  test.each(features)('%s', async (_, operation, data) => {
    expect((await answerTo(operation)).data).toEqual(data);
  });

  test('fields move to another subgraph by label and by percentage', async () => {
    const moved = async (labels: string[], percentage: number) =>
      (await answerTo('{ me { level badge } }', { labels: new Set(labels), percentage })).data.me;
    expect(await moved([], 40)).toEqual({ level: 1, badge: 'old' });
    expect(await moved([], 39.9)).toEqual({ level: 2, badge: 'old' });
    expect(await moved(['new'], 40)).toEqual({ level: 1, badge: 'new' });
  });

  test('mutations are sent one after the other, whatever their subgraph', async () => {
    const { requests } = await answerTo('mutation { touch(by: 2) praise(sku: "7") again: touch(by: 3) }');
    expect(requests.map(([subgraph]) => subgraph)).toEqual(['people', 'opinions', 'people']);
  });

  test('a subscription is a stream, and what each event lacks', async () => {
    const { plan } = await planning;
    const { subscription, node } = await plan('subscription { joined { name rank } }', nothing, soon());
    expect(subscription).toMatchObject({ subgraph: 'people', operationKind: 'subscription' });
    expect(subscription?.operation).toMatch(/^subscription\s*\{\s*joined/);
    expect(node && fetchesOf(node)).toMatchObject([{ subgraph: 'teams', entities: [{ paths: [['joined']] }] }]);
    expect(await plan('subscription { joined { name } }', nothing, soon())).not.toHaveProperty('node');
  });
});

test('what comes later is explained as what is fetched, too', async () => {
  const explainer = await startExplainer(createPlanner({ library: 'hive' }), planMesh);
  const operation = parse('{ me { name ... @defer { rank } } }');
  expect(validate(explainer.schema, operation)).toEqual([]);
  const { plan } = await explainer.explain(operation, {});
  expect(plan.node && fetchesOf(plan.node).map(({ subgraph }) => subgraph)).toEqual(['people', 'teams']);
  await explainer.close();
});

describe('a field that is required with different arguments', () => {
  const both = '{ members { opinions { item { shipping duty(rate: 1) price } } } best { price shipping } }';

  test('is sent as each of them needs it', async () => {
    const { facts, plan } = await openPlanning(planMesh);
    const world = {
      api: apiSchemaOf(facts.apiDefinitions),
      subgraphs: planSubgraphs,
      possibleTypes: facts.possibleTypes,
    };
    const { data } = await runPlan(await plan(both, nothing, soon()), both, world);
    expect(data.members[0].opinions[0].item).toEqual({ shipping: 142, duty: 72, price: 70 });
    expect(data.best[0]).toEqual({ shipping: 142, price: 70 });
  });

  test('is refused where the planner fetches only one of them', async () => {
    const planner = await createPlanner({ library: 'apollo' })(planMesh);
    await expect(planner.plan('{ best { shipping duty(rate: 1) } }', nothing)).rejects.toMatchObject({
      code: 'PLAN_FAILED',
      cause: { message: expect.stringContaining('`price`, with different arguments') },
    });
    await planner.close();
  });
});

describe('the process of a planner', () => {
  /** Each field is in all subgraphs but one, so there are very many ways. */
  const six = [0, 1, 2, 3, 4, 5];
  const maze = compose(
    Object.fromEntries(
      six.map((own) => {
        const fields = six.flatMap((n) => (n === own ? [] : [`f${n}: Int @shareable g${n}: T @shareable`]));
        return [`s${own}`, `type Query { t: T @shareable } type T @key(fields: "id") { id: ID! ${fields.join(' ')} }`];
      }),
    ),
  );
  const deep = (depth: number): string =>
    `{ f0 f1 f2 f3 f4 f5 ${depth > 0 ? `g0 ${deep(depth - 1)} g1 ${deep(depth - 1)}` : ''} }`;
  const small = '{ t { f1 } }';
  const outcome = (planned: Promise<unknown>) =>
    planned.then(
      () => 'planned',
      ({ code }) => code,
    );

  test.each([
    ['hive', 1, deep(8)],
    ['apollo', 2, deep(6)],
  ] as const)(
    '%s: what takes too long is given up, and the others are planned (processes used: %i)',
    async (library, processes, heavy) => {
      const planner = await createPlanner({ library, deadlineMs: library === 'hive' ? 250 : 1500 })(maze);
      const [first] = planners();
      const operations = [small, `{ t ${heavy} }`, small, '{ t { f2 } }'];
      const outcomes = operations.map((operation) => outcome(planner.plan(operation, nothing)));
      expect(await Promise.all(outcomes)).toEqual(['planned', 'PLAN_TIMEOUT', 'planned', 'planned']);
      expect(planners().includes(first ?? 0)).toBe(processes === 1);
      await planner.close();
    },
  );

  test('that dies takes only the request with it that it was at', async () => {
    const planner = await createPlanner({ library: 'apollo', deadlineMs: 60_000 })(maze);
    const [first] = planners();
    const outcomes = [`{ t ${deep(6)} }`, small, small].map((operation) => outcome(planner.plan(operation, nothing)));
    process.kill(first ?? 0, 'SIGKILL');
    expect(await Promise.all(outcomes)).toEqual(['PLAN_FAILED', 'planned', 'planned']);
    expect(planners()).not.toContain(first);
    await planner.close();
  });

  test('serves the next graph where it is at nothing, and is ended where it is not', async () => {
    const create = createPlanner({ library: 'apollo', deadlineMs: 60_000, keepsProcess: true });
    const one = await create(maze);
    const [first] = planners();
    await one.close();
    const other = await create(compose({ only: 'type Query { other: Int }' }));
    expect(planners()).toEqual([first]);
    expect(await outcome(other.plan('{ other }', nothing))).toBe('planned');
    expect(await outcome(other.plan(small, nothing))).toBe('PLAN_FAILED');
    const busy = outcome(other.plan('{ other }', nothing));
    await new Promise(setImmediate);
    await other.close();
    expect(['PLAN_FAILED', 'planned']).toContain(await busy);
    await expect.poll(planners).not.toContain(first);
  });

  test('that is closed answers nothing more', async () => {
    const planner = await createPlanner()(maze);
    const waiting = [small, small].map((operation) => outcome(planner.plan(operation, nothing)));
    await planner.close();
    expect(await Promise.all([...waiting, outcome(planner.plan(small, nothing))])).toContain('PLAN_FAILED');
    expect(await outcome(planner.plan(small, nothing))).toBe('PLAN_FAILED');
  });

  test('that a valid operation ends is replaced, and Apollo’s planner plans the operation', async () => {
    // Hive's planner of version 0.0.38 aborts at it: what it cannot do must not end the gateway.
    const aborting = compose({
      alpha: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }',
      beta: `type Thing @key(fields: "id") @key(fields: "sku") {
               id: ID! sku: ID! @shareable first: Int @external second: Int @requires(fields: "first") }`,
      gamma: 'type Thing @key(fields: "sku") { sku: ID! @shareable first: Int }',
    });
    const operation = '{ thing { second } }';
    const hive = await createPlanner({ library: 'hive' })(aborting);
    expect(await outcome(hive.plan(operation, nothing))).toBe('PLAN_FAILED');
    expect(await outcome(hive.plan('{ thing { id } }', nothing))).toBe('planned');
    await hive.close();
    const planner = await createPlanner()(aborting);
    expect(await outcome(planner.plan(operation, nothing))).toBe('planned');
    await planner.close();
  });

  test('that cannot be started fails the request that needs it, and no other', async () => {
    const planner = await createPlanner({ library: 'apollo', deadlineMs: 60_000 })(maze);
    const heavy = outcome(planner.plan(`{ t ${deep(6)} }`, nothing));
    // More than a process may be given: the system refuses to start it.
    process.env.TOO_LONG = 'a'.repeat(3_000_000);
    for (const pid of planners()) process.kill(pid, 'SIGKILL');
    const outcomes = await Promise.all([heavy, outcome(planner.plan(small, nothing))]);
    delete process.env.TOO_LONG;
    expect(outcomes).toEqual(['PLAN_FAILED', 'PLAN_FAILED']);
    expect(await outcome(planner.plan(small, nothing))).toBe('planned');
    await planner.close();
  });

  test('that is closed just when it is given up is not replaced', async () => {
    const deadlineMs = 1500;
    const planner = await createPlanner({ library: 'apollo', deadlineMs })(maze);
    const planned = outcome(planner.plan(`{ t ${deep(6)} }`, nothing));
    for (let turn = 0; turn < 20; turn++) await null;
    // In the same turn as the planner's own timer, which was set before.
    setTimeout(() => planner.close(), deadlineMs);
    expect(['PLAN_TIMEOUT', 'PLAN_FAILED']).toContain(await planned);
    await expect.poll(planners).toEqual([]);
  });

  describe('where Hive’s planner cannot be loaded', () => {
    beforeAll(() => {
      process.env.NAPI_RS_NATIVE_LIBRARY_PATH = '/nowhere.node';
    });
    afterAll(() => {
      delete process.env.NAPI_RS_NATIVE_LIBRARY_PATH;
    });

    test('is one of Apollo’s, which has the time that Apollo’s needs', async () => {
      const planner = await createPlanner({ deadlineMs: 400 })(maze);
      expect(await outcome(planner.plan('{ t { unknown } }', nothing))).toBe('PLAN_FAILED');
      expect(planners()).toHaveLength(1);
      const late = planner.plan(`{ t ${deep(6)} }`, nothing);
      await expect(late).rejects.toMatchObject({ code: 'PLAN_TIMEOUT', message: expect.stringContaining('1600 ms') });
      expect(await outcome(planner.plan(small, nothing))).toBe('planned');
      await expect.poll(planners).toHaveLength(1);
      await planner.close();
    });
  });

  test('has only so many waiting, and for so long; those that it turns away are told to come again', async () => {
    const planner = await createPlanner({ library: 'apollo', deadlineMs: 1500, mostWaiting: 2, longestWaitMs: 1000 })(
      maze,
    );
    const heavy = outcome(planner.plan(`{ t ${deep(6)} }`, nothing));
    await new Promise(setImmediate);
    const waiting = [small, small].map((operation) => outcome(planner.plan(operation, nothing)));
    expect(await Promise.race([outcome(planner.plan(small, nothing)), heavy, ...waiting])).toBe('OVERLOADED');
    expect(await Promise.all([heavy, ...waiting])).toEqual(['PLAN_TIMEOUT', 'OVERLOADED', 'OVERLOADED']);
    expect(await outcome(planner.plan(small, nothing))).toBe('planned');
    await planner.close();
  });

  test('ends when the graph cannot be opened', async () => {
    const inconsistent = maze.replace(/^type T\b/m, 'type T @inaccessible');
    expect(inconsistent).not.toBe(maze);
    const opened = openGraph(createPlanner({ library: 'hive' }), inconsistent);
    await expect(opened).rejects.toThrow('the API schema defines T');
    await expect.poll(planners).toEqual([]);
  });

  test('says why an operation has no plan, to the log and not to the consumer', async () => {
    const planner = await createPlanner()(maze);
    const failure = await planner.plan('{ t { unknown } }', nothing).catch((error) => error);
    expect(failure).toMatchObject({ code: 'PLAN_FAILED', message: 'The operation could not be planned.' });
    expect(failure.cause.message).toContain('unknown');
    await planner.close();
  });
});

/** The processes that this one has started and that are alive. */
function planners(): number[] {
  const children = readdirSync('/proc/self/task').map((task) => {
    try {
      return readFileSync(`/proc/self/task/${task}/children`, 'utf8');
    } catch {
      return ''; // The thread has ended meanwhile.
    }
  });
  return children.join(' ').split(' ').filter(Boolean).map(Number);
}
