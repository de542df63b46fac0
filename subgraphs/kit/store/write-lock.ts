import { WeftError } from '../errors/weft-error.ts';
import type { Database } from './database.ts';

/**
 * One transaction that may write from its beginning, so that what it reads cannot change before it writes.
 * @throws WeftError STORE_LOCKED where another process writes for longer than the connection waits
 */
export function lockedForWriting<T>(database: Database, work: () => T): T {
  try {
    return database.transaction(work).immediate();
  } catch (cause) {
    if (!(cause as { code?: string }).code?.startsWith('SQLITE_BUSY')) throw cause;
    throw new WeftError('STORE_LOCKED', `${database.name} is being written by another process.`, { cause });
  }
}
