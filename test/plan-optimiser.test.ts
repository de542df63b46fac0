/** Fewer requests for the same fields, plans printed for people, and how many operations are kept and taken. */
import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createOperationCache } from '../gateway/engine/operation-cache.ts';
import type { Fetch, PlanNode, PlanPath } from '../gateway/engine/plan.ts';
import { fetchesOf } from '../gateway/engine/plan-nodes.ts';
import { optimiseForWhole, optimisePlan } from '../gateway/engine/plan-optimiser.ts';
import type { CreatePlanner } from '../gateway/engine/planner.ts';
import { printPlan } from '../gateway/engine/print-plan.ts';
import { createUnseenBudget } from '../gateway/engine/unseen-budget.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { openApollo } from '../gateway/planner/apollo.ts';
import { openPlanning } from '../gateway/planner/planning.ts';
import { planMesh } from './plan-mesh.ts';

const nothing = { labels: new Set<string>(), percentage: 100 };
const soon = () => AbortSignal.timeout(60_000);

/** Asks `subgraph` for `key` of the entities at `path`, with `needs` in their representations. */
const entities = (subgraph: string, path: PlanPath, key: string, needs: readonly string[] = []): Fetch => ({
  kind: 'Fetch',
  subgraph,
  operationKind: 'query',
  operation: `query($representations:[_Any!]!,$n:Int){_entities(representations:$representations){...F}} fragment F on T{${key}(n:$n){id}}`,
  variables: ['n'],
  entities: [
    {
      responseKey: '_entities',
      variable: 'representations',
      paths: [path],
      requires: [
        {
          kind: 'InlineFragment',
          typeCondition: 'T',
          selections: ['id', ...needs].map((name) => ({ kind: 'Field', name })),
        },
      ],
    },
  ],
});
const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Sequence', nodes });
const parallel = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes });
const root: Fetch = { kind: 'Fetch', subgraph: 'a', operationKind: 'query', operation: '{r{id}}', variables: [] };
const requests = (node: PlanNode | undefined) => (node ? fetchesOf(node).length : 0);
const optimised = (node: PlanNode): PlanNode => optimisePlan({ node }).node ?? sequence();

