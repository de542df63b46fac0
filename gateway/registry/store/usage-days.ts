/** Who uses what, day by day: what operations/usage.ts has counted, added to what is known. */
import { eq, gte, inArray, lt, sql } from 'drizzle-orm';
import { listIn } from '../../engine/list-in.ts';
import type { RecordedClient, RecordedOperation } from '../operations/recorded-operation.ts';
import type { UsageBatch } from '../operations/usage-batch.ts';
import { parsed } from './artefacts.ts';
import type { RegistryDatabase } from './open.ts';
import { operation, usage, usageSender } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** For so long, what consumers have sent counts. */
export const countedDays = 30;

/** A day in UTC, as rows name it. @param now in milliseconds since 1970 */
export const dayBefore = (now: number, days: number): string =>
  new Date(now - days * 24 * 3_600_000).toISOString().slice(0, 10);

/** One transaction for all of them; nothing where the batch has come before. @param today in UTC */
export function addUsage({ rows, connection }: RegistryDatabase, batch: UsageBatch, today: string): void {
  const { sender, number, operations, counts } = batch;
  inTransaction(connection, () => {
    const last = rows.select().from(usageSender).where(eq(usageSender.id, sender)).get();
    if (last && last.batch >= number) return;
    const seen = { batch: number, day: today };
    rows
      .insert(usageSender)
      .values({ id: sender, ...seen })
      .onConflictDoUpdate({ target: usageSender.id, set: seen })
      .run();
    for (const { hash, name, text, coordinates } of operations) {
      const known = rows.select().from(operation).where(sql`${operation.hash} = ${hash}`).get();
      const all = new Set([...(known ? parsed<string[]>(known.coordinates, `operation ${hash}`) : []), ...coordinates]);
      const set = { coordinates: JSON.stringify([...all].sort()) };
      rows
        .insert(operation)
        .values({ hash, name, text, ...set })
        .onConflictDoUpdate({ target: operation.hash, set })
        .run();
    }
    for (const { day, client, clientVersion, operation: hash, requests, errors, lastSeen } of counts) {
      rows
        .insert(usage)
        .values({ day, client, clientVersion, operation: hash, requests, errors, lastSeen })
        .onConflictDoUpdate({
          target: [usage.day, usage.client, usage.clientVersion, usage.operation],
          set: {
            requests: sql`${usage.requests} + ${requests}`,
            errors: sql`${usage.errors} + ${errors}`,
            lastSeen: sql`max(${usage.lastSeen}, ${lastSeen})`,
          },
        })
        .run();
    }
  });
}

/** @param since a day, in UTC: what was sent last before it is left out. */
export function recordedOperations({ rows }: RegistryDatabase, since: string): RecordedOperation[] {
  const clients = new Map<string, RecordedClient[]>();
  const sent = rows
    .select({
      operation: usage.operation,
      name: usage.client,
      version: usage.clientVersion,
      lastSeen: sql<string>`max(${usage.lastSeen})`,
      requests: sql<number>`sum(${usage.requests})`,
      days: sql<number>`count(distinct ${usage.day})`,
    })
    .from(usage)
    .where(gte(usage.day, since))
    .groupBy(usage.operation, usage.client, usage.clientVersion)
    .all();
  for (const { operation: hash, requests, days, ...client } of sent) {
    listIn(clients, hash).push({ ...client, callsPerDay: Math.ceil(requests / days) });
  }
  return rows
    .select()
    .from(operation)
    .all()
    .flatMap(({ hash, name, text, coordinates }) => {
      const senders = clients.get(hash);
      if (!senders) return [];
      return { hash, name, text, coordinates: parsed<string[]>(coordinates, `operation ${hash}`), clients: senders };
    });
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
