/** A heavy question does not hold up the others, and does not take for ever. */

import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from '../subgraphs/kit/store/database.ts';
import { openReaders } from '../subgraphs/kit/store/readers.ts';
import { makeMesh } from './mesh.ts';

/** Seconds of work for SQLite. */
const heavy = sql`with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 8000000) select count(*) from numbers`;
const light = sql`select 42`;

function storeIn(dir: string): string {
  const file = join(dir, 'store.sqlite');
  openDatabase(file).close();
  return file;
}

test('look-ups are answered while more scans run than there are threads', async () => {
  await using mesh = makeMesh();
  const readers = openReaders(storeIn(mesh.dir), { statementTimeoutMs: 120_000 });
  const { lookups, scans } = readers.open();
  const answered: string[] = [];
  const scanning = Array.from({ length: 3 }, () => scans.all(heavy).then(() => answered.push('scan')));
  for (let times = 0; times < 5; times++) await lookups.all(light).then(() => answered.push('look-up'));
  await Promise.all(scanning);
  expect(answered).toEqual([...Array(5).fill('look-up'), ...Array(3).fill('scan')]);
  await readers.close();
});

test('a statement that takes too long is given up with READ_TIMEOUT, and its thread is replaced', async () => {
  await using mesh = makeMesh();
  const readers = openReaders(storeIn(mesh.dir), { statementTimeoutMs: 300 });
  const tooLong = Array.from({ length: 3 }, () =>
    readers
      .open()
      .scans.all(heavy)
      .catch((error) => error.cause.code),
  );
  expect(await Promise.all(tooLong)).toEqual(['READ_TIMEOUT', 'READ_TIMEOUT', 'READ_TIMEOUT']);
  const patient = openReaders(storeIn(mesh.dir));
  expect(await patient.open().scans.all(light)).toEqual([[42n]]);
  await Promise.all([readers.close(), patient.close()]);
});

test('what a client asked for is given up when it hangs up', async () => {
  await using mesh = makeMesh();
  const readers = openReaders(storeIn(mesh.dir), { statementTimeoutMs: 120_000 });
  const gone = new AbortController();
  const asked = readers.open(gone.signal).scans.all(heavy);
  gone.abort();
  await expect(asked).rejects.toMatchObject({ cause: { code: 'READ_FAILED' } });
  await readers.close();
});
