/** Rows that did not meet the contract, with the reasons, so that someone can mend the source. */
import type { Reason } from '../contract/reason.ts';
import type { Database } from './database.ts';

export interface QuarantinedRow {
  /** `row`: what the pipeline yielded. Else the file that could not be read at this place. */
  readonly source: string;
  /** 1-based: the how many-th row that was yielded, or the line of the file. */
  readonly position: number;
  /** JSON where it was a row, the text itself where it could not be read as one; at most 10,000 characters. */
  readonly row: string;
  readonly reasons: readonly Reason[];
}

/** Rows kept per run; how many there were in all, the run's record says. */
export const keptPerRun = 10_000;
const keptRunsPerObject = 10;

export function quarantineWriter(database: Database, runId: string): (rows: readonly QuarantinedRow[]) => void {
  const insert = database.prepare(
    'INSERT INTO weft_quarantine (run_id, source, position, row, reasons) VALUES (?, ?, ?, ?, ?)',
  );
  let kept = 0;
  return (rows) => {
    const room = rows.slice(0, keptPerRun - kept);
    for (const { source, position, row, reasons } of room)
      insert.run(runId, source, position, row, JSON.stringify(reasons));
    kept += room.length;
  };
}

/** @param row anything a domain's function may yield */
export function rowText(row: unknown): string {
  const text = typeof row === 'string' ? row : jsonText(row);
  return text.length > 10_000 ? `${text.slice(0, 9_999)}…` : text;
}

export function quarantinedRows(database: Database, runId: string, limit = 20): QuarantinedRow[] {
  return database
    .prepare<[string, number], { source: string; position: bigint; row: string; reasons: string }>(
      'SELECT source, position, row, reasons FROM weft_quarantine WHERE run_id = ? ORDER BY rowid LIMIT ?',
    )
    .all(runId, limit)
    .map(({ source, position, row, reasons }) => ({
      source,
      position: Number(position),
      row,
      reasons: JSON.parse(reasons) as Reason[],
    }));
}

/** Rows in quarantine may be personal data, and are of use only while someone is mending: old ones go. */
export function forgetOldQuarantine(database: Database, object: string): void {
  database
    .prepare(
      `DELETE FROM weft_quarantine WHERE run_id IN
         (SELECT id FROM weft_run WHERE object = ? ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?)`,
    )
    .run(object, keptRunsPerObject);
}

function jsonText(row: unknown): string {
  try {
    return JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)) ?? String(row);
  } catch {
    return String(row); // A row that refers to itself.
  }
}
