/** A graph that is what it was: nobody loses a name by that, and no two publications of a domain have one number. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Publication } from '../../gateway/registry/publication.ts';
import { grant, revokeGrant } from '../../gateway/registry/store/contributions.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { commitVersion, lastNumberOf } from '../../gateway/registry/store/versions.ts';
import { makeMesh } from '../mesh.ts';
import { endedPart, messagesOf, order, part, publish, seed } from './order-parts.ts';
import { openHere, type RegistryHere } from './registry-here.ts';
import { by, newVersion, publicationOf } from './versions.ts';

async function opened(...given: readonly Publication[]) {
  const registry = await openHere(':memory:');
  await publish(registry, ...given);
  return { ...registry, [Symbol.dispose]: () => registry.database.connection.close() };
}

const goBack = async (registry: RegistryHere, to: number): Promise<void> => {
  expect(await registry.rollback(to, by)).toMatchObject({ outcome: 'PUBLISHED' });
};

describe('what goes away when the graph goes back', () => {
  test('stays reserved for whose it was', async () => {
    const more = `${order('total: Int')} extend type Query { orders: Int }`;
    using registry = await opened(part('sales', ''), part('sales', more));
    await goBack(registry, 1);
    const taking = await registry.publish(part('trade', more), by);
    expect(taking.outcome).toBe('REFUSED');
    expect(messagesOf(taking)).toEqual(
      expect.arrayContaining([
        'Order belongs to sales (sales); trade would add the object type Order.',
        'Query.orders belongs to sales (sales); trade would add the field Query.orders.',
      ]),
    );
    await publish(registry, part('sales', more));
    expect(registry.refresh()?.owners.get('Order.total')).toBe('sales');
  });

  test('is free where its owner went away with it', async () => {
    using registry = await opened(part('risk', ''), part('squat', 'type Customer { a: Int } type Invoice { a: Int }'));
    await goBack(registry, 1);
    await publish(registry, part('crm', 'type Customer { b: Int }'));
    expect(registry.refresh()?.owners.has('Invoice')).toBe(false);
  });

  test("is the type's owner's to give, where it was a field of another's type", async () => {
    using registry = await opened(part('trade', ''), part('sales', order('total: Int')));
    const given = { type: 'Order', domain: 'trade', owner: 'sales' };
    grant(registry.database, given, by);
    await publish(registry, part('trade', order('score: Int')));
    await goBack(registry, 2);
    revokeGrant(registry.database, given, by);
    await publish(registry, part('sales', order('total: Int score: Int')));
    expect(registry.refresh()?.owners.get('Order.score')).toBe('sales');
  });

  test('is free when its type is', async () => {
    const ended = endedPart('sales');
    using registry = await opened(part('trade', ''), ended, {
      ...ended,
      sdl: ended.sdl.replace('total: Int', 'more: Int total: Int'),
    });
    await goBack(registry, 2);
    await publish(registry, { ...ended, sdl: ended.sdl.slice(0, ended.sdl.indexOf('type Order')) });
    await publish(registry, part('trade', order('more: Int')));
    expect(registry.refresh()?.owners.get('Order.more')).toBe('trade');
  });

  test('stays so when the files of the mesh are read again', async () => {
    using registry = await opened();
    const sales = part('sales', '');
    await seed(registry, [part('risk', ''), sales]);
    await publish(registry, part('sales', order('total: Int')));
    await goBack(registry, 1);
    await seed(registry, [part('risk', 'type Risk { a: Int }'), sales]);
    const { owners } = registry.refresh() ?? {};
    expect(['Order', 'Risk.a', 'Query.risk'].map((each) => owners?.get(each))).toEqual(['sales', 'risk', 'risk']);
    await seed(registry, [part('risk', ''), sales]);
    expect(registry.refresh()?.owners.has('Risk.a')).toBe(false);
  });

  test('is free when its owner has gone', async () => {
    using registry = await opened(part('risk', ''), part('sales', ''), part('sales', order('total: Int')));
    await goBack(registry, 2);
    const { sdl, ...rest } = endedPart('sales');
    await publish(registry, { ...rest, sdl: sdl.slice(0, sdl.indexOf('type Order')) });
    expect(await registry.remove('sales', by)).toMatchObject({ outcome: 'PUBLISHED' });
    await publish(registry, part('trade', order('sum: Int')));
    expect(registry.refresh()?.owners.get('Order')).toBe('trade');
  });

  test("is the last owner's: an older version says who owned what there was, and of nothing else", async () => {
    using registry = await opened(part('trade', ''), part('sales', order('total: Int')), endedPart('sales'));
    expect(await registry.remove('sales', by)).toMatchObject({ outcome: 'PUBLISHED' });
    await publish(registry, part('trade', order('sum: Int')));
    await goBack(registry, 1);
    expect(messagesOf(await registry.publish(part('sales', order('total: Int')), by))).toContain(
      'Order belongs to trade (trade); sales would add the object type Order.',
    );
    await goBack(registry, 2);
    expect(registry.refresh()?.owners.get('Order')).toBe('sales');
    await publish(registry, part('sales', order('total: Int more: Int')));
  });

  test('comes back only where the owner of its type still allows it', async () => {
    using registry = await opened(part('risk', ''), part('sales', order('total: Int')));
    const given = { type: 'Order', domain: 'risk', owner: 'sales' };
    grant(registry.database, given, by);
    await publish(registry, part('risk', order('score: Int')));
    await goBack(registry, 2);
    revokeGrant(registry.database, given, by);
    const again = await registry.publish(part('risk', order('score: Int')), by);
    expect(messagesOf(again)).toEqual(['Order belongs to sales (sales); risk would add the field Order.score.']);
  });
});

test('the number of a publication is one that none has had', async () => {
  using registry = await opened(part('sales', ''), part('sales', 'type A { a: Int }'));
  await goBack(registry, 1);
  const numbers = () => [...(registry.refresh()?.published.values() ?? [])].map(({ version }) => version);
  expect(numbers()).toEqual([1]);
  await publish(registry, part('sales', 'type B { b: Int }'));
  expect(numbers()).toEqual([3]);
});

test('numbers are counted over what files say, too', async () => {
  await using mesh = makeMesh();
  const database = openDatabase(join(mesh.dir, 'registry.db'));
  let base: number | undefined;
  const commit = (action: 'seed' | 'publish' | 'rollback', number: number, domain = 'sales') => {
    const published = [publicationOf('sales', number)];
    base = commitVersion(database, newVersion({ base, action, domain, published })).id;
    return lastNumberOf(database, 'sales');
  };
  expect(lastNumberOf(database, 'sales')).toBe(0);
  expect(commit('seed', 1)).toBe(1);
  expect(commit('publish', 2)).toBe(2);
  expect(commit('seed', 3)).toBe(3);
  expect(commit('rollback', 1)).toBe(3);
  expect(commit('publish', 1, 'finance')).toBe(3);
  expect(commit('seed', 1)).toBe(3);
  expect(commit('publish', 4)).toBe(4);
  expect(lastNumberOf(database, 'finance')).toBe(0);
  database.connection.close();
});
