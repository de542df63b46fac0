/** Who uses what, day by day: what operations/usage.ts has counted, added to what is known. */
import { gte, lt, sql } from 'drizzle-orm';
import { listIn } from '../../engine/list-in.ts';
import type { RecordedClient, RecordedOperation } from '../operations/recorded-operation.ts';
import type { UsageBatch } from '../operations/usage.ts';
import { parsed } from './artefacts.ts';
import type { RegistryDatabase } from './open.ts';
import { operation, usage } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** A day in UTC, as rows name it. @param now in milliseconds since 1970 */
export const dayBefore = (now: number, days: number): string =>
  new Date(now - days * 24 * 3_600_000).toISOString().slice(0, 10);

/** One transaction for all of them. */
export function addUsage({ rows, connection }: RegistryDatabase, { operations, counts }: UsageBatch): void {
  inTransaction(connection, () => {
    for (const { hash, name, text, coordinates } of operations) {
      const known = rows.select().from(operation).where(sql`${operation.hash} = ${hash}`).get();
      const all = new Set([...(known ? parsed<string[]>(known.coordinates, `operation ${hash}`) : []), ...coordinates]);
      const row = { hash, name, text, coordinates: JSON.stringify([...all].sort()) };
      rows.insert(operation).values(row).onConflictDoUpdate({ target: operation.hash, set: row }).run();
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

/** What was sent before a day, in UTC, is forgotten; operations that nobody has sent since are, too. */
export function forgetUsage({ rows, connection }: RegistryDatabase, before: string): void {
  inTransaction(connection, () => {
    rows.delete(usage).where(lt(usage.day, before)).run();
    rows.delete(operation).where(sql`${operation.hash} NOT IN (SELECT operation FROM usage)`).run();
  });
}
