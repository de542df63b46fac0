/**
 * What one domain allows another ends with its ground: when who allowed it, or was asked, no longer decides about it, or who
 * was to have it has left the graph. It does not come back with either.
 */
import { eq, inArray, isNull } from 'drizzle-orm';
import { ownerOf } from '../../governance/ownership.ts';
import { catalogName } from '../supergraph-file.ts';
import { record } from './audit.ts';
import type { By } from './contributions.ts';
import type { RegistryDatabase } from './open.ts';
import { approval, contribution } from './tables.ts';

interface Ground {
  /** The domain that owns a coordinate. */
  readonly owners: ReadonlyMap<string, string>;
  /** Domains that were part of the graph. */
  readonly left: ReadonlySet<string>;
}

/** Part of the transaction that takes the ground away. */
export function endPermissions(database: RegistryDatabase, { owners, left }: Ground, { actor, at }: By): void {
  const { rows } = database;
  const book = { ownerOf: (coordinate: string) => owners.get(coordinate), platform: catalogName };
  const reason = (domain: string, owner: string, coordinate: string): string | undefined => {
    if (left.has(domain)) return `${domain} has left the graph`;
    return ownerOf(coordinate, book) === owner ? undefined : `${owner} no longer decides about ${coordinate}`;
  };
  for (const { id, type, domain, owner } of rows
    .select()
    .from(contribution)
    .where(isNull(contribution.revokedAt))
    .all()) {
    const because = reason(domain, owner, type);
    if (because === undefined) continue;
    rows.update(contribution).set({ revokedAt: at }).where(eq(contribution.id, id)).run();
    record(database, {
      at,
      actor,
      action: 'ownership.revoke',
      subject: type,
      details: { from: domain, owner, because },
    });
  }
  const isOpen = inArray(approval.status, ['requested', 'approved']);
  for (const { id, digest, coordinate, domain, owner } of rows.select().from(approval).where(isOpen).all()) {
    const because = reason(domain, owner, coordinate);
    if (because === undefined) continue;
    const refused = { status: 'refused', decidedBy: actor, decidedAt: at };
    rows.update(approval).set(refused).where(eq(approval.id, id)).run();
    const details = { id, digest, domain, because };
    record(database, { at, actor, action: 'ownership.refuse', subject: coordinate, details });
  }
}
