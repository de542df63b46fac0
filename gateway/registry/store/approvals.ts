/**
 * That a domain may change what another owns, once. What is approved is one change, word for word: the approval is bound to
 * its digest, and any other change needs one of its own.
 */
import { and, desc, eq, inArray } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { GraphChange } from '../../governance/graph-change.ts';
import type { OwnershipViolation } from '../../governance/ownership.ts';
import { digestOf } from './artefacts.ts';
import { record } from './audit.ts';
import type { By } from './contributions.ts';
import type { RegistryDatabase } from './open.ts';
import { approval } from './tables.ts';
import { inTransaction } from './transaction.ts';

export type ApprovalStatus = 'requested' | 'approved' | 'refused' | 'used';

export interface Approval {
  readonly id: number;
  readonly coordinate: string;
  readonly aspect: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The domain that wants to make the change. */
  readonly domain: string;
  /** The domain that decides. */
  readonly owner: string;
  readonly status: ApprovalStatus;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

export const changeDigest = (domain: string, { coordinate, aspect, subgraph, before, after }: GraphChange): string =>
  digestOf(JSON.stringify([domain, coordinate, aspect, subgraph ?? null, before ?? null, after ?? null]));

/** What is asked for already, or approved, is not asked for again. */
export function requestApprovals(
  database: RegistryDatabase,
  domain: string,
  violations: readonly Pick<OwnershipViolation, 'owner' | 'changes'>[],
  by: By,
): Approval[] {
  const request = (change: GraphChange, owner: string): Approval => {
    const digest = changeDigest(domain, change);
    const open = and(eq(approval.change, digest), inArray(approval.status, ['requested', 'approved']));
    const known = database.rows.select().from(approval).where(open).get();
    if (known) return approvalFrom(known);
    const { coordinate, aspect, before = null, after = null } = change;
    const made = database.rows
      .insert(approval)
      .values({
        ...{ change: digest, coordinate, aspect, before, after, domain, owner, status: 'requested' },
        ...{ requestedBy: by.actor, requestedAt: by.at },
      })
      .returning()
      .get();
    const details = { id: made.id, aspect, before, after, domain, owner };
    record(database, { ...by, action: 'ownership.request', subject: coordinate, details });
    return approvalFrom(made);
  };
  return inTransaction(database.connection, () =>
    violations.flatMap(({ owner, changes }) => changes.map((change) => request(change, owner))),
  );
}

/** @throws WeftError APPROVAL_UNKNOWN, APPROVAL_DECIDED */
export function decideApproval(
  database: RegistryDatabase,
  id: number,
  status: 'approved' | 'refused',
  { actor, at }: By,
): Approval {
  return inTransaction(database.connection, () => {
    const before = database.rows.select().from(approval).where(eq(approval.id, id)).get();
    if (!before) throw new WeftError('APPROVAL_UNKNOWN', `There is no request ${id}.`);
    if (before.status !== 'requested') {
      throw new WeftError('APPROVAL_DECIDED', `Request ${id} was ${before.status} by ${before.decidedBy}.`);
    }
    const decided = { status, decidedBy: actor, decidedAt: at };
    const row = database.rows.update(approval).set(decided).where(eq(approval.id, id)).returning().get();
    const { coordinate, aspect, domain } = row;
    const action = status === 'approved' ? 'ownership.approve' : 'ownership.refuse';
    record(database, { at, actor, action, subject: coordinate, details: { id, aspect, domain } });
    return approvalFrom(row);
  });
}

/** Digests of the changes that a domain may make. */
export function approvedChanges({ rows }: RegistryDatabase, domain: string): ReadonlySet<string> {
  const inForce = and(eq(approval.domain, domain), eq(approval.status, 'approved'));
  return new Set(
    rows
      .select({ change: approval.change })
      .from(approval)
      .where(inForce)
      .all()
      .map(({ change }) => change),
  );
}

/** Part of the transaction that makes the changes. */
export function useApprovals({ rows }: RegistryDatabase, domain: string, changes: readonly GraphChange[]): void {
  const digests = changes.map((change) => changeDigest(domain, change));
  const used = and(eq(approval.domain, domain), eq(approval.status, 'approved'), inArray(approval.change, digests));
  if (changes.length > 0) rows.update(approval).set({ status: 'used' }).where(used).run();
}

/** Newest first. */
export function approvals({ rows }: RegistryDatabase, first = 1_000): Approval[] {
  return rows.select().from(approval).orderBy(desc(approval.id)).limit(first).all().map(approvalFrom);
}

function approvalFrom({ change: _, status, ...row }: typeof approval.$inferSelect): Approval {
  return { ...row, status: status as ApprovalStatus };
}
