/** What may not be read is in no answer, however it is asked for; what may be is as it was. */
import type { GraphQLLeafType } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Access, AccessDecision, Denial, Mask } from '../gateway/engine/access.ts';
import { answerText } from '../gateway/engine/answer.ts';
import { startGraph } from './federation/graph.ts';
import { compare } from './fuzz/compare.ts';
import { engines } from './fuzz/engines.ts';
import { compose, startEngine } from './fuzz/graph.ts';
import { hash } from './fuzz/random.ts';
import { randomModel } from './fuzz/random-model.ts';
import { randomOperation } from './fuzz/random-operation.ts';

const denialOf = (coordinate: string): Denial => ({
  message: `${coordinate} is not for you.`,
  extensions: { code: 'ACCESS_DENIED', coordinate },
});

/** Words and numbers become others, whatever else becomes null. */
const mask: Mask = {
  name: 'word',
  apply: (_, { name }: GraphQLLeafType) =>
    ['String', 'ID'].includes(name) ? 'masked "word"' : name === 'Int' ? 7 : null,
};

/** Some coordinates denied, some masked, and some inputs refused; everything else may be read. */
function accessTo({
  denied = [],
  masked = [],
  leading = [],
  inputs = [],
}: Readonly<Record<string, readonly string[]>>): Access {
  const decide = (coordinate: string): AccessDecision => {
    const denial = denialOf(coordinate);
    if (denied.includes(coordinate)) return { effect: 'deny', denial };
    const leadsOn = leading.includes(coordinate);
    return leadsOn || masked.includes(coordinate) ? { effect: 'mask', mask, denial, leadsOn } : { effect: 'allow' };
  };
  const refuses = (coordinate: string) => (inputs.includes(coordinate) ? denialOf(coordinate) : undefined);
  return { key: JSON.stringify([denied, masked, leading, inputs]), decide, refuses };
}

const parts = {
  shop: {
    sdl: `type Query {
        orders(where: OrderWhere, orderBy: OrderField, tags: [OrderField!]): [Order] asset: Asset assets: [Asset] found: [Found]
        order(id: ID): Order
      }
      type Mutation { change(to: Int): Int leave: Int }
      interface Asset { id: ID! note: String }
      type Car implements Asset @key(fields: "id") { id: ID! note: String }
      type House implements Asset @key(fields: "id") { id: ID! note: String }
      union Found = Car | Order
      type Order @key(fields: "id") { id: ID! total: Int buyer: Buyer! codes: [[String]] kind: Kind! lines: [Line!]! }
      type Line { text: String! }
      type Buyer @key(fields: "id") { id: ID! name: String! }
      enum Kind { SMALL LARGE }
      enum OrderField { total id }
      input OrderWhere { total: Int id: ID and: [OrderWhere!] }`,
    resolvers: {
      Query: {
        orders: () => [order, { ...order, id: 'o2' }],
        order: () => order,
        asset: () => house,
        assets: () => [car, house],
        found: () => [car, { __typename: 'Order', ...order }],
      },
      Mutation: { change: (_: unknown, { to }: any) => to, leave: () => 1 },
      Order: { __resolveReference: ({ id }: any) => ({ ...order, id }) },
    },
  },
  risk: {
    sdl: `type Order @key(fields: "id") { id: ID! total: Int @external score: Int @requires(fields: "total") }`,
    resolvers: { Order: { score: ({ total }: any) => total * 2 } },
  },
};
const order = {
  ...{ id: 'o1', total: 21, buyer: { id: 'b1', name: 'Ada' }, codes: [['x', null], null], kind: 'LARGE' },
  lines: [{ text: 'a' }, { text: 'b' }],
};
const car = { __typename: 'Car', id: 'c1', note: 'fast' };
const house = { __typename: 'House', id: 'h1', note: 'cold' };

const denied = (coordinate: string, ...path: (string | number)[]) => ({
  ...denialOf(coordinate),
  path,
});

