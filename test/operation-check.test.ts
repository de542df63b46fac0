/** Which of the operations that consumers send a new graph breaks: these, and no others. */
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkOperations } from '../gateway/registry/operations/check-operations.ts';
import { consumersOfAll, unusedFields } from '../gateway/registry/operations/consumers.ts';
import { dangerIssues, operationIssues } from '../gateway/registry/operations/operation-issues.ts';
import type { AffectedOperation } from '../gateway/registry/operations/recorded-operation.ts';
import { randomChanges } from './random-changes.ts';
import { schemaOf } from './random-edit.ts';
import { recorded, type Sent } from './recorded.ts';
import { replayed } from './replay-oracle.ts';

const shop = `
  directive @cached(seconds: Int = 10, by: Region) on FIELD
  scalar Money
  enum Region { NORTH SOUTH EAST }
  enum Status { OPEN CLOSED }
  interface Node { id: ID! }
  interface Named { name: String }
  type Order implements Node { id: ID! total: Float! note: String tags: [String!] region: Region paid: Money customer: Customer }
  type Customer implements Node & Named { id: ID! name: String orders(first: Int = 10, status: Status, by: [Region!]): [Order!]! }
  type Shop implements Node & Named { id: ID! name: String }
  union Found = Order | Customer
  input Size { size: Int! }
  input Page { of: Size! from: Int }
  input Range { low: Float high: Float = 100 }
  input OrderWhere { total: Range region: Region and: [OrderWhere!] limit: Int status: Status }
  type Query { order(id: ID!): Order orders(where: OrderWhere, first: Int): [Order!] node(id: ID!): Node find(text: String!): [Found!] named: Named pages(page: Page): [Order!] }
`;

/** What is found of one operation when texts of the schema are replaced. */
function change(source: string, edits: readonly (readonly [string, string])[], sent: Sent = {}) {
  const after = edits.reduce((sdl, [text, by]) => {
    expect(sdl).toContain(text);
    return sdl.replace(text, by);
  }, shop);
  const schemas = { before: buildSchema(shop), after: buildSchema(after) };
  const { broken, endangered } = checkOperations({ ...schemas, operations: [recorded(shop, source, sent)] });
  return { broken: said(broken), endangered: said(endangered) };
}

const said = (affected: readonly AffectedOperation[]): string[] =>
  affected.flatMap(({ findings }) => findings.map(({ coordinate, change }) => `${coordinate} ${change}`));

const where = 'query Q($where: OrderWhere) { orders(where: $where) { id } }';
const customer = 'type Customer implements Node & Named';

