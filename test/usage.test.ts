/** Who uses what: counted per client, operation and day, without anything that a request holds. */
import fc from 'fast-check';
import {
  buildSchema,
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { usedCoordinates } from '../gateway/engine/operation/used-coordinates.ts';
import { operationText } from '../gateway/registry/operations/operation-text.ts';
import { createUsage, type UsageOptions } from '../gateway/registry/operations/usage.ts';
import type { UsageBatch } from '../gateway/registry/operations/usage-batch.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { randomModel } from './fuzz/random-model.ts';
import { randomOperation } from './fuzz/random-operation.ts';
import { monolithSdl } from './fuzz/sdl.ts';

const shop = buildSchema(`
  directive @cached(by: Region) on FIELD
  scalar JSON
  enum Region { NORTH SOUTH }
  interface Node { id: ID! }
  type Order implements Node { id: ID! total(in: String): Float items: [Item!] }
  type Customer implements Node { id: ID! orders(first: Int): [Order!] }
  type Item { name: String }
  union Found = Order | Customer
  input Range { low: Float high: Float }
  input OrderWhere { total: Range region: Region and: [OrderWhere!] }
  type Query {
    order(id: ID!, meta: JSON): Order
    orders(where: OrderWhere, regions: [Region!], ids: [ID!]): [Order!]
    node(id: ID!): Node
    find: [Found!]
  }
`);

const used = (source: string, variables = {}): string[] =>
  [...usedCoordinates(shop, parse(source), null, variables)].sort();

describe('an operation uses', () => {
  test('the types, fields and arguments that it names', () => {
    expect(used('query ($n: String) { order(id: "1") { total(in: $n) items { name } } }')).toEqual(
      [
        'Query',
        'Query.order',
        'Query.order(id:)',
        'Order',
        'Order.total',
        'Order.total(in:)',
        'Order.items',
        'Item',
        'Item.name',
      ].sort(),
    );
  });

  test('what it selects of an interface, of every type that may be there', () => {
    expect(used('{ node(id: 1) { id } }')).toEqual(
      ['Query', 'Query.node', 'Query.node(id:)', 'Node', 'Node.id', 'Order.id', 'Customer.id'].sort(),
    );
    // A customer is never found here, but is in the second place.
    const fragment = 'fragment F on Node { id }';
    expect(used(`{ order(id: 1) { ...F } } ${fragment}`)).not.toContain('Customer.id');
    expect(used(`{ order(id: 1) { ...F } find { ...F } } ${fragment}`)).toContain('Customer.id');
    expect(used(`{ find { ... on Order { ...F } ... on Customer { orders { ...F } } } } ${fragment}`)).not.toContain(
      'Customer.id',
    );
  });

  test('input fields and enum values, of literals and of variables', () => {
    const expected = [
      'OrderWhere',
      'OrderWhere.and',
      'OrderWhere.region',
      'Region.SOUTH',
      'Range',
      'Range.low',
      'OrderWhere.total',
    ];
    expect(used('{ orders(where: { and: { region: SOUTH }, total: { low: 3.5 } }) { id } }')).toEqual(
      expect.arrayContaining(expected),
    );
    const source = 'query ($where: OrderWhere) { orders(where: $where) { id } }';
    const found = used(source, { where: { and: [{ region: 'SOUTH' }], total: { low: 3.5 } } });
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(found).not.toContain('Range.high');
    expect(used(source)).not.toContain('OrderWhere.and');
    expect(used('query ($r: [Region!] = [NORTH]) { orders(regions: $r) { id } }', { r: 'SOUTH' })).toEqual(
      expect.arrayContaining(['Region.NORTH', 'Region.SOUTH']),
    );
  });

  test('directives and their arguments', () => {
    expect(used('{ order(id: 1) { id @cached(by: NORTH) } }')).toEqual(
      expect.arrayContaining(['@cached', '@cached(by:)', 'Region', 'Region.NORTH']),
    );
  });

  test('all that a variable may hold, where it holds more than anyone looks at', () => {
    const where = { and: Array.from({ length: 100_000 }, () => ({ region: 'NORTH' })) };
    expect(used('query ($where: OrderWhere) { orders(where: $where) { id } }', { where })).toEqual(
      expect.arrayContaining(['Region.SOUTH', 'Range.high']),
    );
  });

  test('only what the meant operation of a document says', () => {
    const document = parse('query A { order(id: 1) { id } } query B { find { ...F } } fragment F on Order { total }');
    expect([...usedCoordinates(shop, document, 'A')]).not.toContain('Order.total');
    expect(operationText(shop, document, 'A')).toBe('query A {\n  order(id: 0) {\n    id\n  }\n}');
    expect(operationText(shop, document, 'B')).toContain('fragment F on Order');
  });
});

describe('the text of an operation', () => {
  const text = (source: string) => operationText(shop, parse(source), null).replace(/\s+/g, ' ');

  test('has no values', () => {
    expect(text('query ($a: ID = "secret") { order(id: $a) { total(in: """EUR""") } o: order(id: 4711) { id } }')).toBe(
      'query ($a: ID = "") { order(id: $a) { total(in: "") } o: order(id: 0) { id } }',
    );
    expect(text('{ orders(where: { region: SOUTH, total: { low: 3.5, high: 4 } }, ids: ["a", "b", 3]) { id } }')).toBe(
      '{ orders(where: {region: SOUTH, total: {low: 0.0, high: 0}}, ids: ["", 0]) { id } }',
    );
  });

  test('has no names out of a custom scalar, but its variables', () => {
    const source =
      'query ($j: JSON, $k: JSON) { order(id: 1, meta: { ada: { born: 1815, in: LONDON, x: [$j, 7] }, y: $k }) { id } }';
    expect(text(source)).toBe('query ($j: JSON, $k: JSON) { order(id: 0, meta: {_0: {_0: [$j]}, _1: $k}) { id } }');
    expect(validate(shop, parse(text(source)))).toEqual([]);
    expect(text('{ order(id: 1, meta: LONDON) { id } }')).toBe('{ order(id: 0, meta: "") { id } }');
  });
});

describe('usage', () => {
  const noon = Date.UTC(2026, 10, 23, 12);
  const dashboard = { name: 'dashboard', version: '2.1' };

  function counting(options: Partial<UsageOptions> = {}) {
    let now = noon;
    const written: UsageBatch[] = [];
    const usage = createUsage({ now: () => now, flush: async (batch) => void written.push(batch), ...options });
    const documents = new Map<string, DocumentNode>();
    return {
      usage,
      written,
      at: (time: number) => {
        now = time;
      },
      send(source: string, { client = dashboard, variables = {}, failed = false } = {}) {
        const document = documents.get(source) ?? parse(source);
        documents.set(source, document);
        const operation = getOperationAST(document);
        if (operation) usage.record({ schema: shop, document, operation, variables, client, failed });
      },
    };
  }

  test('counts requests and errors per client, version, operation and day', () => {
    const { usage, send, at } = counting();
    send('query Q { find { __typename } }');
    send('query Q { find { __typename } }', { failed: true });
    send('query Q { find { __typename } }', { client: { name: 'dashboard', version: '2.2' } });
    at(noon + 86_400_000);
    send('query Q { find { __typename } }', { client: { name: '', version: '' } });
    const { operations, counts, dropped } = usage.take();
    expect(operations.map(({ name, text }) => [name, text.replace(/\s+/g, ' ')])).toEqual([
      ['Q', 'query Q { find { __typename } }'],
    ]);
    const operation = operations[0]?.hash ?? '';
    expect(operation).toMatch(/^[0-9a-f]{64}$/);
    const today = { operation, day: '2026-11-23', lastSeen: '2026-11-23T12:00:00.000Z', errors: 0, requests: 1 };
    expect(counts).toEqual([
      { ...today, client: 'dashboard', clientVersion: '2.1', requests: 2, errors: 1 },
      { ...today, client: 'dashboard', clientVersion: '2.2' },
      { ...today, client: '', clientVersion: '', day: '2026-11-24', lastSeen: '2026-11-24T12:00:00.000Z' },
    ]);
    expect(dropped).toBe(0);
    expect(usage.take()).toMatchObject({ operations: [], counts: [], dropped: 0 });
  });

  test('takes operations for one that differ in values and in how they are written', () => {
    const { usage, send } = counting();
    send('{ order(id: "1") { id } }');
    send('query { order(id: "2") { id, } } # again');
    const { operations, counts } = usage.take();
    expect(operations).toHaveLength(1);
    expect(counts.map(({ requests }) => requests)).toEqual([2]);
  });

  test('tells of an operation once a day, and when it uses more', () => {
    const { usage, send, at } = counting();
    const source = 'query ($where: OrderWhere) { orders(where: $where) { id } }';
    const told = () => usage.take().operations.map(({ coordinates }) => coordinates.includes('Range.low'));
    send(source);
    expect(told()).toEqual([false]);
    send(source);
    expect(told()).toEqual([]);
    send(source, { variables: { where: { total: { low: 1 } } } });
    expect(told()).toEqual([true]);
    send(source, { variables: { where: { total: { low: 2 } } } });
    expect(told()).toEqual([]);
    at(noon + 86_400_000);
    send(source);
    expect(told()).toEqual([true]);
  });

  test.each<[what: string, options: Partial<UsageOptions>]>([
    ['operations', { mostOperations: 2 }],
    ['counts', { mostCounts: 2 }],
    ['characters', { mostCharacters: 200 }],
  ])('is bounded in its %s, and says what it left out', (_, options) => {
    const { usage, send } = counting(options);
    for (let at = 0; at < 10; at++) send(`query Q${at} { order(id: "1") { id } }`);
    send('query Q0 { order(id: "1") { id } }');
    const { operations, counts, dropped } = usage.take();
    expect(operations.length).toBe(2);
    expect(counts.reduce((sum, { requests }) => sum + requests, 0) + dropped).toBe(11);
    expect(dropped).toBe(8);
    // There is room again.
    send('query Q9 { order(id: "1") { id } }');
    expect(usage.take()).toMatchObject({ counts: [{ requests: 1 }], dropped: 0 });
  });

  test('does not count who says too much about itself', () => {
    const { usage, send } = counting();
    send('{ find { __typename } }', { client: { name: 'x'.repeat(10_000), version: '' } });
    expect(usage.take()).toMatchObject({ counts: [], dropped: 1 });
  });

  test('loses nothing that could not be written', async () => {
    let isBroken = true;
    const written: UsageBatch[] = [];
    const { usage, send } = counting({
      async flush(batch) {
        if (isBroken) throw new Error('disk full');
        written.push(batch);
      },
    });
    send('{ find { __typename } }');
    await expect(usage.flush()).rejects.toThrow('disk full');
    send('{ find { __typename } }');
    isBroken = false;
    await usage.flush();
    await usage.flush();
    await usage.flush();
    expect(written.map(({ counts }) => counts[0]?.requests)).toEqual([1, 1]);
    expect(written[0]?.operations).toHaveLength(1);
    // Whoever has taken a batch already knows it by its number.
    expect(written.map(({ number }) => number)).toEqual([1, 2]);
    expect(new Set(written.map(({ sender }) => sender)).size).toBe(1);
  });

  test('tells of all operations again where a batch could not be written: its reader may have forgotten them', async () => {
    const tried: UsageBatch[] = [];
    const { usage, send } = counting({
      async flush(batch) {
        tried.push(batch);
        if (tried.length === 2) throw new WeftError('USAGE_INCOMPLETE', 'restored from a backup');
      },
    });
    for (let sent = 0; sent < 2; sent++) {
      send('{ find { __typename } }');
      await usage.flush().catch(() => {});
    }
    await usage.flush();
    expect(tried.map(({ number, operations }) => [number, operations.length])).toEqual([
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
  });

  test('gives up a batch that nobody would take, and tells of its operations in the next', async () => {
    const tried: UsageBatch[] = [];
    const { usage, send } = counting({
      async flush(batch) {
        tried.push(batch);
        if (tried.length === 1) throw new WeftError('USAGE_INVALID', 'another clock');
      },
    });
    send('{ find { __typename } }');
    await expect(usage.flush()).rejects.toThrow('another clock');
    await usage.flush();
    expect(tried).toHaveLength(1);
    send('{ find { __typename } }');
    await usage.flush();
    expect(tried[1]).toMatchObject({ number: 2, operations: [{ name: null }], counts: [{ requests: 1 }] });
  });

  test('flushes one batch at a time', async () => {
    const waiting: (() => void)[] = [];
    const { usage, send } = counting({ flush: () => new Promise<void>((resolve) => waiting.push(resolve)) });
    send('{ find { __typename } }');
    const [first, second] = [usage.flush(), usage.flush()];
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await Promise.all([first, second]);
    expect(usage.take().counts).toEqual([]);
  });

  test('keeps nothing of what any request holds', () => {
    let values = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const model = randomModel(seed);
        const schema = buildSchema(monolithSdl(model));
        const { source, variables } = randomOperation(schema, model, seed);
        const { text, variables: marked, marks } = withMarks(schema, source, variables);
        const document = parse(text);
        const operation = getOperationAST(document);
        if (!operation || validate(schema, document).length > 0) return;
        const usage = createUsage({ now: () => noon, flush: async () => {} });
        usage.record({ schema, document, operation, variables: marked, client: dashboard, failed: false });
        const batch = usage.take();
        const [recorded] = batch.operations;
        const kept = JSON.stringify(batch).replaceAll(recorded?.hash ?? '', '');
        values += marks.length;
        expect(marks.filter((mark) => kept.includes(mark))).toEqual([]);
        // What is kept is as valid as what was sent, and is kept as itself.
        const again = parse(recorded?.text ?? '');
        expect(validate(schema, again)).toEqual([]);
        expect(operationText(schema, again, null)).toBe(recorded?.text);
      }),
      { numRuns: 200 },
    );
    expect(values).toBeGreaterThan(400);
  });
});

