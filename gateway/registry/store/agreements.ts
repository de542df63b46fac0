/** Agreements as they are kept, and how they begin: with a request. Each change (decide-agreements.ts) is in the audit log. */
import { and, asc, count, desc, eq, gt, isNull, lt, max, or } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type {
  Agreement,
  AgreementStatus,
  ApprovalStep,
  Consumer,
  StoredStatus,
} from '../../governance/agreements/agreement.ts';
import { parsed } from './artefacts.ts';
import { record } from './audit.ts';
import type { By } from './contributions.ts';
import type { RegistryDatabase } from './open.ts';
import { agreement } from './tables.ts';
import { inTransaction } from './transaction.ts';

export type NewAgreement = Pick<
  Agreement,
  'product' | 'port' | 'domain' | 'consumer' | 'purpose' | 'usage' | 'roles' | 'steps' | 'endsAt'
>;

/** For so many answers one consumer may wait: those who decide have to read all of them. */
const mostRequested = 100;

/** What waits already, or is in force as long, is not asked for again. @throws WeftError REQUESTS_TOO_MANY */
export function requestAgreement(database: RegistryDatabase, wanted: NewAgreement, by: By): Agreement {
  const { product, port, domain, consumer, purpose, usage, roles, steps, endsAt } = wanted;
  return inTransaction(database.connection, () => {
    const same = and(
      eq(agreement.product, product),
      eq(agreement.domain, domain),
      port === null ? isNull(agreement.port) : eq(agreement.port, port),
      eq(agreement.purpose, purpose),
      eq(agreement.roles, JSON.stringify(roles)),
      isOf(consumer),
    );
    const waits = eq(agreement.status, 'requested');
    const lasts = and(eq(agreement.status, 'approved'), gt(agreement.endsAt, by.at));
    const open = and(same, or(waits, lasts));
    const found = database.rows.select().from(agreement).where(open).orderBy(desc(agreement.endsAt)).all();
    const known = found.find((row) => row.status === 'requested' || row.endsAt >= endsAt);
    if (known) return agreementFrom(known);
    expectNotTooMany(database, consumer);
    const row = database.rows
      .insert(agreement)
      .values({
        ...{ product, port, domain, ...consumer, purpose, usage, endsAt, status: 'requested' },
        ...{ roles: JSON.stringify(roles), steps: JSON.stringify(steps), revision: nextRevision(database) },
        ...{ requestedBy: by.actor, requestedAt: by.at },
      })
      .returning()
      .get();
    const details = { id: row.id, port, ...consumer, purpose, roles, endsAt };
    record(database, { ...by, action: 'agreement.request', subject: product, details });
    return agreementFrom(row);
  });
}

function expectNotTooMany({ rows }: RegistryDatabase, consumer: Consumer): void {
  const waiting = and(isOf(consumer), eq(agreement.status, 'requested'));
  const { requested = 0 } = rows.select({ requested: count() }).from(agreement).where(waiting).get() ?? {};
  if (requested < mostRequested) return;
  const says = `${consumer.team ?? consumer.user} waits for ${requested} agreements already. This one was not asked for.`;
  throw new WeftError('REQUESTS_TOO_MANY', says);
}

const isOf = ({ team, user }: Consumer) =>
  user === null ? eq(agreement.team, team) : and(isNull(agreement.team), eq(agreement.user, user));

/** @throws WeftError AGREEMENT_UNKNOWN */
export function agreementOf({ rows }: RegistryDatabase, id: number): Agreement {
  const row = rows.select().from(agreement).where(eq(agreement.id, id)).get();
  if (!row) throw new WeftError('AGREEMENT_UNKNOWN', `There is no agreement ${id}.`);
  return agreementFrom(row);
}

export interface AgreementFilter {
  readonly product?: string;
  readonly domain?: string;
  readonly team?: string;
  readonly user?: string;
  readonly status?: AgreementStatus;
}

/** Newest first. */
export function agreements(
  { rows }: RegistryDatabase,
  { product, domain, team, user, status }: AgreementFilter,
  page: { readonly first: number; readonly before?: number },
  now: string,
): Agreement[] {
  const wanted = and(
    product === undefined ? undefined : eq(agreement.product, product),
    domain === undefined ? undefined : eq(agreement.domain, domain),
    team === undefined ? undefined : eq(agreement.team, team),
    user === undefined ? undefined : eq(agreement.user, user),
    status === undefined ? undefined : eq(agreement.status, status === 'expired' ? 'approved' : status),
    status === 'expired' ? lt(agreement.endsAt, now) : status === 'approved' ? gt(agreement.endsAt, now) : undefined,
    page.before === undefined ? undefined : lt(agreement.id, page.before),
  );
  return rows
    .select()
    .from(agreement)
    .where(wanted)
    .orderBy(desc(agreement.id))
    .limit(page.first)
    .all()
    .map(agreementFrom);
}

/** A number that is another one as soon as any agreement has changed. */
export const agreementsRevision = ({ rows }: RegistryDatabase): number =>
  rows
    .select({ last: max(agreement.revision) })
    .from(agreement)
    .get()?.last ?? 0;

export const approvedAgreements = ({ rows }: RegistryDatabase, now: string): Agreement[] =>
  rows
    .select()
    .from(agreement)
    .where(and(eq(agreement.status, 'approved'), gt(agreement.endsAt, now)))
    .orderBy(asc(agreement.id))
    .all()
    .map(agreementFrom);

/** Part of a transaction. */
export function changeAgreement(
  database: RegistryDatabase,
  id: number,
  to: Partial<typeof agreement.$inferInsert>,
): Agreement {
  const changed = { ...to, revision: nextRevision(database) };
  return agreementFrom(database.rows.update(agreement).set(changed).where(eq(agreement.id, id)).returning().get());
}

const nextRevision = (database: RegistryDatabase): number => agreementsRevision(database) + 1;

export function agreementFrom({ revision: _, team, user, ...row }: typeof agreement.$inferSelect): Agreement {
  const what = `agreement ${row.id}`;
  return {
    ...row,
    consumer: { team, user } as Consumer,
    status: row.status as StoredStatus,
    roles: parsed<string[]>(row.roles, what),
    steps: parsed<ApprovalStep[]>(row.steps, what),
  };
}
