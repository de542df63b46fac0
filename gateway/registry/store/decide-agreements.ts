/** What becomes of agreements: approved step by step, refused, revoked, looked at again. */
import { and, inArray } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { type Agreement, type AgreementStatus, isConsumer, statusOf } from '../../governance/agreements/agreement.ts';
import { type Decider, isApprover, standingOf } from '../../governance/agreements/approval-steps.ts';
import { agreementFrom, agreementOf, changeAgreement } from './agreements.ts';
import { record } from './audit.ts';
import type { By } from './contributions.ts';
import type { RegistryDatabase } from './open.ts';
import { agreement } from './tables.ts';
import { inTransaction } from './transaction.ts';

export interface Approving {
  readonly decider: Decider;
  /** That owns the product now. */
  readonly team: string;
  readonly at: string;
  /** Until somebody looks at it again; absent: half of its time. */
  readonly reassessAt?: string | undefined;
}

/**
 * Approves all steps that whoever decides may approve. With the last of them, the agreement is in force.
 * @throws WeftError AGREEMENT_UNKNOWN, AGREEMENT_DECIDED, AGREEMENT_NOT_YOURS
 */
export function approveAgreement(database: RegistryDatabase, id: number, approving: Approving): Agreement {
  const { decider, team, at } = approving;
  return inTransaction(database.connection, () => {
    const before = expectRequested(database, id, at);
    const open = before.steps.filter(({ approvedBy }) => approvedBy === null);
    const standings = open.map((step) => ({ step, standing: standingOf(decider, before, step, team) }));
    // Who may approve both levels approves one: two levels are two people.
    const first = standings.find(({ standing }) => standing.may)?.step;
    if (!first) {
      const why = standings.flatMap(({ standing }) => (standing.may ? [] : [standing.why]));
      throw new WeftError(
        'AGREEMENT_NOT_YOURS',
        `Request ${id} is not yours to approve: ${[...new Set(why)].join(' ')}`,
      );
    }
    const approved = new Set(
      standings.flatMap(({ step, standing }) => (standing.may && step.level === first.level ? [step] : [])),
    );
    const steps = before.steps.map((step) =>
      approved.has(step) ? { ...step, approvedBy: decider.actor, approvedAt: at } : step,
    );
    const isWhole = steps.every(({ approvedBy }) => approvedBy !== null);
    const inForce = {
      status: 'approved' as const,
      startsAt: at,
      reassessAt: approving.reassessAt ?? halfway(at, before.endsAt),
    };
    const after = changeAgreement(database, id, { steps: JSON.stringify(steps), ...(isWhole && inForce) });
    const details = { id, levels: [...new Set([...approved].map(({ level }) => level))], isInForce: isWhole };
    record(database, { at, actor: decider.actor, action: 'agreement.approve', subject: after.product, details });
    return after;
  });
}

const halfway = (from: string, to: string): string => new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString();

export interface Ending {
  readonly decider: Decider;
  readonly team: string;
  readonly at: string;
  readonly because: string | null;
}

/** @throws WeftError AGREEMENT_UNKNOWN, AGREEMENT_DECIDED, AGREEMENT_NOT_YOURS */
export function rejectAgreement(
  database: RegistryDatabase,
  id: number,
  { decider, team, at, because }: Ending,
): Agreement {
  return inTransaction(database.connection, () => {
    const before = expectRequested(database, id, at);
    if (!before.steps.some((step) => isApprover(decider, step, team))) throw notYours(before, 'refuse');
    return end(database, before, 'rejected', { actor: decider.actor, at }, because);
  });
}

/**
 * By whoever could have approved it, or by the consumer. What only waits is taken back.
 * @throws WeftError AGREEMENT_UNKNOWN, AGREEMENT_DECIDED, AGREEMENT_NOT_YOURS
 */
export function revokeAgreement(
  database: RegistryDatabase,
  id: number,
  { decider, team, at, because }: Ending,
): Agreement {
  return inTransaction(database.connection, () => {
    const before = agreementOf(database, id);
    const status = statusOf(before, at);
    if (status !== 'approved' && status !== 'requested') throw decided(before, status);
    const { person } = decider;
    const isOwn = person !== undefined && (before.requestedBy === person.id || isConsumer(before, person));
    if (!isOwn && !before.steps.some((step) => isApprover(decider, step, team))) throw notYours(before, 'revoke');
    return end(database, before, 'revoked', { actor: decider.actor, at }, because);
  });
}

/** Somebody has looked at it again, and it may go on. @throws WeftError as `revokeAgreement` */
export function reassessAgreement(database: RegistryDatabase, id: number, approving: Approving): Agreement {
  const { decider, team, at } = approving;
  return inTransaction(database.connection, () => {
    const before = agreementOf(database, id);
    const status = statusOf(before, at);
    if (status !== 'approved') throw decided(before, status);
    if (!before.steps.some((step) => isApprover(decider, step, team))) throw notYours(before, 'reassess');
    const reassessAt = approving.reassessAt ?? halfway(at, before.endsAt);
    const details = { id, reassessAt };
    record(database, { at, actor: decider.actor, action: 'agreement.reassess', subject: before.product, details });
    return changeAgreement(database, id, { reassessAt });
  });
}

/** Part of the transaction in which domains leave the graph. */
export function endAgreementsOf(database: RegistryDatabase, left: ReadonlySet<string>, by: By): void {
  if (left.size === 0) return;
  const ofThem = and(inArray(agreement.domain, [...left]), inArray(agreement.status, ['requested', 'approved']));
  for (const row of database.rows.select().from(agreement).where(ofThem).all()) {
    end(
      database,
      agreementFrom(row),
      row.status === 'requested' ? 'rejected' : 'revoked',
      by,
      `${row.domain} has left the graph`,
    );
  }
}

function expectRequested(database: RegistryDatabase, id: number, now: string): Agreement {
  const found = agreementOf(database, id);
  if (found.status !== 'requested') throw decided(found, statusOf(found, now));
  if (found.endsAt > now) return found;
  throw new WeftError('AGREEMENT_DECIDED', `Request ${id} was for access until ${found.endsAt}, which is over.`);
}

function end(
  database: RegistryDatabase,
  { id, product }: Agreement,
  status: 'rejected' | 'revoked',
  { actor, at }: By,
  because: string | null,
): Agreement {
  const action = status === 'rejected' ? 'agreement.refuse' : 'agreement.revoke';
  record(database, { at, actor, action, subject: product, details: { id, because } });
  return changeAgreement(database, id, { status, endedBy: actor, endedAt: at, because });
}

function decided({ id, endedBy, endedAt, endsAt }: Agreement, status: AgreementStatus): WeftError {
  const when = status === 'expired' ? ` (${endsAt})` : endedBy === null ? '' : ` (${endedBy}, ${endedAt})`;
  return new WeftError('AGREEMENT_DECIDED', `Agreement ${id} is ${status}${when}.`);
}

function notYours({ id, product }: Agreement, what: string): WeftError {
  return new WeftError('AGREEMENT_NOT_YOURS', `Agreement ${id} about ${product} is not yours to ${what}.`);
}
