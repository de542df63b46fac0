/** The audit's database: one SQLite file (WAL), to which records are added and in which nothing is changed but sums. */
import { existsSync } from 'node:fs';
import { invariant, WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { openDurably, waitsForDisk } from '../../subgraphs/kit/sqlite/open-durably.ts';
import { type Database, SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';

/** Says whose file it is: `weRA`. */
const applicationId = 0x77655241;
const version = 1;

/**
 * Texts are kept in `term`, records with the numbers of theirs. `sum`, `asked` and `found_by` are made of them in the transaction
 * that adds a record: by them questions are answered, and `verify` makes them again.
 */
const tables = `
  CREATE TABLE term (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;
  CREATE TABLE record (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,
    principal INTEGER NOT NULL REFERENCES term, operation INTEGER NOT NULL REFERENCES term, reading INTEGER NOT NULL REFERENCES term,
    purpose TEXT NOT NULL, client TEXT NOT NULL, outcome INTEGER NOT NULL, rows TEXT NOT NULL, hash BLOB NOT NULL
  ) STRICT;
  CREATE INDEX record_at ON record (at);
  CREATE TABLE sum (
    reading INTEGER NOT NULL, span INTEGER NOT NULL, nth INTEGER NOT NULL, principal INTEGER NOT NULL, purpose TEXT NOT NULL, outcome INTEGER NOT NULL,
    reads INTEGER NOT NULL, rows TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (reading, span, nth, principal, purpose, outcome)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE asked (
    principal INTEGER NOT NULL, operation INTEGER NOT NULL, purpose TEXT NOT NULL, client TEXT NOT NULL, reading INTEGER NOT NULL, day INTEGER NOT NULL,
    requests INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (principal, operation, purpose, client, reading, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE found_by (field TEXT NOT NULL, reading INTEGER NOT NULL, PRIMARY KEY (field, reading)) STRICT, WITHOUT ROWID;
  ${['term', 'record']
    .flatMap((table) =>
      ['UPDATE', 'DELETE'].map(
        (change) =>
          `CREATE TRIGGER ${table}_${change} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;`,
      ),
    )
    .join('\n  ')}
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};`;

/** To add records; made where there is none. @throws WeftError AUDIT_FILE_INVALID */
export function openToWrite(file: string): Database {
  return opened(file, () => {
    // SQLite would make the tables beside anybody's.
    if (existsSync(file)) expectAudit(file);
    const connection = openDurably(file);
    invariant(waitsForDisk(connection), 'the audit waits for the disk');
    connection.transaction(() => versionOf(connection) === 0 && connection.exec(tables)).immediate();
    return connection;
  });
}

/** @throws WeftError AUDIT_FILE_INVALID */
export function openToRead(file: string): Database {
  return opened(file, () => {
    const connection = new SQLite(file, { readonly: true, fileMustExist: true });
    connection.pragma('trusted_schema = OFF');
    return connection;
  });
}

function opened(file: string, open: () => Database): Database {
  try {
    return open();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WeftError('AUDIT_FILE_INVALID', `${file} cannot be opened as an audit of reads: ${reason}.`, { cause });
  }
}

function expectAudit(file: string): void {
  const connection = new SQLite(file, { readonly: true });
  try {
    const isOther = Number(connection.pragma('application_id', { simple: true })) !== applicationId;
    const hasTables = connection.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined;
    if (hasTables && isOther) throw new Error('it holds tables of something else');
    if (versionOf(connection) > version) throw new Error('it was written by a newer Weft');
  } finally {
    connection.close();
  }
}

const versionOf = (connection: Database): number => Number(connection.pragma('user_version', { simple: true }));