describe('an operation is broken by', () => {
  test.each<[what: string, source: string, edits: [string, string][], findings: string[], sent?: Sent]>([
    ['a field that is gone', '{ order(id: 1) { total } }', [['total: Float!', '']], ['Order.total is gone']],
    [
      'a field of a fragment that is gone',
      '{ order(id: 1) { ...F } } fragment F on Order { total }',
      [['total: Float!', '']],
      ['Order.total is gone'],
    ],
    [
      'a field that may be null from now on',
      '{ order(id: 1) { total } }',
      [['total: Float!', 'total: Float']],
      ['Order.total changes from Float! to Float'],
    ],
    [
      'items that may be null from now on',
      '{ order(id: 1) { tags } }',
      [['tags: [String!]', 'tags: [String]']],
      ['Order.tags changes from [String!] to [String]'],
    ],
    [
      'a field that is a list from now on',
      '{ order(id: 1) { note } }',
      [['note: String', 'note: [String]']],
      ['Order.note changes from String to [String]'],
    ],
    [
      'a field of another type',
      '{ order(id: 1) { note } }',
      [['note: String', 'note: Int']],
      ['Order.note changes from String to Int'],
    ],
    [
      'an enum that is a scalar from now on',
      '{ order(id: 1) { region } }',
      [['enum Region { NORTH SOUTH EAST }', 'scalar Region']],
      ['Order.region is Region of another kind'],
    ],
    [
      'a scalar that is an object from now on',
      '{ order(id: 1) { paid } }',
      [['scalar Money', 'type Money { amount: Int }']],
      ['Order.paid is Money of another kind'],
    ],
    [
      'an argument that is gone',
      '{ named { ... on Customer { orders(first: 1) { id } } } }',
      [['first: Int = 10,', '']],
      ['Customer.orders(first:) is gone'],
    ],
    [
      'an argument that is required from now on',
      '{ orders { id } }',
      [['first: Int)', 'first: Int!)']],
      ['Query.orders(first:) is required now (Int!)'],
    ],
    [
      'a new argument that is required',
      '{ orders { id } }',
      [['first: Int)', 'first: Int, by: Region!)']],
      ['Query.orders(by:) is required now (Region!)'],
    ],
    [
      'an argument that takes another type than its literal',
      '{ orders(first: 3) { id } }',
      [['first: Int)', 'first: Boolean)']],
      ['Query.orders(first:) changes from Int to Boolean'],
    ],
    [
      'an argument that takes another type than its variable',
      'query ($n: Int) { orders(first: $n) { id } }',
      [['first: Int)', 'first: Float)']],
      ['Query.orders(first:) changes from Int to Float'],
    ],
    [
      'an argument that no longer takes null',
      'query ($n: Int) { orders(first: $n) { id } }',
      [['first: Int)', 'first: Int!)']],
      ['Query.orders(first:) changes from Int to Int!'],
    ],
    [
      'a default that is gone, where the argument is left out',
      '{ named { ... on Customer { orders { id } } } }',
      [['first: Int = 10', 'first: Int']],
      ['Customer.orders(first:) loses its default 10'],
    ],
    [
      'a default that is gone, where the variable may be left out',
      'query ($n: Int) { named { ... on Customer { orders(first: $n) { id } } } }',
      [['first: Int = 10', 'first: Int']],
      ['Customer.orders(first:) loses its default 10'],
    ],
    [
      'an enum value of a literal that is gone',
      '{ orders(where: { region: SOUTH }) { id } }',
      [['SOUTH ', '']],
      ['Region.SOUTH is gone'],
    ],
    [
      'an enum value of a variable that is gone',
      where,
      [['SOUTH ', '']],
      ['Region.SOUTH is gone'],
      { variables: [{ where: { region: 'NORTH' } }, { where: { and: [{ region: 'SOUTH' }] } }] },
    ],
    [
      'an input field of a literal that is gone',
      '{ orders(where: { and: { limit: 1 } }) { id } }',
      [['limit: Int', '']],
      ['OrderWhere.limit is gone'],
    ],
    [
      'an input field of a variable that is gone',
      where,
      [['low: Float', '']],
      ['Range.low is gone'],
      { variables: [{ where: { total: { low: 1 } } }] },
    ],
    [
      'an input field that takes another type than what was sent',
      where,
      [['limit: Int', 'limit: Boolean']],
      ['OrderWhere.limit changes from Int to Boolean'],
      { variables: [{ where: { limit: 3 } }] },
    ],
    [
      'an input field that is one value where a list was sent',
      where,
      [['and: [OrderWhere!]', 'and: OrderWhere']],
      ['OrderWhere.and changes from [OrderWhere!] to OrderWhere'],
      { variables: [{ where: { and: [] } }] },
    ],
    [
      'an input field that takes another object than what was sent',
      where,
      [
        ['total: Range', 'total: Limits'],
        ['input Range', 'input Limits { low: Boolean } input Range'],
      ],
      ['OrderWhere.total changes from Range to Limits'],
      { variables: [{ where: { total: { low: 1 } } }] },
    ],
    [
      'an input field that must be sent, and of which no value was seen',
      'query Q($page: Page) { pages(page: $page) { id } }',
      [['size: Int!', 'size: Boolean!']],
      ['Size.size changes from Int! to Boolean!'],
    ],
    [
      'a new input field that is required',
      where,
      [['limit: Int', 'limit: Int, max: Int!']],
      ['OrderWhere.max is required now (Int!)'],
    ],
    [
      'a required input field of an input within another',
      where,
      [['low: Float', 'low: Float, unit: String!']],
      ['Range.unit is required now (String!)'],
      { variables: [{ where: { total: {} } }] },
    ],
    [
      'a required input field of a literal',
      '{ orders(where: { limit: 1 }) { id } }',
      [['limit: Int', 'limit: Int, max: Int!']],
      ['OrderWhere.max is required now (Int!)'],
    ],
    [
      'a default of an input field that is gone',
      where,
      [['high: Float = 100', 'high: Float']],
      ['Range.high loses its default 100'],
      { variables: [{ where: { total: { low: 1 } } }] },
    ],
    [
      'an input that takes one field only',
      where,
      [['input OrderWhere', 'input OrderWhere @oneOf']],
      ['OrderWhere takes exactly one field now'],
    ],
    [
      'an input type of another name',
      where,
      [
        ['input OrderWhere', 'input Where'],
        ['and: [OrderWhere!]', 'and: [Where!]'],
        ['where: OrderWhere', 'where: Where'],
      ],
      ['OrderWhere is gone'],
    ],
    [
      'an object that a union no longer holds',
      '{ find(text: "a") { ... on Order { id } } }',
      [['union Found = Order | Customer', 'union Found = Customer']],
      ['Found can no longer be Order'],
    ],
    [
      'an object that is no longer what its fields were asked for as',
      '{ find(text: "a") { ... on Named { name } ... on Order { id } } }',
      [
        [customer, 'type Customer implements Node'],
        ['union Found = Order | Customer', 'union Found = Order | Customer | Shop'],
      ],
      ['Named is no longer what Customer is'],
    ],
    [
      'fields of two types that no longer merge',
      '{ find(text: "a") { ... on Order { text: note } ... on Customer { text: name } } }',
      [['note: String', 'note: String!']],
      [expect.stringContaining('Order.note changes so that it is not valid: Fields "text" conflict')] as string[],
    ],
    [
      'a directive that is gone',
      '{ order(id: 1) { id @cached } }',
      [[/directive.*\n/.exec(shop)?.[0] ?? '', '']],
      ['@cached is gone'],
    ],
    [
      'an argument of a directive that is gone',
      '{ order(id: 1) { id @cached(seconds: 5) } }',
      [['seconds: Int = 10, ', '']],
      ['@cached(seconds:) is gone'],
    ],
    [
      'a place where a directive may no longer stand',
      '{ order(id: 1) { id @cached } }',
      [['on FIELD', 'on QUERY']],
      ['@cached changes so that it is not valid: Directive "@cached" may not be used on FIELD.'],
    ],
  ])('%s', (_, source, edits, findings, sent) => {
    expect(change(source, edits, sent).broken).toEqual(findings);
  });
});

