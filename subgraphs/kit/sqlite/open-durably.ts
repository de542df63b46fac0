import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, SQLite } from './sqlite.ts';

/** How long a connection waits for another that writes. */
const patienceMs = 10_000;

/**
 * Opens a file in which what was committed survives a power failure, and creates it where there is none. SQLite's own
 * message is thrown where the file is no database, or cannot be opened.
 */
export function openDurably(file: string): Database {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new SQLite(file, { timeout: patienceMs });
  try {
    database.pragma('journal_mode = WAL');
    // better-sqlite3 is built to fall back to NORMAL in WAL mode, where a power failure loses commits: so, explicitly.
    database.pragma('synchronous = FULL');
    database.pragma('trusted_schema = OFF');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether a commit waits for the disk: the driver's build, or a pragma of somebody's, may have undone it. */
export const waitsForDisk = (database: Database): boolean =>
  Number(database.pragma('synchronous', { simple: true })) === 2;
