/**
 * Reads that never stall each other: worker threads with read-only connections, in two lanes. Look-ups (by key, by
 * reference, a page in the order of the key) never wait behind what may walk a whole table (summaries, counts, filters).
 */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { drizzle, type SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import { Piscina } from 'piscina';
import { WeftError } from '../errors/weft-error.ts';

export interface Lanes {
  readonly lookups: SqliteRemoteDatabase;
  readonly scans: SqliteRemoteDatabase;
}

export interface Readers {
  /** For one request. Its statements are given up when it is aborted, and after the time limit. */
  open(signal?: AbortSignal): Lanes;
  /** Statements run so far: what batching is measured by. */
  readonly statements: () => number;
  close(): Promise<void>;
}

export interface ReadersOptions {
  /** How long a statement may take, waiting included. */
  readonly statementTimeoutMs?: number;
  /** Told each statement that is run, without its values. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

const threads = { lookups: 2, scans: 2 };

/** @param file a domain's store, which must exist. */
export function openReaders(file: string, options: ReadersOptions = {}): Readers {
  const { statementTimeoutMs = 10_000, onStatement } = options;
  let statements = 0;
  const pools = { lookups: openPool(file, threads.lookups), scans: openPool(file, threads.scans) };
  const lane = (pool: Piscina, aborted: AbortSignal | undefined): SqliteRemoteDatabase =>
    drizzle(async (sql, params) => {
      statements += 1;
      onStatement?.(sql);
      const limit = AbortSignal.timeout(statementTimeoutMs);
      try {
        // A statement cannot be interrupted: its thread is given up, and another takes its place.
        const signal = aborted ? AbortSignal.any([limit, aborted]) : limit;
        return { rows: await pool.run({ sql, params }, { signal }) };
      } catch (cause) {
        if (limit.aborted) throw new WeftError('READ_TIMEOUT', 'The question takes too long to answer.', { cause });
        throw new WeftError('READ_FAILED', 'The store could not run a statement.', { cause });
      }
    });
  return {
    open: (signal) => ({ lookups: lane(pools.lookups, signal), scans: lane(pools.scans, signal) }),
    statements: () => statements,
    close: async () => {
      await Promise.all([pools.lookups.destroy(), pools.scans.destroy()]);
    },
  };
}

function openPool(file: string, size: number): Piscina {
  return new Piscina({
    filename: fileURLToPath(new URL('./reader.ts', import.meta.url)),
    workerData: { file },
    minThreads: size,
    maxThreads: size,
    maxQueue: 1000,
    execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
  });
}