describe('a field that is denied', () => {
  test('is null with the reason, under whatever name it is asked for, and is not fetched', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ denied: ['Order.total'] }) };
    expect(
      await graph.ask('{ order { id: total total: id ...F } } fragment F on Order { more: total }', { context }),
    ).toEqual({
      data: { order: { id: null, total: 'o1', more: null } },
      errors: [denied('Order.total', 'order', 'id'), denied('Order.total', 'order', 'more')],
    });
    expect(graph.asked.map(({ query }) => query).join()).not.toContain('total:total');
    expect(graph.asked.some(({ query }) => /[^:\w]total\b/.test(query))).toBe(false);
  });

  test('of many objects is told once, with how often', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ orders { id total } }', {
      context: { access: accessTo({ denied: ['Order.total'] }) },
    });
    expect(data).toEqual({
      orders: [
        { id: 'o1', total: null },
        { id: 'o2', total: null },
      ],
    });
    expect(errors).toEqual([
      { ...denied('Order.total', 'orders', 0, 'total'), message: expect.stringContaining('and in 1 more') },
    ]);
  });

  test('that is never null takes along what cannot be without it, and no more', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ denied: ['Line.text', 'Buyer.name'] }) };
    expect(await graph.ask('{ order { id lines { text } } other: order { id } }', { context })).toEqual({
      data: { order: null, other: { id: 'o1' } },
      errors: [denied('Line.text', 'order', 'lines', 0, 'text')],
    });
  });

  test('is read where another field is computed from it, and shown in neither', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ denied: ['Order.total'] }) };
    // Whether what is computed may be read is another question.
    expect(await graph.ask('{ order { score total } }', { context })).toEqual({
      data: { order: { score: 42, total: null } },
      errors: [denied('Order.total', 'order', 'total')],
    });
  });

  test('is so by the type of each object, through interfaces, unions and fragments', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ denied: ['House.note'] }) };
    expect(await graph.ask('{ asset { note } assets { id note } }', { context })).toEqual({
      data: {
        asset: { note: null },
        assets: [
          { id: 'c1', note: 'fast' },
          { id: 'h1', note: null },
        ],
      },
      errors: [denied('House.note', 'asset', 'note'), denied('House.note', 'assets', 1, 'note')],
    });
    const inFragments = '{ assets { ... on Asset { ...N } } found { ... on Car { n: note } ... on Order { id } } }';
    expect(
      await graph.ask(`${inFragments} fragment N on Asset { x: note ... on House { y: note } }`, { context }),
    ).toEqual({
      data: { assets: [{ x: 'fast' }, { x: null, y: null }], found: [{ n: 'fast' }, { id: 'o1' }] },
      errors: [denied('House.note', 'assets', 1, 'x'), denied('House.note', 'assets', 1, 'y')],
    });
  });

  test('with `@include` is denied where it is included, and whoever it is that asks next is answered anew', async () => {
    await using graph = await startGraph(parts);
    const source = 'query ($x: Boolean!) { order { id total @include(if: $x) } }';
    const access = accessTo({ denied: ['Order.total'] });
    const ask = (x: boolean, context = {}) => graph.ask(source, { variables: { x }, context });
    expect((await ask(false, { access })).errors).toBeUndefined();
    expect((await ask(true, { access })).data).toEqual({ order: { id: 'o1', total: null } });
    expect((await ask(true)).data).toEqual({ order: { id: 'o1', total: 21 } });
    expect((await ask(true, { access: accessTo({ masked: ['Order.total'] }) })).data.order.total).toBe(7);
  });

  test('of a mutation is not executed', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ denied: ['Mutation.change'] }) };
    expect(await graph.ask('mutation { a: change(to: 3) leave }', { context })).toEqual({
      data: { a: null, leave: 1 },
      errors: [denied('Mutation.change', 'a')],
    });
    expect(graph.asked.map(({ query }) => query).join()).not.toContain('change');
  });
});

describe('a field that is masked', () => {
  test('shows something else of the same type, also in lists, and null where it is null', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ masked: ['Order.id', 'Order.total', 'Order.codes', 'Buyer.name'] }) };
    expect(await graph.ask('{ order { id total codes buyer { name } } }', { context })).toEqual({
      data: {
        order: {
          id: 'masked "word"',
          total: 7,
          codes: [['masked "word"', null], null],
          buyer: { name: 'masked "word"' },
        },
      },
    });
  });

  test('is denied where there is nothing to show instead', async () => {
    await using graph = await startGraph(parts);
    const context = { access: accessTo({ masked: ['Order.kind', 'Order.lines'] }) };
    expect(await graph.ask('{ order { kind } other: order { id lines { text } } }', { context })).toEqual({
      data: { order: null, other: null },
      errors: [denied('Order.kind', 'order', 'kind'), denied('Order.lines', 'other', 'lines')],
    });
  });
});

test('a reference is no value: what it leads to is decided by itself', async () => {
  await using graph = await startGraph(parts);
  const context = { access: accessTo({ masked: ['Order.buyer'], denied: ['Buyer.id'] }) };
  expect(await graph.ask('{ order { buyer { name } } }', { context })).toEqual({
    data: { order: { buyer: { name: 'Ada' } } },
  });
  const lines = { access: accessTo({ leading: ['Order.lines'] }) };
  expect((await graph.ask('{ order { lines { text } } }', { context: lines })).data.order.lines).toHaveLength(2);
  const none = { access: accessTo({ denied: ['Order.buyer'] }) };
  expect((await graph.ask('{ order { buyer { name } } }', { context: none })).data).toEqual({ order: null });
});

