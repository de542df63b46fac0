/** Where little has been recorded, what would break somebody is said; and nothing else. */
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkOperations } from '../gateway/registry/operations/check-operations.ts';
import { type RecordedDays, unknownUsage } from '../gateway/registry/operations/unknown-usage.ts';
import { randomChanges } from './random-changes.ts';

const shop = `
  directive @cached(by: Region) on QUERY | FIELD
  enum Region { NORTH SOUTH }
  enum Status { OPEN CLOSED }
  interface Node { id: ID! }
  type Order implements Node { id: ID! total(in: Region = NORTH): Float note: String status: Status }
  type Customer implements Node { id: ID! }
  type Orphan { name: String }
  input Lost { a: Int }
  union Found = Order | Customer
  input Range { low: Float = 1 }
  input OrderWhere { total: Range }
  type Query { orders(where: OrderWhere, first: Int = 10): [Order!] find: Found node: Node }
`;

const never: RecordedDays = { days: 0, first: null };
const warned = (text: string, by: string, recordedDays = never): string[] => {
  expect(shop).toContain(text);
  const schemas = { before: buildSchema(shop), after: buildSchema(shop.replace(text, by)) };
  return unknownUsage(schemas, recordedDays, '2026-10-24').map(({ message }) => message);
};

describe('of what nobody was recorded to send', () => {
  test.each<[text: string, by: string, said: string]>([
    ['note: String', '', 'Order.note is gone'],
    ['note: String', 'note: Int', 'Order.note changes from String to Int'],
    ['first: Int = 10', 'first: Int', 'Query.orders(first:) loses its default 10'],
    ['first: Int = 10', 'first: Int!', 'Query.orders(first:)'],
    ['total(in: Region = NORTH)', 'total', 'Order.total(in:)'],
    ['in: Region = NORTH', 'in: Region!', 'Order.total(in:)'],
    ['low: Float = 1', 'low: Float', 'Range.low loses its default 1'],
    ['low: Float = 1', 'high: Float', 'Range.low is gone'],
    ['low: Float = 1', 'low: Float = 1 high: Float!', 'Range.high is required now'],
    ['NORTH SOUTH', 'NORTH', 'Region.SOUTH is gone'],
    ['Order | Customer', 'Order', 'Found can no longer be Customer'],
    ['type Customer implements Node', 'type Customer', 'Node can no longer be Customer'],
    ['directive @cached(by: Region) on QUERY | FIELD', '', '@cached is gone'],
    ['find: Found', 'find: Found!  more(a: Int!): Int', ''],
    ['note: String', 'note: String!', ''],
    ['note: String', 'note: String @deprecated', ''],
    ['OPEN CLOSED', 'OPEN CLOSED LOST', ''],
    ['type Orphan { name: String }', '', ''],
    ['name: String', 'name: Int', ''],
    ['input Lost { a: Int }', 'input Lost { a: String! }', ''],
    ['first: Int = 10', 'first: Int = 20', ''],
    ['OPEN CLOSED', 'OPEN', ''],
  ])('%s → %s', (text, by, said) => {
    expect(warned(text, by).map((message) => message.slice(0, said.length || undefined))).toEqual(said ? [said] : []);
  });

  test('it is said for how long operations have been recorded, until that is a week', () => {
    expect(warned('note: String', '')).toEqual([
      'Order.note is gone, and whom that breaks is not known: no operation has been recorded since 2026-10-24.',
    ]);
    const since = { days: 6, first: '2026-11-02' };
    expect(warned('note: String', '', since)).toEqual([
      'Order.note is gone, and whom that breaks is not known: operations have been recorded on 6 days only, since 2026-11-02.',
    ]);
    expect(warned('note: String', '', { ...since, days: 7 })).toEqual([]);
  });

  test('whatever breaks any operation is said', () => {
    let broken = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { before, after, operations } of randomChanges(seed)) {
          const found = checkOperations({ before, after, operations }).broken;
          // Which fields an operation asks for under one key, only that operation says.
          const isOfOneKey = ({ change }: { readonly change: string }) => change.includes('conflict because');
          if (found.every(({ findings }) => findings.every(isOfOneKey))) continue;
          broken += 1;
          expect(unknownUsage({ before, after }, never, '2026-10-24'), JSON.stringify(found)).toHaveLength(1);
        }
      }),
      { numRuns: 100 },
    );
    expect(broken).toBeGreaterThan(100);
  });
});
