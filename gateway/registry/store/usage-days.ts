/** Who uses what, day by day: what operations/usage.ts has counted, added to what is known. */
import { eq, inArray, lt, sql } from 'drizzle-orm';
import type { UsageBatch, UsageCount } from '../operations/usage-batch.ts';
import { parsed } from './artefacts.ts';
import type { RegistryDatabase } from './open.ts';
import { operation, usage, usageSender } from './tables.ts';
import { inTransaction } from './transaction.ts';
import { roomForCounts, roomForOperations, sentIn, type UsageRoom, usageRoom } from './usage-room.ts';

/** For so long, what consumers have sent counts, and is kept. */
export const countedDays = 30;

/** A day in UTC, as rows name it. @param now in milliseconds since 1970 */
export const dayBefore = (now: number, days: number): string =>
  new Date(now - days * 24 * 3_600_000).toISOString().slice(0, 10);

/**
 * One transaction for all of them; nothing where the batch has come before.
 * @param today in UTC
 * @returns of how many requests nothing is kept, those that were not counted included.
 */
export function addUsage(database: RegistryDatabase, batch: UsageBatch, today: string, room = usageRoom): number {
  const { rows, connection } = database;
  const { sender, number, dropped } = batch;
  return inTransaction(connection, () => {
    const last = rows.select().from(usageSender).where(eq(usageSender.id, sender)).get();
    if (last && last.batch >= number) return 0;
    const seen = { batch: number, day: today };
    rows
      .insert(usageSender)
      .values({ id: sender, ...seen })
      .onConflictDoUpdate({ target: usageSender.id, set: seen })
      .run();
    const refused = keepOperations(database, batch, room);
    const known = knownOperations(
      database,
      batch.counts.map(({ operation: hash }) => hash),
    );
    const isKept = ({ operation: hash }: UsageCount): boolean => known.has(hash) && !refused.has(hash);
    const [counts, others] = parted(batch.counts, isKept);
    keepCounts(database, roomForCounts(database, counts, room));
    return others.reduce((sum, { requests }) => sum + requests, dropped);
  });
}

/** @returns hashes of those for which, or for more of which, there is no room. */
function keepOperations(database: RegistryDatabase, batch: UsageBatch, room: UsageRoom): ReadonlySet<string> {
  const { rows } = database;
  const refused = new Set<string>();
  const takeRoom = roomForOperations(database, room);
  for (const { used, clients } of sentIn(batch)) {
    const { hash, name, text } = used;
    const known = rows.select().from(operation).where(eq(operation.hash, hash)).get();
    const before = known ? parsed<string[]>(known.coordinates, `operation ${hash}`) : [];
    const all = [...new Set([...before, ...used.coordinates])].sort();
    if (known && all.length === before.length) continue;
    const coordinates = JSON.stringify(all);
    const size = text.length + coordinates.length;
    const holder = takeRoom(known ? [known.client] : clients, known ? 0 : 1, size - (known?.size ?? 0));
    if (holder === undefined) {
      refused.add(hash);
      continue;
    }
    rows
      .insert(operation)
      .values({ hash, name, text, coordinates, client: holder, size })
      .onConflictDoUpdate({ target: operation.hash, set: { coordinates, size } })
      .run();
  }
  return refused;
}

function keepCounts({ rows }: RegistryDatabase, counts: readonly UsageCount[]): void {
  const add = rows
    .insert(usage)
    .values({
      ...{ day: sql.placeholder('day'), client: sql.placeholder('client') },
      ...{ clientVersion: sql.placeholder('clientVersion'), operation: sql.placeholder('operation') },
      ...{ requests: sql.placeholder('requests'), errors: sql.placeholder('errors') },
      lastSeen: sql.placeholder('lastSeen'),
    })
    .onConflictDoUpdate({
      target: [usage.day, usage.client, usage.clientVersion, usage.operation],
      set: {
        requests: sql`${usage.requests} + excluded.requests`,
        errors: sql`${usage.errors} + excluded.errors`,
        lastSeen: sql`max(${usage.lastSeen}, excluded.last_seen)`,
      },
    })
    .prepare();
  for (const each of counts) add.run({ ...each });
}

/** Of these operations, those that are in the registry. */
export function knownOperations({ rows }: RegistryDatabase, hashes: readonly string[]): ReadonlySet<string> {
  const wanted = inArray(operation.hash, [...new Set(hashes)]);
  return new Set(
    rows
      .select({ hash: operation.hash })
      .from(operation)
      .where(wanted)
      .all()
      .map(({ hash }) => hash),
  );
}

/**
 * What was sent before a day, in UTC, is forgotten; operations that nobody has sent since are, too, and processes that have
 * counted nothing.
 */
export function forgetUsage({ rows, connection }: RegistryDatabase, before: string): void {
  inTransaction(connection, () => {
    rows.delete(usage).where(lt(usage.day, before)).run();
    rows.delete(operation).where(sql`${operation.hash} NOT IN (SELECT operation FROM usage)`).run();
    rows.delete(usageSender).where(lt(usageSender.day, before)).run();
  });
}

function parted<T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((each) => !isFirst(each))];
}
