/**
 * Who did what, in order. Each entry's hash covers the entry and the hash of the one before, so that nothing can be changed,
 * left out or put between without every hash after it being another.
 */
import { asc, desc, gt, lt } from 'drizzle-orm';
import { digestOf } from '../../engine/digest.ts';
import { parsed } from './artefacts.ts';
import type { RegistryDatabase } from './open.ts';
import { audit } from './tables.ts';

export interface AuditEntry {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  /** `publish`, `rollback`, `token.create`, … */
  readonly action: string;
  /** What it was done to: a domain, a version, a coordinate. */
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

export type Deed = Pick<AuditEntry, 'at' | 'actor' | 'action' | 'subject' | 'details'>;

const start = '0'.repeat(64);

/** Part of the transaction that does it. */
export function record({ rows }: RegistryDatabase, deed: Deed): void {
  const last = rows.select({ hash: audit.hash, seq: audit.seq }).from(audit).orderBy(desc(audit.seq)).limit(1).get();
  const row = { ...deed, details: JSON.stringify(deed.details), seq: (last?.seq ?? 0) + 1 };
  rows
    .insert(audit)
    .values({ ...row, hash: hashOf(row, last?.hash ?? start) })
    .run();
}

/** Newest first. */
export function auditEntries({ rows }: RegistryDatabase, page: { first: number; before?: number }) {
  const found = rows
    .select()
    .from(audit)
    .orderBy(desc(audit.seq))
    .where(page.before === undefined ? undefined : lt(audit.seq, page.before))
    .limit(page.first)
    .all();
  return found.map(
    (row): AuditEntry => ({ ...row, details: parsed(row.details, `entry ${row.seq} of the audit log`) }),
  );
}

export interface AuditVerdict {
  readonly entries: number;
  /** The hash of the last one: whoever keeps it elsewhere notices when the end is cut off. */
  readonly head: string;
  /** The first entry that is not what was written; absent where all are. */
  readonly brokenAt?: number;
}

export function verifyAudit({ rows }: RegistryDatabase): AuditVerdict {
  let head = start;
  let entries = 0;
  // In pages: the whole log may be larger than memory.
  for (let seq = 0; ; ) {
    const page = rows.select().from(audit).where(gt(audit.seq, seq)).orderBy(asc(audit.seq)).limit(1_000).all();
    for (const row of page) {
      const expected = row.seq === seq + 1 ? hashOf(row, head) : undefined;
      if (row.hash !== expected) return { entries, head, brokenAt: seq + 1 };
      head = row.hash;
      seq = row.seq;
      entries++;
    }
    if (page.length === 0) return { entries, head };
  }
}

type Row = Omit<typeof audit.$inferSelect, 'hash'>;

function hashOf({ seq, at, actor, action, subject, details }: Row, before: string): string {
  return digestOf(JSON.stringify([before, seq, at, actor, action, subject, details]));
}