describe('an operation is not broken by', () => {
  test.each<[what: string, source: string, edits: [string, string][], sent?: Sent]>([
    ['what it does not read', '{ order(id: 1) { id } }', [['total: Float!', '']]],
    ['a field that is never null from now on', '{ order(id: 1) { note } }', [['note: String', 'note: String!']]],
    [
      'new fields, arguments and values',
      '{ orders { region } }',
      [['first: Int)', 'first: Int, skip: Int, by: Int! = 1)']],
    ],
    ['an argument that may be left out', '{ order(id: 1) { id } }', [['order(id: ID!)', 'order(id: ID)']]],
    ['a list where a value was', 'query ($n: ID!) { order(id: $n) { id } }', [['node(id: ID!)', 'node(id: [ID!]!)']]],
    [
      'an input field that nobody has sent',
      where,
      [['limit: Int', '']],
      { variables: [{ where: { region: 'NORTH' } }] },
    ],
    ['an enum value that nobody has sent', where, [['SOUTH ', '']], { variables: [{ where: { region: 'NORTH' } }] }],
    [
      'a required input field of an input that nobody has sent',
      where,
      [['low: Float', 'low: Float, unit: String!']],
      { variables: [{ where: { limit: 1 } }] },
    ],
    [
      'an input field that takes more than it did',
      where,
      [
        ['limit: Int', 'limit: [Float]'],
        ['and: [OrderWhere!]', 'and: [OrderWhere]'],
      ],
      { variables: [{ where: { limit: 3, and: [{}] } }] },
    ],
    [
      'an input field that takes another object, with all that was sent',
      where,
      [
        ['total: Range', 'total: Limits'],
        ['input Range', 'input Limits { low: Float inner: Limits } input Range'],
      ],
      { variables: [{ where: { total: { low: 1 } } }] },
    ],
    [
      'a default that is gone, where a value is always given',
      'query ($n: Int!) { named { ... on Customer { a: orders(first: 2) { id } b: orders(first: $n) { id } } } }',
      [['first: Int = 10', 'first: Int']],
    ],
    ['an enum value that is only read', '{ order(id: 1) { region } }', [['SOUTH ', '']]],
    [
      'an object that a union no longer holds, and that it does not name',
      '{ find(text: "a") { __typename ... on Order { id } } }',
      [['union Found = Order | Customer', 'union Found = Order']],
    ],
  ])('%s', (_, source, edits, sent) => {
    expect(change(source, edits, sent).broken).toEqual([]);
  });

  test('a graph that was already without what it reads', () => {
    const [before, after] = [
      shop.replace('total: Float!', ''),
      shop.replace('total: Float!', '').replace('note: String', ''),
    ];
    const operations = [recorded(shop, '{ order(id: 1) { total note } }')];
    const check = checkOperations({ before: buildSchema(before), after: buildSchema(after), operations });
    expect(check).toEqual({ broken: [], endangered: [] });
  });
});

describe('an operation is endangered by', () => {
  test.each<[what: string, source: string, edits: [string, string][], findings: string[], sent?: Sent]>([
    [
      'a new value of an enum that it reads',
      '{ order(id: 1) { region } }',
      [['EAST }', 'EAST WEST }']],
      ['Region may be WEST from now on'],
    ],
    [
      'a new type of a union that it reads',
      '{ find(text: "a") { __typename } }',
      [['union Found = Order | Customer', 'union Found = Order | Customer | Shop']],
      ['Found may be Shop from now on'],
    ],
    [
      'another default of an argument that it leaves out',
      '{ named { ... on Customer { orders { id } } } }',
      [['first: Int = 10', 'first: Int = 5']],
      ['Customer.orders(first:) has another default: 5 instead of 10'],
    ],
  ])('%s', (_, source, edits, findings, sent) => {
    expect(change(source, edits, sent)).toEqual({ broken: [], endangered: findings });
  });

  test('nothing, where the new value is of an enum that it sends', () => {
    expect(
      change(where, [['EAST }', 'EAST WEST }']], { variables: [{ where: { region: 'EAST' } }] }).endangered,
    ).toEqual([]);
  });
});

