/** Whoever runs the mesh moves types and fields between domains in its files: they are then whose they are there. */
import { expect, test } from 'vitest';
import type { Publication } from '../../gateway/registry/publication.ts';
import { messagesOf, order, part, publish, seed } from './order-parts.ts';
import { openHere } from './registry-here.ts';
import { by } from './versions.ts';

async function seeded(...states: readonly (readonly Publication[])[]) {
  const registry = await openHere(':memory:');
  for (const each of states) await seed(registry, each);
  const ownersOf = (...coordinates: readonly string[]) =>
    coordinates.map((each) => registry.refresh()?.owners.get(each));
  return { ...registry, ownersOf, [Symbol.dispose]: () => registry.database.connection.close() };
}

const reference = 'type Order @key(fields: "id", resolvable: false) { id: ID! } extend type Query { last: Order }';

test.each([
  ['is gone from it', ''],
  ['is only referred to there', reference],
])('a type that %s belongs to the domain that has it now, and the one before cannot take it back', async (_, left) => {
  const sales = part('sales', left);
  using registry = await seeded(
    [part('sales', order('total: Int')), part('trade', '')],
    [sales, part('trade', order('total: Int'))],
  );
  expect(registry.ownersOf('Order', 'Order.id', 'Order.total')).toEqual(['trade', 'trade', 'trade']);
  await publish(registry, part('trade', order('total: Int more: Int')));
  const taking = await registry.publish(part('sales', order('total: Int @override(from: "trade")')), by);
  expect(taking.outcome).toBe('REFUSED');
  expect(messagesOf(taking)).toContainEqual(expect.stringMatching(/^Order\.total belongs to trade \(trade\)/));
});

test('a field that is taken over in the files belongs to the domain that answers for it now', async () => {
  const taking = order('total: Int @override(from: "sales")');
  using registry = await seeded(
    [part('sales', order('total: Int note: Int')), part('trade', '')],
    [part('sales', order('total: Int note: Int')), part('trade', taking)],
  );
  expect(registry.ownersOf('Order', 'Order.id', 'Order.note', 'Order.total')).toEqual([
    ...['sales', 'sales', 'sales', 'trade'],
  ]);
});

test('who has a type goes on owning it when the files give it fields of others, or say nothing new of it', async () => {
  const others = part('risk', order('score: Int'));
  using registry = await seeded(
    [part('sales', order('')), part('risk', '')],
    [part('sales', order('')), others],
    [part('sales', order('')), others, part('trade', '')],
  );
  expect(registry.ownersOf('Order', 'Order.id', 'Order.score')).toEqual(['sales', 'sales', 'risk']);
});

test('who refers to a type that nobody else has goes on owning it', async () => {
  const both = [part('sales', reference), part('trade', reference.replace('last', 'first'))];
  using registry = await seeded(both.slice(0, 1), both);
  expect(registry.ownersOf('Order', 'Order.id')).toEqual(['sales', 'sales']);
});