describe('what would be found out by an input', () => {
  const inputs = ['OrderWhere.total', 'OrderField.total', 'Query.order(id:)'];
  test.each<[source: string, variables: Record<string, unknown>, refused: string | undefined]>([
    ['{ orders(where: { total: 3 }) { id } }', {}, 'OrderWhere.total'],
    ['{ orders(where: { and: [{ id: 1 }, { and: [{ total: 3 }] }] }) { id } }', {}, 'OrderWhere.total'],
    ['query ($w: OrderWhere) { orders(where: $w) { id } }', { w: { and: [{ total: null }] } }, 'OrderWhere.total'],
    ['query ($w: OrderWhere) { orders(where: $w) { id } }', { w: { id: 'total' } }, undefined],
    ['query ($w: OrderWhere = { total: 1 }) { orders(where: $w) { id } }', {}, 'OrderWhere.total'],
    ['query ($t: Int) { orders(where: { total: $t }) { id } }', {}, 'OrderWhere.total'],
    ['{ orders(orderBy: total) { id } }', {}, 'OrderField.total'],
    ['query ($o: OrderField) { orders(orderBy: $o) { id } }', { o: 'total' }, 'OrderField.total'],
    ['query ($o: [OrderField!]) { orders(tags: $o) { id } }', { o: ['id', 'total'] }, 'OrderField.total'],
    ['query ($o: OrderField) { orders(orderBy: $o) { id } }', { o: 'id' }, undefined],
    ['{ order(id: 1) { id } }', {}, 'Query.order(id:)'],
    ['{ ...F } fragment F on Query { a: order(id: 1) { id } }', {}, 'Query.order(id:)'],
    ['{ order { id } }', {}, undefined],
  ])('%s %j', async (source, variables, refused) => {
    await using graph = await startGraph(parts);
    const answer = await graph.ask(source, { variables, context: { access: accessTo({ inputs }) } });
    if (refused) expect(answer).toEqual({ errors: [denialOf(refused)] });
    else expect(answer.errors).toBeUndefined();
    expect(graph.asked).toHaveLength(refused ? 0 : 1);
  });
});

const ours = engines.filter(({ isOurs }) => isOurs);
const seed = Number(process.env.WEFT_ACCESS_SEED ?? Math.floor(Math.random() * 1e9));
const schemas = Number(process.env.WEFT_ACCESS_SCHEMAS ?? 25);
process.stdout.write(`access seed ${seed}: WEFT_ACCESS_SEED=${seed} repeats this run\n`);

test('of random graphs, random operations show just what resolvers would that ask for themselves', async () => {
  const counts = { same: 0, restricted: 0, discarded: 0 };
  for (let nth = 0; nth < schemas; nth++) {
    const composed = compose(randomModel(seed + nth));
    if (!('graph' in composed)) {
      counts.discarded += 1;
      continue;
    }
    const { model, monolith, subgraphs } = composed.graph;
    const running = ours.map(({ create }) => startEngine(composed.graph, create));
    for (let at = 0; at < 40; at++) {
      const { source, document, variables } = randomOperation(monolith.schema, model, hash(seed, nth, at));
      const access = randomAccess(hash(seed, nth, at % 4));
      const how = { failing: at % 2 === 0, counting: true };
      const expected = await monolith.answer(document, variables, how, access);
      for (const each of running) {
        const { engine } = await each;
        subgraphs.begin(how);
        const answer = await engine.execute({ document, source, variables, operationName: null, context: { access } });
        const given = JSON.parse(answerText(answer as Parameters<typeof answerText>[0]));
        if (given.errors?.[0]?.extensions?.code === 'PLAN_FAILED') continue;
        const difference = compare(expected, given);
        expect(
          difference,
          `seed ${seed}, ${nth}/${at}: ${source} ${JSON.stringify([variables, expected, given])}`,
        ).toBeUndefined();
        counts[expected.errors?.some(({ message }) => message.endsWith('for you.')) ? 'restricted' : 'same'] += 1;
      }
    }
    for (const each of running) await (await each).engine.close();
  }
  expect(counts.discarded).toBeLessThanOrEqual(schemas / 5);
  expect(counts.restricted).toBeGreaterThan(schemas * 5);
  expect(counts.same).toBeGreaterThan(schemas * 5);
}, 300_000);

/** About every eighth field is denied, and every eighth masked. */
function randomAccess(of: number): Access {
  const decide = (coordinate: string): AccessDecision => {
    const denial = denialOf(coordinate);
    const drawn = hash(of, coordinate) % 16;
    if (drawn < 2) return { effect: 'deny', denial };
    return drawn < 4 ? { effect: 'mask', mask, denial } : { effect: 'allow' };
  };
  return { key: String(of), decide, refuses: () => undefined };
}
