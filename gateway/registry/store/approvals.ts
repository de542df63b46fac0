/**
 * That a domain may change what another owns, once. What is approved is all that would change of one coordinate, word for
 * word, and by whom it is approved: the approval is bound to the digest of both, and anything else needs one of its own.
 */
import { and, count, desc, eq, inArray, lt } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import type { GraphChange } from '../../governance/graph-change.ts';
import type { OwnershipViolation } from '../../governance/ownership.ts';
import { parsed } from './artefacts.ts';
import { record } from './audit.ts';
import type { By } from './contributions.ts';
import type { RegistryDatabase } from './open.ts';
import { approval } from './tables.ts';
import { inTransaction } from './transaction.ts';

export type ApprovalStatus = 'requested' | 'approved' | 'refused' | 'used';

export interface Approval {
  readonly id: number;
  readonly coordinate: string;
  /** What would change of it. */
  readonly changes: readonly GraphChange[];
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

/** What an owner decides about at once. */
export type Wanted = Pick<OwnershipViolation, 'coordinate' | 'owner' | 'changes'>;

/** Of all that would change of one coordinate: whoever approves it approves nothing more, and for nobody else. */
export const digestOfWanted = (domain: string, { owner, changes }: Wanted): string =>
  digestOf(JSON.stringify([domain, owner, changes.map(said)]));

/** Whatever else is true of others is not what the domain would change. */
const said = ({ coordinate, aspect, subgraph, within, level, before, after }: GraphChange) =>
  [coordinate, aspect, subgraph, within, level, before, after] as const;

/** For so many answers a domain may wait: those who decide have to read all of them. */
const mostRequested = 500;

/** What is asked for already, or approved, is not asked for again. @throws WeftError REQUESTS_TOO_MANY */
export function requestApprovals(
  database: RegistryDatabase,
  domain: string,
  wanted: readonly Wanted[],
  by: By,
): Approval[] {
  return inTransaction(database.connection, () => {
    const requests = wanted.map((each) => {
      const { coordinate, owner, changes } = each;
      const digest = digestOfWanted(domain, each);
      const open = and(eq(approval.digest, digest), inArray(approval.status, ['requested', 'approved']));
      const known = database.rows.select().from(approval).where(open).get();
      if (known) return approvalFrom(known);
      const made = database.rows
        .insert(approval)
        .values({
          ...{ digest, coordinate, changes: JSON.stringify(changes), domain, owner, status: 'requested' },
          ...{ requestedBy: by.actor, requestedAt: by.at },
        })
        .returning()
        .get();
      const details = { id: made.id, digest, changes, domain, owner };
      record(database, { ...by, action: 'ownership.request', subject: coordinate, details });
      return approvalFrom(made);
    });
    expectNotTooMany(database, domain);
    return requests;
  });
}

function expectNotTooMany({ rows }: RegistryDatabase, domain: string): void {
  const waiting = and(eq(approval.domain, domain), eq(approval.status, 'requested'));
  const { requested = 0 } = rows.select({ requested: count() }).from(approval).where(waiting).get() ?? {};
  if (requested <= mostRequested) return;
  const says = `With these, ${domain} would wait for ${requested} approvals at once, which are more than ${mostRequested}.`;
  throw new WeftError('REQUESTS_TOO_MANY', `${says} None was asked for.`);
}

/** @throws WeftError APPROVAL_UNKNOWN */
export function approvalOf({ rows }: RegistryDatabase, id: number): Approval {
  const row = rows.select().from(approval).where(eq(approval.id, id)).get();
  if (!row) throw new WeftError('APPROVAL_UNKNOWN', `There is no request ${id}.`);
  return approvalFrom(row);
}

/**
 * What is approved may be refused until it is used.
 * @param ownerOf the domain that decides about a coordinate. As it was a moment ago is enough: an approval allows nothing
 *   but what is asked of just this owner, whose name is in the digest, and ends with the version in which that is another.
 * @throws WeftError APPROVAL_UNKNOWN, APPROVAL_DECIDED, APPROVAL_OUTDATED
 */
export function decideApproval(
  database: RegistryDatabase,
  id: number,
  status: 'approved' | 'refused',
  { actor, at }: By,
  ownerOf: (coordinate: string) => string | undefined,
): Approval {
  return inTransaction(database.connection, () => {
    const before = approvalOf(database, id);
    const isTakenBack = before.status === 'approved' && status === 'refused';
    if (before.status !== 'requested' && !isTakenBack) {
      const says = `Request ${id} was ${before.status === 'used' ? 'approved, and has been used' : before.status}`;
      throw new WeftError('APPROVAL_DECIDED', `${says} (${before.decidedBy}, ${before.decidedAt}).`);
    }
    if (ownerOf(before.coordinate) !== before.owner) {
      const says = `Request ${id} was for ${before.owner}, which no longer decides about ${before.coordinate}.`;
      throw new WeftError('APPROVAL_OUTDATED', says);
    }
    const decided = { status, decidedBy: actor, decidedAt: at };
    const row = database.rows.update(approval).set(decided).where(eq(approval.id, id)).returning().get();
    const { coordinate, digest, domain } = row;
    const action = status === 'approved' ? 'ownership.approve' : 'ownership.refuse';
    record(database, { at, actor, action, subject: coordinate, details: { id, digest, domain } });
    return approvalFrom(row);
  });
}

/** Digests of what a domain may do. */
export function approvedDigests({ rows }: RegistryDatabase, domain: string): ReadonlySet<string> {
  const inForce = and(eq(approval.domain, domain), eq(approval.status, 'approved'));
  const found = rows.select({ digest: approval.digest }).from(approval).where(inForce).all();
  return new Set(found.map(({ digest }) => digest));
}

/** Part of the transaction that makes the changes. @throws WeftError PERMISSION_WITHDRAWN where one is no longer approved. */
export function useApprovals({ rows }: RegistryDatabase, domain: string, made: readonly Wanted[]): void {
  for (const each of made) {
    const isApproved = and(eq(approval.digest, digestOfWanted(domain, each)), eq(approval.status, 'approved'));
    const { changes } = rows.update(approval).set({ status: 'used' }).where(isApproved).run();
    if (changes > 0) continue;
    const says = `What ${each.owner} had approved of ${each.coordinate} for ${domain} is approved no more.`;
    throw new WeftError('PERMISSION_WITHDRAWN', says);
  }
}

export interface ApprovalFilter {
  readonly owner?: string;
  readonly domain?: string;
  readonly status?: ApprovalStatus;
}

/** Newest first. */
export function approvals(
  { rows }: RegistryDatabase,
  { owner, domain, status }: ApprovalFilter,
  page: { readonly first: number; readonly before?: number },
): Approval[] {
  const wanted = and(
    owner === undefined ? undefined : eq(approval.owner, owner),
    domain === undefined ? undefined : eq(approval.domain, domain),
    status === undefined ? undefined : eq(approval.status, status),
    page.before === undefined ? undefined : lt(approval.id, page.before),
  );
  const found = rows.select().from(approval).where(wanted).orderBy(desc(approval.id)).limit(page.first).all();
  return found.map(approvalFrom);
}

function approvalFrom({ digest: _, status, changes, ...row }: typeof approval.$inferSelect): Approval {
  return { ...row, status: status as ApprovalStatus, changes: parsed(changes, `request ${row.id}`) };
}