describe('the optimiser', () => {
  test('asks one subgraph once for the same at several places', () => {
    const node = optimised(
      parallel(entities('a', ['x'], 'k'), entities('a', ['y', '@'], 'k'), entities('b', ['x'], 'k')),
    );
    expect(node).toMatchObject({
      kind: 'Parallel',
      nodes: [{ entities: [{ paths: [['x'], ['y', '@']] }] }, { subgraph: 'b' }],
    });
  });

  test('lets what comes behind such fetches begin together', () => {
    const node = optimised(
      parallel(
        sequence(entities('a', ['x'], 'k'), entities('b', ['x'], 'l', ['k'])),
        sequence(entities('a', ['y'], 'k'), entities('b', ['y'], 'l', ['k'])),
      ),
    );
    expect(node).toMatchObject({
      kind: 'Sequence',
      nodes: [{ subgraph: 'a' }, { entities: [{ paths: [['x'], ['y']] }] }],
    });
  });

  test('lets a fetch ride with a later one, with representations of its own', () => {
    const node = optimised(
      parallel(
        entities('s', ['x'], 'stock'),
        sequence(entities('p', ['x'], 'price'), entities('s', ['x'], 'ship', ['price'])),
      ),
    );
    const [, both] = fetchesOf(node);
    expect(requests(node)).toBe(2);
    expect(both).toMatchObject({ variables: ['n'], entities: [{ responseKey: '_e0' }, { responseKey: '_e1' }] });
    expect(both?.operation).toBe(
      'query($r0:[_Any!]!$n:Int$r1:[_Any!]!){_e0:_entities(representations:$r0){...F_0}_e1:_entities(representations:$r1){...F_1}}' +
        'fragment F_0 on T{ship(n:$n){id}}fragment F_1 on T{stock(n:$n){id}}',
    );
    expect(() => parse(both?.operation ?? '')).not.toThrow();
  });

  test.each([
    [
      'what is between needs it',
      sequence(entities('s', ['x'], 'k'), entities('p', ['x'], 'l', ['k']), entities('s', ['x'], 'm', ['l'])),
      3,
    ],
    [
      'what is between is found by it',
      sequence(entities('s', ['x'], 'k'), entities('p', ['x', 'k'], 'l'), entities('s', ['x'], 'm')),
      3,
    ],
    ['the later one needs it', sequence(entities('s', ['x'], 'k'), entities('s', ['x'], 'm', ['k'])), 2],
    [
      'a mutation is between',
      sequence(entities('s', ['x'], 'k'), { ...root, operationKind: 'mutation' }, entities('s', ['x'], 'm')),
      3,
    ],
    ['the later one is elsewhere', sequence(entities('s', ['x'], 'k'), entities('s', ['y'], 'm')), 2],
  ])('does not where %s', (_, node, expected) => {
    expect(requests(optimised(node))).toBe(expected);
  });

  test('lets a fetch ride with one for another place, where the answer is given whole', () => {
    const early = entities('s', ['x'], 'stock');
    const behind = sequence(entities('p', ['y'], 'price'), entities('s', ['y'], 'ship', ['price']));
    for (const node of [sequence(early, behind), parallel(early, behind)]) {
      const whole = optimiseForWhole({ node }).node;
      expect(requests(optimised(node))).toBe(3);
      expect(requests(whole)).toBe(2);
      expect(whole && fetchesOf(whole)[1]).toMatchObject({
        entities: [{ paths: [['y']] }, { paths: [['x']] }],
      });
    }
    const needed = sequence(early, entities('p', ['x'], 'l', ['stock']), entities('s', ['y'], 'm'));
    expect(requests(optimiseForWhole({ node: needed }).node)).toBe(3);
    const atRoot = sequence(early, { ...root, subgraph: 's' });
    expect(requests(optimiseForWhole({ node: atRoot }).node)).toBe(2);
  });

  test('removes what does nothing', () => {
    expect(optimisePlan({ node: sequence(parallel(), sequence(parallel(root))) })).toEqual({ node: root });
    expect(optimisePlan({ node: parallel() })).toEqual({});
    expect(optimisePlan({ subscription: root })).toEqual({ subscription: root });
  });

  test.each([
    ['for an answer in parts', optimised],
    ['for a whole answer', (node: PlanNode) => optimiseForWhole({ node: optimised(node) }).node ?? sequence()],
  ])(
    'fetches the same for the same places, in an order that still works, with no more requests: %s',
    (_, optimised) => {
      const keys = ['k0', 'k1', 'k2'];
      const place = fc.constantFrom<string[]>(['r'], ['r', 'k0'], ['r', 'k1'], ['s']);
      const leaf = fc
        .record({
          subgraph: fc.constantFrom('a', 'b'),
          place,
          key: fc.constantFrom(...keys),
          needs: fc.subarray(keys, { maxLength: 1 }),
        })
        .map(({ subgraph, place, key, needs }): PlanNode => entities(subgraph, place, key, needs));
      const plans = fc.letrec<{ node: PlanNode }>((tie) => ({
        node: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          leaf,
          fc.record({
            kind: fc.constantFrom('Sequence', 'Parallel'),
            nodes: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
          }) as fc.Arbitrary<PlanNode>,
        ),
      })).node;
      fc.assert(
        fc.property(plans, (node) => {
          const before = items(node);
          const after = items(optimised(node));
          // The same item twice has no order of its own.
          fc.pre(new Set(before.map(({ name }) => name)).size === before.length);
          expect(after.map(({ name }) => name).sort()).toEqual(before.map(({ name }) => name).sort());
          expect(requests(optimised(node))).toBeLessThanOrEqual(requests(node));
          const position = new Map(after.map((item) => [item.name, item]));
          for (const [at, first] of before.entries()) {
            for (const then of before.slice(at + 1)) {
              if (!isBefore(first.at, then.at) || !needs(then, first)) continue;
              expect(isBefore(position.get(first.name)?.at ?? [], position.get(then.name)?.at ?? [])).toBe(true);
            }
          }
        }),
        { numRuns: 2000 },
      );
    },
  );

  test('makes of 16 requests of a plan by Apollo 11 or fewer', async () => {
    const item = 'item { available shipping title }';
    const nested = `opinions { by { name opinions { ${item} } } }`;
    const operation = `{ members { id name opinions { item { available shipping title ${nested} } } } best { available shipping title ${nested} } }`;
    const document = parse(planMesh);
    const raw = await openApollo({ sdl: planMesh, document }).plan(operation, nothing, soon());
    expect(requests(raw.node)).toBeGreaterThan(12);
    expect(requests(optimisePlan(raw).node)).toBeLessThanOrEqual(11);
  });
});

