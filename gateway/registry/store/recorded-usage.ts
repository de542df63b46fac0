/** What is known of who uses what, from a day on, in UTC: what was sent last before it is left out. */
import { and, gte, inArray, sql } from 'drizzle-orm';
import { listIn } from '../../engine/list-in.ts';
import type { RecordedClient, RecordedOperation } from '../operations/recorded-operation.ts';
import type { RecordedDays } from '../operations/unknown-usage.ts';
import { parsed } from './artefacts.ts';
import type { RegistryDatabase } from './open.ts';
import { operation, usage } from './tables.ts';

/** @param coordinate that they use; of all operations, where none is named. */
export function recordedOperations(
  { rows }: RegistryDatabase,
  since: string,
  coordinate?: string,
): RecordedOperation[] {
  // A coordinate has no quotes, and JSON escapes nothing in it.
  const uses = coordinate === undefined ? undefined : sql`instr(${operation.coordinates}, ${`"${coordinate}"`}) > 0`;
  const isMeant = uses && inArray(usage.operation, rows.select({ hash: operation.hash }).from(operation).where(uses));
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
    .where(and(gte(usage.day, since), isMeant))
    .groupBy(usage.operation, usage.client, usage.clientVersion)
    .all();
  for (const { operation: hash, requests, days, ...client } of sent) {
    listIn(clients, hash).push({ ...client, callsPerDay: Math.ceil(requests / days) });
  }
  return rows
    .select()
    .from(operation)
    .where(uses)
    .all()
    .flatMap(({ hash, name, text, coordinates }) => {
      const senders = clients.get(hash);
      if (!senders) return [];
      return { hash, name, text, coordinates: parsed<string[]>(coordinates, `operation ${hash}`), clients: senders };
    });
}

/** All coordinates that operations use. */
export function recordedCoordinates({ rows }: RegistryDatabase, since: string): ReadonlySet<string> {
  const sent = rows.select({ hash: usage.operation }).from(usage).where(gte(usage.day, since));
  const used = rows.all<{ value: string }>(
    sql`SELECT DISTINCT value FROM ${operation}, json_each(${operation.coordinates}) WHERE ${inArray(operation.hash, sent)}`,
  );
  return new Set(used.map(({ value }) => value));
}

/** On how many days something was sent, and the first of them. */
export function recordedDays({ rows }: RegistryDatabase, since: string): RecordedDays {
  const [known] = rows
    .select({ days: sql<number>`count(distinct ${usage.day})`, first: sql<string | null>`min(${usage.day})` })
    .from(usage)
    .where(gte(usage.day, since))
    .all();
  return known ?? { days: 0, first: null };
}
