/** Whether the audit is as it was written: every record by its hash, every text by its digest, and sums by what they sum up. */

import type { Database } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { digestOf } from '../engine/digest.ts';
import { turn } from '../engine/turn.ts';
import { added, askedKey, type ChainedRecord, dayHours, fieldsOf, hashOf, start, sumKey } from './read-record.ts';

export interface AuditVerdict {
  readonly entries: number;
  /** The hash of the last one: whoever keeps it elsewhere notices when the end is cut off. */
  readonly head: string;
  /** The first record that is not what was written; absent where all are. */
  readonly brokenAt?: number;
  /** Whether what questions are answered from is what follows from the records. */
  readonly isSummedUp: boolean;
}

const pageSize = 1_000;

interface Row extends Omit<ChainedRecord, 'principal' | 'operation' | 'reading'> {
  readonly principal: number;
  readonly operation: number;
  readonly reading: number;
  readonly hash: Buffer;
}

/** @param connection in use for nothing else: it keeps one snapshot, and others get their turns. */
export async function verifyAudit(connection: Database): Promise<AuditVerdict> {
  connection.exec('BEGIN');
  const digests = digestsOf(connection);
  const hours = new Map<string, Sum>();
  const asked = new Map<string, { requests: number; last: number }>();
  const page = connection.prepare('SELECT * FROM record WHERE seq > ? ORDER BY seq LIMIT ?');
  let head = start;
  let entries = 0;
  for (;;) {
    const rows = page.all(entries, pageSize) as Row[];
    for (const row of rows) {
      const [principal, operation, reading] = [row.principal, row.operation, row.reading].map((id) => digests.get(id));
      const isWhole = row.seq === entries + 1 && principal && operation && reading;
      const expected = isWhole && hashOf(head, { ...row, principal, operation, reading });
      if (!expected || row.hash.toString('hex') !== expected) {
        return { entries, head, brokenAt: entries + 1, isSummedUp: false };
      }
      head = expected;
      entries = row.seq;
      add(hours, sumKey(row, 1).join('\n'), { reads: 1, rows: JSON.parse(row.rows), first: row.at, last: row.at });
      const name = askedKey(row).join('\n');
      const { requests = 0, last = 0 } = asked.get(name) ?? {};
      asked.set(name, { requests: requests + 1, last: Math.max(last, row.at) });
    }
    if (rows.length === 0) break;
    await turn();
  }
  return {
    entries,
    head,
    isSummedUp: areSums(connection, withDays(hours)) && areAsked(connection, asked) && areFound(connection),
  };
}

interface Sum {
  readonly reads: number;
  readonly rows: readonly number[];
  readonly first: number;
  readonly last: number;
}

function add(sums: Map<string, Sum>, key: string, more: Sum): void {
  const sum = sums.get(key);
  const all = sum && {
    reads: sum.reads + more.reads,
    rows: added(sum.rows, more.rows),
    first: Math.min(sum.first, more.first),
    last: Math.max(sum.last, more.last),
  };
  sums.set(key, all ?? more);
}

function withDays(hours: ReadonlyMap<string, Sum>): Map<string, Sum> {
  const all = new Map(hours);
  for (const [key, sum] of hours) {
    const [reading = '', , hour, ...rest] = key.split('\n');
    add(all, [reading, dayHours, Math.floor(Number(hour) / dayHours), ...rest].join('\n'), sum);
  }
  return all;
}

/** By number; those whose text is another are left out. */
function digestsOf(connection: Database): Map<number, string> {
  const digests = new Map<number, string>();
  for (const row of connection.prepare('SELECT id, digest, text FROM term').iterate()) {
    const { id, digest, text } = row as Term;
    if (digestOf(text) === digest) digests.set(id, digest);
  }
  return digests;
}

function areSums(connection: Database, expected: ReadonlyMap<string, Sum>): boolean {
  let left = expected.size;
  for (const row of connection.prepare('SELECT * FROM sum').iterate()) {
    const { reading, span, nth, principal, purpose, outcome, reads, rows, first, last } = row as Record<
      string,
      unknown
    >;
    const sum = expected.get([reading, span, nth, principal, purpose, outcome].join('\n'));
    if (JSON.stringify(sum) !== JSON.stringify({ reads, rows: JSON.parse(String(rows)), first, last })) return false;
    left -= 1;
  }
  return left === 0;
}

function areAsked(connection: Database, expected: Map<string, { requests: number; last: number }>): boolean {
  let left = expected.size;
  const rows = connection.prepare(
    'SELECT principal, operation, purpose, client, reading, day, requests, last FROM asked',
  );
  for (const row of rows.raw().iterate()) {
    const key = row as unknown[];
    const [requests, last] = key.splice(6);
    const found = expected.get(key.join('\n'));
    if (found?.requests !== requests || found?.last !== last) return false;
    left -= 1;
  }
  return left === 0;
}

function areFound(connection: Database): boolean {
  const found = connection.prepare('SELECT field FROM found_by WHERE reading = ? ORDER BY field').pluck();
  const readings = connection.prepare("SELECT id, digest, text FROM term WHERE kind = 'reading'").all() as Term[];
  return readings.every(({ id, digest, text }) => {
    // One that nobody can read is in no record either.
    if (digestOf(text) !== digest) return false;
    return JSON.stringify(found.all(id)) === JSON.stringify([...fieldsOf(JSON.parse(text))].sort());
  });
}

interface Term {
  readonly id: number;
  readonly digest: string;
  readonly text: string;
}
