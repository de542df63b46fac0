/**
 * How much is kept of what consumers send: reading it must never cost more than the registry has. Whoever sends requests
 * chooses the texts of operations, and what clients are called. So what is kept stays until nobody sends it any more,
 * whatever else comes: nothing that is new pushes out what somebody relies on. And one client, by its name, has a share
 * only: who puts values into aliases leaves room for the others.
 */
import { and, count, eq, sql } from 'drizzle-orm';
import type { UsageBatch, UsageCount, UsedOperation } from '../operations/usage-batch.ts';
import type { RegistryDatabase } from './open.ts';
import { operation, usage } from './tables.ts';

export interface UsageRoom {
  readonly mostOperations: number;
  /** Of the operations and their coordinates. */
  readonly mostCharacters: number;
  /** Combinations of a day, a client, its version and an operation. */
  readonly mostRows: number;
}

export const usageRoom: UsageRoom = {
  mostOperations: 50_000,
  mostCharacters: 64 * 1024 * 1024,
  mostRows: 500_000,
};

/** Of the room, what one client may hold. */
const share = 1 / 5;

/** @returns which of these clients may hold so many characters more, if one of them may; what it holds then counts. */
export type TakeRoom = (clients: readonly string[], operations: number, characters: number) => string | undefined;

export function roomForOperations({ rows }: RegistryDatabase, { mostOperations, mostCharacters }: UsageRoom): TakeRoom {
  const known = new Map<string | undefined, { operations: number; characters: number }>();
  const heldBy = (client?: string) => {
    const held = known.get(client) ?? {
      operations: 0,
      characters: 0,
      ...rows
        .select({ operations: count(), characters: sql<number>`coalesce(sum(${operation.size}), 0)` })
        .from(operation)
        .where(client === undefined ? undefined : eq(operation.client, client))
        .get(),
    };
    known.set(client, held);
    return held;
  };
  return (clients, operations, characters) => {
    const all = heldBy();
    const fits = (held: typeof all, part: number) =>
      held.operations + operations <= mostOperations * part && held.characters + characters <= mostCharacters * part;
    const holder = fits(all, 1) ? clients.find((client) => fits(heldBy(client), share)) : undefined;
    for (const held of holder === undefined ? [] : [all, heldBy(holder)]) {
      held.operations += operations;
      held.characters += characters;
    }
    return holder;
  };
}

/**
 * Where there is no room for who sends an operation, it is counted all the same: under the client's name without a version,
 * or, where others have taken all the room, without a name.
 */
export function roomForCounts({ rows }: RegistryDatabase, counts: readonly UsageCount[], { mostRows }: UsageRoom) {
  const held = (client?: string): number =>
    rows
      .select({ rows: count() })
      .from(usage)
      .where(client === undefined ? undefined : eq(usage.client, client))
      .get()?.rows ?? 0;
  const isThere = ({ day, client, clientVersion, operation: hash }: UsageCount): boolean => {
    const same = [eq(usage.day, day), eq(usage.client, client), eq(usage.clientVersion, clientVersion)];
    return (
      rows
        .select()
        .from(usage)
        .where(and(...same, eq(usage.operation, hash)))
        .get() !== undefined
    );
  };
  const isFull = held() + counts.length > mostRows;
  const byClient = new Map<string, number>();
  for (const { client } of counts) byClient.set(client, (byClient.get(client) ?? 0) + 1);
  const beyond = new Set(
    [...byClient].filter(([client, more]) => held(client) + more > mostRows * share).map(([client]) => client),
  );
  return counts.map((each) => {
    if ((!isFull && !beyond.has(each.client)) || isThere(each)) return each;
    return { ...each, clientVersion: '', ...(isFull && { client: '' }) };
  });
}

/** Each operation of a batch that is counted in it, with the clients that sent it. */
export function sentIn({ operations, counts }: UsageBatch): { used: UsedOperation; clients: string[] }[] {
  const clients = new Map<string, Set<string>>();
  for (const { operation: hash, client } of counts) {
    const senders = clients.get(hash) ?? new Set();
    clients.set(hash, senders.add(client));
  }
  return operations.flatMap((used) => {
    const senders = clients.get(used.hash);
    return senders ? [{ used, clients: [...senders] }] : [];
  });
}
