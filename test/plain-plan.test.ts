/** Operations of which each field has one owner are planned without a search, and no worse than with one. */
import { parse, print } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { PlanNode, QueryPlan } from '../gateway/engine/plan.ts';
import { fetchesOf } from '../gateway/engine/plan-nodes.ts';
import { optimiseForWhole, optimisePlan } from '../gateway/engine/plan-optimiser.ts';
import type { CreatePlanner } from '../gateway/engine/planner.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { fieldSets } from '../gateway/planner/field-sets.ts';
import { openHive } from '../gateway/planner/hive.ts';
import { plainPlans } from '../gateway/planner/plain-plan.ts';
import { planCheck } from '../gateway/planner/plan-check.ts';
import { withoutProvidedKeys } from '../gateway/planner/provided-keys.ts';
import { withoutSpareKeys } from '../gateway/planner/spare-keys.ts';
import { subgraphSchemas } from '../gateway/planner/subgraph-schemas.ts';
import { supergraphFacts } from '../gateway/planner/supergraph-facts.ts';
import { compose as composeModel, startEngine } from './fuzz/graph.ts';
import { randomModel } from './fuzz/random-model.ts';
import { randomOperation } from './fuzz/random-operation.ts';
import { compose } from './plan-mesh.ts';

/** As planning.ts puts them together. */
function planner(supergraph: string) {
  const document = parse(supergraph);
  const { possibleTypes } = supergraphFacts(document);
  const sets = fieldSets(document, possibleTypes);
  const schemas = subgraphSchemas(document, sets, possibleTypes);
  const shown = withoutSpareKeys(withoutProvidedKeys(document, sets, possibleTypes), sets);
  return { plain: plainPlans(shown, schemas), check: planCheck(document, schemas, possibleTypes), shown };
}

const mesh = planner(
  compose({
    sales: `
      type Query { orders(first: Int = 2): [Order!]! order(id: ID!): Order found: Found media: Media }
      type Mutation { order(id: ID!): Order }
      type Subscription { ordered: Order }
      type Order @key(fields: "id") { id: ID! total: Int of: [[Item]] by: Customer moved: Int box: Box }
      type Customer @key(fields: "id", resolvable: false) { id: ID! }
      type Item @key(fields: "sku maker") { sku: ID! maker: ID! }
      type Box @key(fields: "size { x }") { size: Size } type Size @shareable { x: Int }
      union Found = Order | Item
      interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! }`,
    customers: `
      type Query { me: Customer }
      type Mutation { join(name: String): Customer }
      type Customer @key(fields: "id") {
        id: ID! name: String title(long: Boolean): String address: Address friends: [Customer]
        weight: Int @shareable nick: String @shareable
      }
      type Address { city: String }
      type Order @key(fields: "id") { id: ID! moved: Int @override(from: "sales", label: "percent(5)") }`,
    stock: `
      type Customer @key(fields: "id") {
        id: ID! weight: Int @shareable parcels: Int @requires(fields: "name") name: String @external nick: String @external
      }
      type Item @key(fields: "maker sku") { maker: ID! sku: ID! left(at: ID): Int by: Customer @provides(fields: "nick") }
      type Box @key(fields: "size { x }") { size: Size left: Int } type Size @shareable { x: Int }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }`,
  }),
);

describe('an operation is plain', () => {
  test.each([
    ['{ orders { id total } }', 'sales {orders{id total}}'],
    ['{ me { address { city } } }', 'customers {me{address{city}}}'],
    [
      '{ orders { by { name } } }',
      'sales {orders{by{__typename id}}} > customers at orders.@.by by id {name}', //
    ],
    [
      'query ($a: ID = 1, $b: ID!, $c: Boolean) { order(id: $b) { of { left(at: $a) } by { long: title(long: $c) id } } me { __typename } }',
      'sales($b) {order(id:$b){of{__typename maker sku}by{__typename id}}}' +
        ' > stock($a) at order.of.@.@ by maker sku {left(at:$a)} & customers($c) at order.by by id {long:title(long:$c)}' +
        ' & customers {me{__typename}}',
    ],
    [
      'mutation { order(id: 1) { by { friends { name } } } }',
      'sales {order(id:1){by{__typename id}}} > customers at order.by by id {friends{name}}',
    ],
  ])('%s', (operation, expected) => {
    const plan = mesh.plain(operation);
    expect(plan && inShort(plan)).toBe(expected);
    if (plan) mesh.check(operation, plan);
  });
});

/** Two domains with a type `T`. */
const shared = (one: string, two: string): string =>
  compose({ one: `type Query { t: T } ${one}`, two: `type Query { other: Int } ${two}` });

