/** How often, and of how many objects, something was read in a time. */
import type { Database } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { added } from './read-record.ts';
import { type Time, timesOf } from './times.ts';

/** Of one reading by one principal for one purpose. */
export interface Count {
  readonly reading: number;
  readonly principal: number;
  readonly purpose: string;
  readonly outcome: number;
  reads: number;
  rows: readonly number[];
  first: number;
  last: number;
}

/** @param readings their numbers */
export function countsOf(connection: Database, readings: readonly number[], time: Time): Count[] {
  const counts = new Map<string, Count>();
  const { sums, records } = timesOf(time);
  const summed = connection
    .prepare(
      `SELECT reading, principal, purpose, outcome, reads, rows, first, last FROM sum
       WHERE reading = ? AND span = ? AND nth >= ? AND nth < ?`,
    )
    .raw();
  for (const id of readings) {
    for (const { span, from, to } of sums) addAll(counts, summed.all(id, span, from, to) as CountRow[]);
  }
  const ids = JSON.stringify(readings);
  const recorded = connection
    .prepare(
      `SELECT reading, principal, purpose, outcome, 1, rows, at, at FROM record
       WHERE at >= ? AND at < ? AND reading IN (SELECT value FROM json_each(?))`,
    )
    .raw();
  for (const { from, to } of records) addAll(counts, recorded.all(from, to, ids) as CountRow[]);
  return [...counts.values()];
}

type CountRow = readonly [
  ...[reading: number, principal: number, purpose: string, outcome: number],
  ...[reads: number, rows: string, first: number, last: number],
];

function addAll(counts: Map<string, Count>, found: readonly CountRow[]): void {
  for (const [reading, principal, purpose, outcome, reads, text, first, last] of found) {
    const key = `${reading} ${principal} ${outcome} ${purpose}`;
    const rows: number[] = JSON.parse(text);
    const count = counts.get(key);
    if (!count) counts.set(key, { reading, principal, purpose, outcome, reads, rows, first, last });
    else {
      count.reads += reads;
      count.rows = added(count.rows, rows);
      count.first = Math.min(count.first, first);
      count.last = Math.max(count.last, last);
    }
  }
}
