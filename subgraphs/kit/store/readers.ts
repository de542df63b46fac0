/**
 * Reads that never stall each other: worker threads with read-only connections, in two lanes. Look-ups (by key, a page,
 * references) never wait behind summaries and counts, which may scan a whole table.
 */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { drizzle, type SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import { Piscina } from 'piscina';
import { WeftError } from '../errors/weft-error.ts';

export interface Readers {
  readonly lookups: SqliteRemoteDatabase;
  readonly scans: SqliteRemoteDatabase;
  /** Statements run so far: what batching is measured by. */
  readonly statements: () => number;
  close(): Promise<void>;
}

export interface ReadersOptions {
  /** Threads per lane. */
  readonly lookups?: number;
  readonly scans?: number;
}

/** @param file a domain's store, which must exist. */
export function openReaders(file: string, { lookups = 2, scans = 1 }: ReadersOptions = {}): Readers {
  let statements = 0;
  const lane = (threads: number) => {
    const pool = new Piscina({
      filename: fileURLToPath(new URL('./reader.ts', import.meta.url)),
      workerData: { file },
      minThreads: threads,
      maxThreads: threads,
      maxQueue: 1000,
      execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    });
    const database = drizzle(async (sql, params) => {
      statements += 1;
      try {
        return { rows: await pool.run({ sql, params }) };
      } catch (cause) {
        throw new WeftError('READ_FAILED', 'The store could not run a statement.', { cause });
      }
    });
    return { database, close: () => pool.destroy() };
  };
  const lanes = [lane(lookups), lane(scans)] as const;
  return {
    lookups: lanes[0].database,
    scans: lanes[1].database,
    statements: () => statements,
    close: async () => {
      await Promise.all(lanes.map((each) => each.close()));
    },
  };
}