describe('an operation is not plain where', () => {
  test.each([
    [
      'a field of its only key may be null',
      `type T @key(fields: "sku") { sku: ID x: Int }`,
      `type T @key(fields: "sku") { sku: ID y: Int }`,
      ['{ t { y } }'],
    ],
    [
      'another domain has the object with the rest at hand',
      `type T @key(fields: "id") { id: ID! ps: [P] @shareable } type P @key(fields: "id") { id: ID! }`,
      `type T @key(fields: "id") { id: ID! q: Int ps: [P] @shareable } type P @key(fields: "id") { id: ID! x: Int }`,
      ['{ t { q ps { x } } }'],
    ],
  ])('%s', (_, one, two, operations) => {
    const { plain } = planner(shared(one, two));
    expect(plain('{ t { x } }') ?? plain('{ t { q } }')).toBeDefined();
    for (const operation of operations) expect(plain(operation)).toBeUndefined();
  });

  test.each([
    [
      'that is never null',
      'id: ID! sku: ID',
      'id: ID! sku: ID',
      '{ t { y } }',
      'one {t{__typename id}} > two at t by id {y}',
    ],
    [
      'that the object comes with, and no other field of a key',
      'id: ID! sku: ID! @external',
      'id: ID! sku: ID!',
      '{ t { sku y } }',
      'one {t{__typename id}} > two at t by id {sku y}',
    ],
  ])('but of several keys, one will do %s', (_, one, two, operation, expected) => {
    const keys = '@key(fields: "sku") @key(fields: "id")';
    const { plain, check } = planner(shared(`type T ${keys} { ${one} x: Int }`, `type T ${keys} { ${two} y: Int }`));
    const plan = plain(operation);
    expect(plan && inShort(check(operation, plan))).toBe(expected);
  });

  test.each([
    ['an object may be of several types', '{ found { __typename } }'],
    ['an interface is asked', '{ media { id } }'],
    ['a fragment has to apply', '{ orders { ... on Order { id } } }'],
    ['a field requires something', '{ me { parcels } }'],
    ['a field provides something', '{ orders { of { by { name } } } }'],
    ['requests decide who resolves a field', '{ orders { moved } }'],
    ['there are several to choose from', '{ orders { by { weight } } }'],
    ['a key has objects in it', '{ orders { box { left } } }'],
    ['it is a subscription', 'subscription { ordered { id } }'],
    ['things of several domains happen in order', 'mutation { order(id: 1) { id } join { id } }'],
    ['the root says its type', '{ __typename }'],
  ])('%s', (_, operation) => {
    expect(mesh.plain(operation)).toBeUndefined();
  });
});

test('random operations that are plain have plans that are right, and ask no more and no later than the best one', async () => {
  const asked = { plain: 0, all: 0 };
  const { signal } = new AbortController();
  for (let seed = 1; seed <= 12; seed++) {
    const composed = composeModel(randomModel(seed));
    if (!('graph' in composed)) continue;
    const { supergraphSdl: sdl, model, monolith } = composed.graph;
    const { plain, check, shown } = planner(sdl);
    const hive = openHive({ sdl: print(shown), document: shown });
    const comparing: CreatePlanner = async () => ({
      graph: supergraphFacts(parse(sdl)),
      async plan(operation, overrides) {
        const found = plain(operation);
        asked.all += 1;
        if (!found) return hive.plan(operation, overrides, signal);
        asked.plain += 1;
        check(operation, found);
        // Hive's planner has no plan for some.
        const best = await hive.plan(operation, overrides, signal).catch(() => found);
        const [own, others] = [sizeOf(found), sizeOf(best)];
        for (const [name, size] of Object.entries(own)) {
          expect(size, `${name} of ${operation}`).toBeLessThanOrEqual(others[name as keyof typeof others]);
        }
        return found;
      },
      close: async () => {},
    });
    const running = await startEngine(composed.graph, createWeftEngine({ createPlanner: comparing }));
    for (let nth = 0; nth < 40; nth++) {
      const { document: source, variables, ...rest } = randomOperation(monolith.schema, model, seed * 1000 + nth);
      const request = { ...rest, document: source, variables, operationName: null, context: {} };
      await running.engine.execute(request).catch(hasNoPlan);
    }
    await running.engine.close();
  }
  expect(asked.plain).toBeGreaterThan(asked.all / 10);
});

/** `subgraph {fields} > subgraph at path by key {fields} & …`: `>` after, `&` side by side. */
function inShort({ node }: QueryPlan): string {
  const text = (each: PlanNode): string => {
    if (each.kind !== 'Fetch') return each.nodes.map(text).join(each.kind === 'Sequence' ? ' > ' : ' & ');
    const { subgraph, variables, operation, entities } = each;
    const used = variables.length > 0 ? `(${variables.map((name) => `$${name}`).join(', ')})` : '';
    if (!entities) return `${subgraph}${used} ${operation.replace(/^[^{]*/, '')}`;
    const [{ paths, requires } = { paths: [], requires: [] }] = entities;
    const [fragment] = requires;
    const sent = fragment?.kind === 'InlineFragment' ? fragment.selections : [];
    const key = sent.flatMap((field) => (field.kind === 'Field' && field.name !== '__typename' ? field.name : []));
    const [, fields] = /\{\.\.\.on \w+(\{.*\})\}\}$/.exec(operation) ?? [];
    return `${subgraph}${used} at ${paths[0]?.join('.')} by ${key.join(' ')} ${fields}`;
  };
  return node ? text(node) : '';
}

/** How many requests, at how many places, and how many of them one after the other. */
function sizeOf(plan: QueryPlan): Readonly<Record<'requests' | 'places' | 'steps', number>> {
  const { node } = optimiseForWhole(optimisePlan(plan));
  const steps = (each: PlanNode): number => {
    if (each.kind === 'Fetch') return 1;
    const all = each.nodes.map(steps);
    return each.kind === 'Sequence' ? all.reduce((sum, one) => sum + one, 0) : Math.max(...all);
  };
  const fetches = node ? fetchesOf(node) : [];
  const places = fetches.flatMap(({ entities = [] }) => entities.flatMap(({ paths }) => paths));
  return { requests: fetches.length, places: places.length, steps: node ? steps(node) : 0 };
}

/** For what is not plain, Hive's planner alone has none now and then. */
function hasNoPlan(error: Error): void {
  if (!/Failed to plan query/.test(error.message)) throw error;
}
