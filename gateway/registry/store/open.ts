/**
 * The registry's database: one SQLite file (WAL), made and brought up to date by the statements in `migrations/`. A commit
 * is on the disk before anybody is told of it.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { invariant, WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { openDurably, waitsForDisk } from '../../../subgraphs/kit/sqlite/open-durably.ts';
import { type Database, SQLite } from '../../../subgraphs/kit/sqlite/sqlite.ts';
import { inTransaction } from './transaction.ts';

export interface RegistryDatabase {
  readonly rows: BetterSQLite3Database;
  readonly connection: Database;
}

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** @throws WeftError REGISTRY_UNREADABLE, REGISTRY_NEWER, and what `inTransaction` throws where tables are to be made. */
export function openDatabase(file: string): RegistryDatabase {
  const connection = opened(file);
  try {
    invariant(waitsForDisk(connection), 'the registry waits for the disk');
    migrate(connection);
    return { rows: drizzle(connection), connection };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function opened(file: string): Database {
  try {
    if (existsSync(file)) expectRegistry(file);
    return openDurably(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WeftError('REGISTRY_UNREADABLE', `${file} cannot be opened as a registry: ${reason}.`, { cause });
  }
}

/** SQLite would open what may only be read, and make the tables of a registry beside anybody's. */
function expectRegistry(file: string): void {
  accessSync(file, constants.W_OK);
  const connection = new SQLite(file, { readonly: true });
  try {
    const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    if (tables.length > 0 && !tables.includes('artefact')) throw new Error('it holds tables of something else');
  } finally {
    connection.close();
  }
}

/** All or nothing, and by one process: who comes second finds it done. */
function migrate(connection: Database): void {
  const migrations = readMigrationFiles({ migrationsFolder });
  const last = migrations.at(-1)?.folderMillis ?? 0;
  if (appliedUpTo(connection) === last) return;
  inTransaction(connection, () => {
    const applied = appliedUpTo(connection);
    if (applied > last) throw new WeftError('REGISTRY_NEWER', `${connection.name} was written by a newer Weft.`);
    // The table of drizzle's own migrator, so that its tools read this database, too.
    connection.exec(
      'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)',
    );
    const done = connection.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
    for (const { sql, hash, folderMillis } of migrations.filter(({ folderMillis }) => folderMillis > applied)) {
      for (const statement of sql) connection.exec(statement);
      done.run(hash, folderMillis);
    }
  });
}

function appliedUpTo(connection: Database): number {
  const known = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (!known) return 0;
  return Number(connection.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() ?? 0);
}