describe('whoever publishes is told', () => {
  const at = (hours: number) => new Date(Date.UTC(2026, 10, 23, 12 - hours)).toISOString();
  const now = Date.UTC(2026, 10, 23, 12);
  const dashboard = { name: 'finance-dashboard', version: '2.1', lastSeen: at(3), callsPerDay: 1204 };
  const app = { name: 'app', version: '', lastSeen: at(72), callsPerDay: 0.2 };
  const other = { name: 'other', version: '1', lastSeen: at(1), callsPerDay: 9 };
  const operations = [
    recorded(shop, 'query Revenue { orders { total } }', { clients: [dashboard] }),
    recorded(shop, '{ order(id: 1) { total note } }', { clients: [app] }),
    recorded(shop, 'query Names { named { name } }', { clients: [other] }),
  ];
  const check = (text: string, by: string) =>
    checkOperations({ before: buildSchema(shop), after: buildSchema(shop.replace(text, by)), operations });
  const options = { ownerOf: (coordinate: string) => (coordinate.startsWith('Order.') ? 'sales' : undefined), now };

  test('exactly the clients that read what is gone', () => {
    expect(operationIssues(check('total: Float!', '').broken, options)).toEqual([
      {
        code: 'OPERATION_BROKEN',
        severity: 'error',
        coordinate: 'Order.total',
        message:
          'Order.total (team sales) is gone, and is used by finance-dashboard 2.1 (operation Revenue, 1,204 calls a day, ' +
          'last 3 h ago) and app (operation without a name, less than one call a day, last 3 days ago).',
        help: expect.stringMatching(/^Deprecate/),
      },
    ]);
  });

  test('one issue for each coordinate', () => {
    const { broken } = check('total: Float! note: String', '');
    expect(operationIssues(broken, options).map(({ coordinate }) => coordinate)).toEqual(['Order.note', 'Order.total']);
  });

  test('of surprises, as warnings', () => {
    const { endangered } = check('order(id: ID!)', 'order(id: ID! = "1")');
    expect(dangerIssues(endangered, options)).toEqual([]);
    const [issue] = dangerIssues(
      [{ operation: operations[0] as never, findings: [{ coordinate: 'Region', change: 'may be WEST' }] }],
      options,
    );
    expect(issue).toMatchObject({ code: 'OPERATION_ENDANGERED', severity: 'warning', coordinate: 'Region' });
  });

  test('who reads a field, and which fields nobody reads', () => {
    const consumersOf = (coordinate: string) =>
      consumersOfAll(operations.filter(({ coordinates }) => coordinates.includes(coordinate)));
    expect(consumersOf('Order.total')).toEqual([
      { ...dashboard, operations: ['Revenue'] },
      { ...app, operations: [null] },
    ]);
    // Through the interface.
    expect(consumersOf('Shop.name').map(({ name }) => name)).toEqual(['other']);
    const used = new Set(operations.flatMap(({ coordinates }) => coordinates));
    const unused = unusedFields(buildSchema(shop), used);
    expect(unused).toContain('Order.paid');
    expect(unused).not.toContain('Order.total');
    expect(unused.every((coordinate) => consumersOf(coordinate).length === 0)).toBe(true);
  });
});

describe('on any schemas, operations and changes', () => {
  test('the broken operations are those that replaying finds', () => {
    const counts = { broken: 0, whole: 0 };
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { sdl, edited, before, after, sent, operations } of randomChanges(seed)) {
          const { broken } = checkOperations({ before, after, operations });
          const found = operations.map((operation) => broken.some((each) => each.operation === operation));
          // The types of the oracle take less than those of a gateway.
          const [was, is] = [schemaOf(sdl), schemaOf(edited)];
          const reasons = sent.map(({ document }, at) =>
            replayed(was, is, document, new Set(operations[at]?.coordinates)),
          );
          const explained = { broken: said(broken), reasons, sources: sent.map(({ source }) => source) };
          expect(found, JSON.stringify(explained)).toEqual(reasons.map((reason) => reason !== undefined));
          for (const each of found) counts[each ? 'broken' : 'whole'] += 1;
        }
      }),
      { numRuns: 100 },
    );
    // Changes that break nothing, or everything, would say little.
    expect(counts.broken).toBeGreaterThan(200);
    expect(counts.whole).toBeGreaterThan(200);
  });
});
