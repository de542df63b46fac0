import type { CheckResult } from '../contract/observation.ts';
import { type QualityCheck, verdict } from '../contract/quality.ts';
import type { Database } from './database.ts';

/** Evaluates quality rules on what the connection sees: inside a transaction, on the rows that it would make visible. */
export function evaluate(database: Database, checks: readonly QualityCheck[]): CheckResult[] {
  return checks.map((check) => {
    if ('skip' in check.measure) return verdict(check, undefined);
    try {
      return verdict(check, measured(database, check.measure.sql, check.measure.params));
    } catch (error) {
      return verdict(check, { error: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** A rule's SQL comes from a contract. It is one statement that reads, or it is not run: no ATTACH, PRAGMA or write. */
function measured(database: Database, sql: string, params: readonly unknown[]): number {
  if (!/^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:SELECT|WITH|VALUES)\b/i.test(sql)) {
    throw new Error('The query of a rule must begin with SELECT or WITH.');
  }
  const statement = database.prepare(sql); // Refuses more than one statement.
  if (!statement.reader || !statement.readonly) throw new Error('The query of a rule must only read.');
  const rows = statement.raw(true).iterate(...params) as IterableIterator<unknown[]>;
  let only: unknown[] | undefined;
  for (const row of rows) {
    if (only) throw new Error('The query of a rule must answer one number, and it answers several rows.');
    only = row;
  }
  if (only?.length !== 1) throw new Error('The query of a rule must answer one number.');
  const [value] = only;
  if (typeof value !== 'bigint' && typeof value !== 'number') {
    throw new Error(`The query of a rule must answer one number, and it answers ${value === null ? 'null' : 'text'}.`);
  }
  return Number(value);
}
