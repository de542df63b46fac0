/** What is recorded of consumers is bounded, and what comes pushes nothing out that is there. */
import { describe, expect, test } from 'vitest';
import { operationHash } from '../../gateway/registry/operations/operation-text.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { recordedCoordinates, recordedOperations } from '../../gateway/registry/store/recorded-usage.ts';
import { addUsage } from '../../gateway/registry/store/usage-days.ts';
import { usageRoom } from '../../gateway/registry/store/usage-room.ts';

const day = '2026-11-23';

interface Sent {
  readonly client?: string;
  readonly version?: string;
  readonly coordinates?: readonly string[];
}

function recording(room: Partial<typeof usageRoom> = {}) {
  const database = openDatabase(':memory:');
  let number = 0;
  return {
    /** In one batch. @returns of how many requests nothing is kept. */
    send(names: readonly string[], { client = 'flood', version = '', coordinates = ['Query.a'] }: Sent = {}): number {
      number += 1;
      const operations = names.map((name) => ({ hash: operationHash(name), name, text: name, coordinates }));
      const counts = operations.map(({ hash: operation }) => ({
        ...{ day, client, clientVersion: version, operation, requests: 2, errors: 0 },
        lastSeen: `${day}T12:00:00.000Z`,
      }));
      const batch = { sender: 'test', number, operations, counts, dropped: 0 };
      return addUsage(database, batch, day, { ...usageRoom, ...room });
    },
    recorded: (coordinate?: string) => recordedOperations(database, day, coordinate),
    names: () => recordedOperations(database, day).map(({ name }) => name),
    coordinates: () => [...recordedCoordinates(database, day)].sort(),
    rows: () => Number(database.connection.prepare('SELECT count(*) FROM usage').pluck().get()),
  };
}

const many = (most: number, prefix = 'q'): string[] => Array.from({ length: most }, (_, at) => `${prefix}${at}`);

describe('who sends ever other operations', () => {
  test('leaves room for other clients, and is told how much of it is not kept', () => {
    const { send, names } = recording({ mostOperations: 50 });
    expect(send(many(12))).toBe(4);
    expect(send(many(12))).toBe(4);
    expect(send(['one', 'two'], { client: 'dashboard' })).toBe(0);
    expect(names()).toEqual(expect.arrayContaining(['one', 'two']));
    expect(names()).toHaveLength(12);
  });

  test('pushes nothing out, under however many names', () => {
    const { send, names, recorded } = recording({ mostOperations: 50 });
    send(['one'], { client: 'dashboard' });
    for (let at = 0; at < 20; at++) send(many(9, `${at} `), { client: `flood ${at}` });
    expect(names()).toContain('one');
    expect(names()).toHaveLength(50);
    // What is known is counted on, whoever sends it.
    expect(send(['one'], { client: 'billing' })).toBe(0);
    const [one] = recorded().filter(({ name }) => name === 'one');
    expect(one?.clients.map(({ name }) => name).sort()).toEqual(['billing', 'dashboard']);
  });

  test('gets no more than its share of characters, coordinates included', () => {
    const { send, names } = recording({ mostCharacters: 10_000 });
    expect(send(['x'.repeat(1_900), 'y'.repeat(1_900)])).toBe(2);
    const client = 'app';
    expect(send(['small'], { client })).toBe(0);
    expect(send(['small'], { client, coordinates: [`Query.${'z'.repeat(3_000)}`] })).toBe(2);
    expect(names()).toHaveLength(2);
  });
});

describe('who sends under ever other names', () => {
  test('as versions is counted without them, and takes no names from others', () => {
    const { send, recorded, rows } = recording({ mostRows: 50 });
    for (let at = 0; at < 100; at++) expect(send(['q'], { version: String(at) })).toBe(0);
    send(['q'], { client: 'app', version: '1' });
    expect(rows()).toBe(12);
    const calls = recorded().flatMap(({ clients }) => clients);
    expect(calls.filter(({ name }) => name === 'flood').reduce((sum, each) => sum + each.callsPerDay, 0)).toBe(200);
    expect(calls).toContainEqual(expect.objectContaining({ name: 'app', version: '1', callsPerDay: 2 }));
  });

  test('as clients is counted without them once there is no more room; operations stay known', () => {
    const { send, recorded, rows } = recording({ mostRows: 50 });
    send(['one'], { client: 'app', version: '1' });
    for (let at = 0; at < 100; at++) expect(send(['q'], { client: `flood ${at}` })).toBe(0);
    expect(send(['one'], { client: 'app', version: '1' })).toBe(0);
    expect(rows()).toBe(51);
    const [one] = recorded().filter(({ name }) => name === 'one');
    expect(one?.clients).toMatchObject([{ name: 'app', version: '1', callsPerDay: 4 }]);
  });
});

test('operations are found by just the coordinate that they use', () => {
  const { send, recorded, coordinates } = recording();
  send(['a'], { coordinates: ['Order.total', 'Order'] });
  send(['b'], { coordinates: ['Order.totals', 'Order.total(in:)', 'MyOrder.total'] });
  expect(recorded('Order.total').map(({ name }) => name)).toEqual(['a']);
  expect(recorded('Order.total(in:)').map(({ name }) => name)).toEqual(['b']);
  expect(recorded('Order.%')).toEqual([]);
  expect(coordinates()).toEqual(['MyOrder.total', 'Order', 'Order.total', 'Order.total(in:)', 'Order.totals']);
});