interface Item {
  readonly name: string;
  readonly place: string;
  readonly key: string;
  readonly needs: readonly string[];
  /** Where in the plan: each step is a node's kind and which child of it. */
  readonly at: readonly (readonly [kind: string, child: number])[];
}

/** What is fetched for one place. */
function items(node: PlanNode, at: Item['at'] = []): Item[] {
  if (node.kind !== 'Fetch') return node.nodes.flatMap((child, nth) => items(child, [...at, [node.kind, nth]]));
  return (node.entities ?? []).flatMap((entity, nth) => {
    const [fragment] = entity.requires;
    const needed =
      fragment?.kind === 'InlineFragment' ? fragment.selections.map((each) => ('name' in each ? each.name : '')) : [];
    const spread = [...node.operation.matchAll(/\.\.\.(\w+)/g)][nth]?.[1];
    const [, key = ''] = new RegExp(`fragment ${spread} on T ?\\{ ?(\\w+)`).exec(node.operation) ?? [];
    return entity.paths.map((path) => {
      const place = path.join('.');
      return { name: `${node.subgraph} ${place} ${key} ${needed}`, place, key, needs: needed, at };
    });
  });
}

/** One is only begun when the other has ended. */
function isBefore(one: Item['at'], other: Item['at']): boolean {
  const fork = one.findIndex(([, child], level) => other[level]?.[1] !== child);
  return one[fork]?.[0] === 'Sequence' && (one[fork]?.[1] ?? 0) < (other[fork]?.[1] ?? 0);
}

const needs = (item: Item, of: Item): boolean =>
  (item.place === of.place && item.needs.includes(of.key)) || item.place.startsWith(`${of.place}.${of.key}`);

