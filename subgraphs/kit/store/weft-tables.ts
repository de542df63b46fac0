/** The tables in which the store keeps what Weft knows about the rows: all of them begin with `weft_`. */
import { WeftError } from '../errors/weft-error.ts';
import type { Database } from './database.ts';
import { lockedForWriting } from './write-lock.ts';

const version = 1;

const tables = `
  CREATE TABLE weft_run (
    id TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    state TEXT NOT NULL,
    load TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    rows_in INTEGER NOT NULL DEFAULT 0,
    rows_out INTEGER NOT NULL DEFAULT 0,
    rows_quarantined INTEGER NOT NULL DEFAULT 0,
    checks TEXT NOT NULL DEFAULT '[]',
    error TEXT,
    process TEXT NOT NULL
  ) STRICT;
  CREATE INDEX weft_run_by_object ON weft_run (object, started_at);

  CREATE TABLE weft_snapshot (
    object TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    as_of TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    columns TEXT NOT NULL
  ) STRICT;

  CREATE TABLE weft_quarantine (
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    position INTEGER NOT NULL,
    row TEXT NOT NULL,
    reasons TEXT NOT NULL
  ) STRICT;
  CREATE INDEX weft_quarantine_by_run ON weft_quarantine (run_id);

  CREATE TABLE weft_filter_use (
    object TEXT NOT NULL,
    property TEXT NOT NULL,
    uses INTEGER NOT NULL,
    PRIMARY KEY (object, property)
  ) STRICT;
`;

/** @throws WeftError STORE_NEWER, STORE_OLDER, STORE_LOCKED */
export function ensureWeftTables(database: Database): void {
  const current = (): number => Number(database.pragma('user_version', { simple: true }));
  if (current() > version) {
    throw new WeftError(
      'STORE_NEWER',
      `${database.name} has version ${current()}; this Weft knows up to version ${version}.`,
    );
  }
  if (current() < version) {
    lockedForWriting(database, () => {
      if (current() === version) return; // Another process was faster.
      database.exec(tables);
      database.pragma(`user_version = ${version}`);
    });
  }
  const columns = database.prepare(`SELECT 1 FROM pragma_table_info('weft_snapshot') WHERE name = 'columns'`).get();
  if (!columns) throw new WeftError('STORE_OLDER', `${database.name} does not say which columns its rows have.`);
}
