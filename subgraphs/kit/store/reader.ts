/**
 * A worker thread of readers.ts: one read-only connection to a domain's file. SQLite runs a statement to its end on the
 * thread that asks, so the thread that answers requests never asks itself.
 */
import { workerData } from 'node:worker_threads';
import type { Stored } from '../contract/codec.ts';
import { fromSortable, sortable } from '../contract/codec.ts';
import { SQLite, type Statement } from '../sqlite/sqlite.ts';
import { matches } from './pattern.ts';

const database = new SQLite(workerData.file as string, { readonly: true });
database.defaultSafeIntegers(true);
database.pragma('trusted_schema = OFF');
database.pragma('busy_timeout = 5000');

/** `sum_sortable(text, digits)`: the sum as sortable text with that many digits. */
database.aggregate<{ total: bigint; digits: number } | null>('sum_sortable', {
  varargs: true,
  start: null,
  step: (sum, ...[text, digits]: unknown[]) =>
    text === null ? sum : { total: (sum?.total ?? 0n) + fromSortable(String(text)), digits: Number(digits) },
  result: (sum) => sum && sortable(sum.total, sum.digits),
});

/** `sum_halves(high, low, digits)`: high × 2^32 + low as sortable text. */
database.function('sum_halves', { deterministic: true }, (high: unknown, low: unknown, digits: unknown) =>
  high === null ? null : sortable((BigInt(high as bigint) << 32n) + BigInt(low as bigint), Number(digits)),
);

/** `matches_pattern(text, pattern)`: whether a text is like a pattern of row-condition.ts. GLOB would end at a character 0. */
database.function('matches_pattern', { deterministic: true }, (text: unknown, pattern: unknown) =>
  text === null ? null : Number(matches(String(text), patternOf(String(pattern)))),
);

const statements = new Map<string, Statement>();

export default function read({ sql, params }: { sql: string; params: Stored[] }): unknown[] {
  try {
    return prepared(sql).all(...params);
  } catch (error) {
    // What crosses to another thread is copied, and the message of SqliteError is lost on the way.
    throw new Error(`${(error as { code?: string }).code}: ${(error as Error).message}`);
  }
}

/** Statements are few per domain, but their number depends on what clients ask: the least recently used goes first. */
function prepared(sql: string): Statement {
  const statement = statements.get(sql) ?? database.prepare(sql).raw(true);
  statements.delete(sql);
  statements.set(sql, statement);
  if (statements.size > 200) statements.delete(statements.keys().next().value as string);
  return statement;
}

let lastPattern: { readonly text: string; readonly parts: readonly (string | null)[] } | undefined;

/** A statement asks of all rows with the same one. */
function patternOf(text: string): readonly (string | null)[] {
  if (lastPattern?.text !== text) lastPattern = { text, parts: JSON.parse(text) as (string | null)[] };
  return lastPattern.parts;
}
