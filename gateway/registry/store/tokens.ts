/** Tokens of domain teams and of the platform. Only a hash is kept: a token is shown once, when it is made. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import { parsed } from './artefacts.ts';
import { record } from './audit.ts';
import type { RegistryDatabase } from './open.ts';
import { token } from './tables.ts';
import { inTransaction } from './transaction.ts';

/**
 * What a token lets its bearer do, to the domains that it names. `admin` is for what concerns the mesh as a whole; `usage`,
 * which is for all domains, for gateways that answer from the graph and report who uses it.
 */
export const actions = ['check', 'publish', 'delete', 'ownership', 'read', 'usage', 'admin'] as const;
export type Action = (typeof actions)[number];

/** Stands for every domain. */
export const anyDomain = '*';

export interface TokenRecord {
  /** The part of the token that is no secret. */
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly actions: readonly Action[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

export interface NewToken extends Pick<TokenRecord, 'name' | 'domains' | 'actions' | 'expiresAt'> {
  readonly actor: string;
  readonly at: string;
}

/**
 * @returns the token: `weft_<id>_<secret>`. Nobody can find it out again.
 * @throws WeftError TOKEN_USELESS
 */
export function createToken(database: RegistryDatabase, made: NewToken): { record: TokenRecord; token: string } {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(24).toString('base64url');
  const { name, domains, actions: allowed, expiresAt, actor, at } = made;
  if (allowed.includes('usage') && !domains.includes(anyDomain)) {
    const message = `Usage is of the mesh as a whole: a token for ${domains.join(', ')} only could not report it.`;
    throw new WeftError('TOKEN_USELESS', message);
  }
  const row = {
    ...{ id, hash: digestOf(secret), name, expiresAt, createdBy: actor, createdAt: at, revokedAt: null },
    domains: JSON.stringify(domains),
    actions: JSON.stringify(allowed),
  };
  inTransaction(database.connection, () => {
    database.rows.insert(token).values(row).run();
    record(database, {
      at,
      actor,
      action: 'token.create',
      subject: id,
      details: { name, domains, actions: allowed, expiresAt },
    });
  });
  return { record: recordOf(row), token: `weft_${id}_${secret}` };
}

/** The record of a token that is genuine, and in force at that time. */
export function findToken({ rows }: RegistryDatabase, text: string, at: string): TokenRecord | undefined {
  const [, id, secret] = /^weft_([0-9a-f]{12})_([\w-]{32})$/.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const row = rows.select().from(token).where(eq(token.id, id)).get();
  // The same time for a wrong secret, whatever of it is right.
  if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(digestOf(secret)))) return undefined;
  return row.revokedAt === null && row.expiresAt > at ? recordOf(row) : undefined;
}

/** @throws WeftError TOKEN_UNKNOWN */
export function revokeToken(
  database: RegistryDatabase,
  id: string,
  { actor, at }: { actor: string; at: string },
): void {
  inTransaction(database.connection, () => {
    const row = database.rows.select().from(token).where(eq(token.id, id)).get();
    if (!row) throw new WeftError('TOKEN_UNKNOWN', `There is no token ${id}.`);
    if (row.revokedAt !== null) return;
    database.rows.update(token).set({ revokedAt: at }).where(eq(token.id, id)).run();
    record(database, { at, actor, action: 'token.revoke', subject: id, details: { name: row.name } });
  });
}

/** Newest first. */
export function tokenRecords({ rows }: RegistryDatabase): TokenRecord[] {
  return rows.select().from(token).orderBy(desc(token.createdAt), token.id).all().map(recordOf);
}

function recordOf({ hash: _, domains, actions: allowed, ...row }: typeof token.$inferSelect): TokenRecord {
  return { ...row, domains: parsed(domains, `token ${row.id}`), actions: parsed(allowed, `token ${row.id}`) };
}
