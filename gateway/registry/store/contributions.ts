/**
 * Who may add fields of its own to a type that another domain owns: the owner opens it, and may close it again. It is open
 * while the domain that opened it owns it: the next one has agreed to nothing (end-permissions.ts).
 */
import { and, eq, isNull } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { isRootType } from '../../governance/ownership.ts';
import { record } from './audit.ts';
import type { RegistryDatabase } from './open.ts';
import { contribution } from './tables.ts';
import { inTransaction } from './transaction.ts';

export interface Contribution {
  /** Coordinate of the type. */
  readonly type: string;
  /** The domain that may contribute to it. */
  readonly domain: string;
  /** The domain that allowed it: the type was its own then. */
  readonly owner: string;
  readonly actor: string;
  readonly createdAt: string;
}

export type Grant = Pick<Contribution, 'type' | 'domain' | 'owner'>;

export interface By {
  readonly actor: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Does nothing where it is granted already. Part of a transaction, or one of its own.
 * @throws WeftError TYPE_OPEN_TO_ALL
 */
export function grant(database: RegistryDatabase, { type, domain, owner }: Grant, { actor, at }: By): void {
  if (isRootType(type)) {
    throw new WeftError('TYPE_OPEN_TO_ALL', `Every domain may add fields of its own to ${type}.`);
  }
  inTransaction(database.connection, () => {
    const row = { type, domain, owner, actor, createdAt: at, revokedAt: null };
    const { changes } = database.rows.insert(contribution).values(row).onConflictDoNothing().run();
    if (changes === 0) return;
    record(database, { at, actor, action: 'ownership.grant', subject: type, details: { to: domain, owner } });
  });
}

/** Fields that were contributed stay; there can be no new ones. @returns whether there was a grant. */
export function revokeGrant(database: RegistryDatabase, { type, domain, owner }: Grant, { actor, at }: By): boolean {
  return inTransaction(database.connection, () => {
    const inForce = and(
      eq(contribution.type, type),
      eq(contribution.domain, domain),
      eq(contribution.owner, owner),
      isNull(contribution.revokedAt),
    );
    const { changes } = database.rows.update(contribution).set({ revokedAt: at }).where(inForce).run();
    if (changes === 0) return false;
    record(database, { at, actor, action: 'ownership.revoke', subject: type, details: { from: domain, owner } });
    return true;
  });
}

/** Those in force, by type. @param owners the domain that owns a coordinate */
export function contributions({ rows }: RegistryDatabase, owners: ReadonlyMap<string, string>): Contribution[] {
  return rows
    .select()
    .from(contribution)
    .where(isNull(contribution.revokedAt))
    .orderBy(contribution.type, contribution.domain)
    .all()
    .filter(({ type, owner }) => owners.get(type) === owner)
    .map(({ type, domain, owner, actor, createdAt }) => ({ type, domain, owner, actor, createdAt }));
}

/**
 * Part of the transaction that relies on them: an owner may have closed a type since they were read.
 * @throws WeftError PERMISSION_WITHDRAWN
 */
export function expectGrants(
  database: RegistryDatabase,
  given: readonly Grant[],
  owners: ReadonlyMap<string, string>,
): void {
  const now = new Set(contributions(database, owners).map(({ type, domain }) => `${domain} ${type}`));
  const gone = given.find(({ type, domain }) => !now.has(`${domain} ${type}`));
  if (!gone) return;
  const { owner, type, domain } = gone;
  throw new WeftError('PERMISSION_WITHDRAWN', `${owner} has closed ${type} for ${domain} meanwhile.`);
}
