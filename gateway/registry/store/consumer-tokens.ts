/**
 * Tokens by which consumers ask at the graph, for meshes without an issuer of their own: `weftc_<id>_<secret>`. Only a hash is
 * kept. Whoever answers is told which are in force, and asks nobody for each request.
 */
import { randomBytes } from 'node:crypto';
import { and, asc, desc, eq, gt, isNull, max } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import { parsed } from './artefacts.ts';
import { record } from './audit.ts';
import type { By } from './contributions.ts';
import type { RegistryDatabase } from './open.ts';
import { consumerToken } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** What policies are told of whoever shows it. */
export interface ConsumerClaims {
  readonly team: string | null;
  readonly roles: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ConsumerTokenRecord extends ConsumerClaims {
  /** The part of the token that is no secret. */
  readonly id: string;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** As far as it takes to know it again. */
export interface ConsumerTokenInForce extends ConsumerClaims {
  readonly id: string;
  /** SHA-256 of the secret part, in hexadecimal digits. */
  readonly hash: string;
  readonly expiresAt: string;
}

export type NewConsumerToken = ConsumerClaims & Pick<ConsumerTokenRecord, 'name' | 'expiresAt'>;

/** @throws WeftError CONSUMER_TOKEN_INVALID. @returns the token, which nobody can find out again. */
export function createConsumerToken(
  database: RegistryDatabase,
  made: NewConsumerToken,
  { actor, at }: By,
): { record: ConsumerTokenRecord; token: string } {
  expectFit(made);
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(24).toString('base64url');
  const { name, team, roles, attributes, expiresAt } = made;
  return inTransaction(database.connection, () => {
    const row = {
      ...{ id, hash: digestOf(secret), name, team, expiresAt, createdBy: actor, createdAt: at, revokedAt: null },
      roles: JSON.stringify([...new Set(roles)]),
      attributes: JSON.stringify(attributes),
      revision: consumerTokensRevision(database) + 1,
    };
    database.rows.insert(consumerToken).values(row).run();
    const details = { name, team, roles, attributes, expiresAt };
    record(database, { at, actor, action: 'token.create-consumer', subject: id, details });
    return { record: recordOf(row), token: `weftc_${id}_${secret}` };
  });
}

/** Whether there is one of this id, which is over now. */
export function revokeConsumerToken(database: RegistryDatabase, id: string, { actor, at }: By): boolean {
  return inTransaction(database.connection, () => {
    const row = database.rows.select().from(consumerToken).where(eq(consumerToken.id, id)).get();
    if (!row) return false;
    if (row.revokedAt !== null) return true;
    const changed = { revokedAt: at, revision: consumerTokensRevision(database) + 1 };
    database.rows.update(consumerToken).set(changed).where(eq(consumerToken.id, id)).run();
    record(database, { at, actor, action: 'token.revoke', subject: id, details: { name: row.name } });
    return true;
  });
}

/** Newest first. */
export function consumerTokenRecords({ rows }: RegistryDatabase): ConsumerTokenRecord[] {
  const newest = [desc(consumerToken.createdAt), consumerToken.id];
  return rows
    .select()
    .from(consumerToken)
    .orderBy(...newest)
    .all()
    .map(recordOf);
}

/** A number that is another one as soon as any has been made or revoked. */
export const consumerTokensRevision = ({ rows }: RegistryDatabase): number =>
  rows
    .select({ last: max(consumerToken.revision) })
    .from(consumerToken)
    .get()?.last ?? 0;

export function consumerTokensInForce({ rows }: RegistryDatabase, now: string): ConsumerTokenInForce[] {
  const inForce = and(isNull(consumerToken.revokedAt), gt(consumerToken.expiresAt, now));
  const found = rows.select().from(consumerToken).where(inForce).orderBy(asc(consumerToken.id)).all();
  return found.map((row) => {
    const { id, team, roles, attributes, expiresAt } = recordOf(row);
    return { id, hash: row.hash, team, roles, attributes, expiresAt };
  });
}

function recordOf({ hash: _, revision: __, ...row }: typeof consumerToken.$inferSelect): ConsumerTokenRecord {
  const what = `token ${row.id}`;
  return {
    ...row,
    roles: parsed<string[]>(row.roles, what),
    attributes: parsed<Record<string, string>>(row.attributes, what),
  };
}

const longestText = 500;
const most = 100;

/** It would be another text in a log, a database or a hash: control characters, and halves of surrogate pairs. */
const unfit = /[\p{Cc}\p{Cs}]/u;

function expectFit({ name, team, roles, attributes }: NewConsumerToken): void {
  const refuse = (why: string): never => {
    throw new WeftError('CONSUMER_TOKEN_INVALID', why);
  };
  const texts = { name: [name], team: team === null ? [] : [team], role: roles, attribute: Object.keys(attributes) };
  for (const [what, given] of Object.entries(texts)) {
    if (given.length > most) refuse(`There are more than ${most} of ${what}.`);
    for (const text of given) {
      if (text.trim() === '' || unfit.test(text)) refuse(`A ${what} is empty, or has characters that nobody sees.`);
      if (text.length > longestText) refuse(`A ${what} has more than ${longestText} characters.`);
    }
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    if (unfit.test(value) || value.length > longestText) {
      refuse(`The attribute ${attribute} is longer than ${longestText} characters, or has some that nobody sees.`);
    }
  }
}