/** Every string, every number and every name within a custom scalar becomes one that can be found again. */
function withMarks(schema: GraphQLSchema, source: string, variables: Readonly<Record<string, unknown>>) {
  const marks: string[] = [];
  const mark = (prefix: string): string => {
    const made = `${prefix}${900_000 + marks.length}`;
    marks.push(made);
    return made;
  };
  const document = visit(parse(source), {
    StringValue: () => ({ kind: Kind.STRING, value: mark('s') }),
    IntValue: () => ({ kind: Kind.INT, value: mark('') }),
    FloatValue: () => ({ kind: Kind.FLOAT, value: `${mark('')}.5` }),
    ObjectField: (node) =>
      isName(schema, node.name.value) ? undefined : { ...node, name: { ...node.name, value: mark('k') } },
  });
  const markedIn = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(markedIn);
    if (typeof value === 'object' && value !== null) {
      const marked = ([key, each]: [string, unknown]) =>
        [isName(schema, key) ? key : mark('k'), markedIn(each)] as const;
      return Object.fromEntries(Object.entries(value).map(marked));
    }
    if (typeof value === 'number') return Number(mark(''));
    return typeof value === 'string' && !isName(schema, value) ? mark('s') : value;
  };
  return { text: print(document), variables: markedIn(variables) as Record<string, unknown>, marks };
}

/** Of an input field or an enum value. */
function isName(schema: GraphQLSchema, word: string): boolean {
  return Object.values(schema.getTypeMap()).some(
    (type) =>
      !type.name.startsWith('__') &&
      ((type.astNode?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION &&
        type.astNode.fields?.some(({ name }) => name.value === word)) ||
        (type.astNode?.kind === Kind.ENUM_TYPE_DEFINITION &&
          type.astNode.values?.some(({ name }) => name.value === word))),
  );
}
