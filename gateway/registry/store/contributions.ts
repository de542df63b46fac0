/** Who may add fields of its own to a type that another domain owns: the owner opens it, and may close it again. */
import { and, eq, isNull } from 'drizzle-orm';
import { record } from './audit.ts';
import type { RegistryDatabase } from './open.ts';
import { contribution } from './tables.ts';
import { inTransaction } from './transaction.ts';

export interface Contribution {
  /** Coordinate of the type. */
  readonly type: string;
  /** The domain that may contribute to it. */
  readonly domain: string;
  readonly actor: string;
  readonly createdAt: string;
}

export interface By {
  readonly actor: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Does nothing where it is granted already. Part of a transaction, or one of its own. */
export function grant(database: RegistryDatabase, to: Pick<Contribution, 'type' | 'domain'>, { actor, at }: By): void {
  inTransaction(database.connection, () => {
    const row = { type: to.type, domain: to.domain, actor, createdAt: at, revokedAt: null };
    const { changes } = database.rows.insert(contribution).values(row).onConflictDoNothing().run();
    if (changes > 0)
      record(database, { at, actor, action: 'ownership.grant', subject: to.type, details: { to: to.domain } });
  });
}

/** Fields that were contributed stay; there can be no new ones. @returns whether there was a grant. */
export function revokeGrant(
  database: RegistryDatabase,
  from: Pick<Contribution, 'type' | 'domain'>,
  { actor, at }: By,
): boolean {
  return inTransaction(database.connection, () => {
    const inForce = and(
      eq(contribution.type, from.type),
      eq(contribution.domain, from.domain),
      isNull(contribution.revokedAt),
    );
    const { changes } = database.rows.update(contribution).set({ revokedAt: at }).where(inForce).run();
    if (changes === 0) return false;
    record(database, { at, actor, action: 'ownership.revoke', subject: from.type, details: { from: from.domain } });
    return true;
  });
}

/** Those in force, by type. */
export function contributions({ rows }: RegistryDatabase): Contribution[] {
  return rows
    .select()
    .from(contribution)
    .where(isNull(contribution.revokedAt))
    .orderBy(contribution.type, contribution.domain)
    .all()
    .map(({ type, domain, actor, createdAt }) => ({ type, domain, actor, createdAt }));
}