test('a plan is printed with what each request costs', async () => {
  const { plan } = await openPlanning(planMesh);
  const text = printPlan(await plan('query ($n: Int) { best { title available(n: $n) } }', nothing, soon()), {
    estimatedCost: ({ entities }) => (entities ? 20 : 10),
  });
  expect(text).toBe(`QueryPlan {
  Sequence {
    Fetch(service: "shop") {
      # wave 1, 1 request, costs 10
      {
        best {
          __typename
          title
          sku
        }
      }
    }
    Flatten(path: "best.@") {
      Fetch(service: "stock") {
        # wave 2, 1 request, sends representations of Item from 1 place, sends $n, costs 20
        {
          ... on Item {
            __typename
            sku
          }
        } =>
        {
          ... on Item {
            available(n: $n)
          }
        }
      }
    }
  }
}
# 2 requests in 2 waves`);
  const stream = printPlan(await plan('subscription { joined { name rank } }', nothing, soon()));
  expect(stream).toMatch(/Subscription \{\s+Fetch\(service: "people"\) \{\s+# one stream\n/);
  expect(stream).toMatch(/# a stream of `people`, and 1 request in 1 wave for each of its events$/);
  const batched = printPlan({
    node: optimised(
      parallel(
        entities('s', ['x', { types: ['A', 'B'] }, 'y'], 'k', ['p']),
        entities('s', ['x', { types: ['A', 'B'] }, 'y'], 'l'),
      ),
    ),
  });
  expect(batched).toContain('Flatten(path: "x|[A,B].y") {');
  expect(batched).toContain('sends 2 lists of representations of T from 2 places');
});

describe('operations that were seen', () => {
  const cache = (maxEntries: number, maxBytes: number) =>
    createOperationCache<string>({ maxEntries, maxBytes, bytesOf: (key, value) => key.length + value.length });
  const make = (value: string) => () => Promise.resolve(value);

  test('are made once, however many ask at once', async () => {
    const kept = cache(10, 1000);
    let made = 0;
    const create = async () => `value ${++made}`;
    expect(await Promise.all([kept.load('a', create), kept.load('a', create)])).toEqual(['value 1', 'value 1']);
    expect(await kept.load('a', create)).toBe('value 1');
    expect(kept.get('a')).toBe('value 1');
  });

  test('are tried again after a failure, also one without a wait', async () => {
    const kept = cache(10, 1000);
    const fail = () => {
      throw new Error('no plan');
    };
    const both = await Promise.allSettled([kept.load('a', fail), kept.load('a', make('never'))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await kept.load('a', make('made'))).toBe('made');
  });

  test('are forgotten from the least recently used on, by number and by size', async () => {
    const kept = cache(3, 1000);
    for (const key of ['a', 'b', 'c']) await kept.load(key, make(key));
    kept.get('a');
    await kept.load('d', make('d'));
    expect([kept.keys(), kept.entries, kept.bytes]).toEqual([['d', 'a', 'c'], 3, 6]);
    const small = cache(100, 10);
    for (const key of ['a', 'b', 'c']) await small.load(key, make('1234'));
    expect([small.keys(), small.bytes]).toEqual([['c', 'b'], 10]);
    expect(await small.load('huge', make('1234567890'))).toBe('1234567890');
    expect(small.keys()).toEqual(['c', 'b']);
  });
});

describe('operations that were never seen', () => {
  const spend = (budget: ReturnType<typeof createUnseenBudget>, client: string, times: number) =>
    Array.from({ length: times }, () => {
      try {
        budget.spend(client);
        return 'ok';
      } catch (error) {
        return (error as { code: string }).code;
      }
    }).filter((outcome) => outcome === 'ok').length;

  test('are limited for each client: UNSEEN_OPERATIONS_EXCEEDED', () => {
    let now = 0;
    const budget = createUnseenBudget({ now: () => now });
    expect([spend(budget, 'one', 150), spend(budget, 'other', 20)]).toEqual([100, 20]);
    expect(() => budget.spend('one')).toThrowError(expect.objectContaining({ code: 'UNSEEN_OPERATIONS_EXCEEDED' }));
    now += 1000;
    expect(spend(budget, 'one', 150)).toBe(50);
    now += 60_000;
    expect(spend(budget, 'one', 150)).toBe(100);
  });

  describe('about the schema', () => {
    const engineWith = async () => {
      const unseenBudget = createUnseenBudget({ now: () => 0, perSecond: 1, burst: 100 });
      const createPlanner: CreatePlanner = async (sdl) => {
        const { facts, plan } = await openPlanning(sdl);
        return {
          graph: facts,
          plan: (operation, overrides) => plan(operation, overrides, soon()),
          close: async () => {},
        };
      };
      const create = createWeftEngine({ createPlanner, unseenBudget });
      const engine = await create(planMesh, { fetchSubgraph: () => Promise.reject(new Error('No.')) });
      const ask = (source: string, variables = {}) =>
        engine.execute({ document: parse(source), source, operationName: null, variables, context: {} });
      return { ask, refused: { errors: [{ extensions: { code: 'UNSEEN_OPERATIONS_EXCEEDED' } }] } };
    };
    const byName = 'query ($name: String!) { __type(name: $name) { name kind } }';

    test('are answered once, then from memory', async () => {
      const { ask } = await engineWith();
      const first = await ask(byName, { name: 'Query' });
      expect(first).toMatchObject({ data: { __type: { name: 'Query', kind: 'OBJECT' } } });
      for (let times = 0; times < 200; times++) expect(await ask(byName, { name: 'Query' })).toMatchObject(first);
    });

    test('count as many where the answer has to be made', async () => {
      const { ask, refused } = await engineWith();
      const answers = [];
      for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) answers.push(await ask(byName, { name }));
      expect(answers[0]).toEqual({ data: { __type: null } });
      expect(answers.at(-1)).toMatchObject(refused);
    });
  });

  test('are counted for so many clients, and not more', () => {
    const budget = createUnseenBudget({ now: () => 0, burst: 1, maxClients: 2 });
    expect(['a', 'b', 'c', 'c', 'a'].map((client) => spend(budget, client, 1))).toEqual([1, 1, 1, 0, 1]);
  });
});
