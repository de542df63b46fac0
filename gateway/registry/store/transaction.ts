import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Database } from '../../../subgraphs/kit/sqlite/sqlite.ts';
import { writeLogAgain } from '../../../subgraphs/kit/sqlite/write-log-again.ts';

/** Connections that have made sure of what was in the log before them. */
const sure = new WeakSet<Database>();

/**
 * One transaction that may write from its beginning, so that what it reads cannot change before it writes. When it returns,
 * what it wrote is on the disk.
 * @throws WeftError REGISTRY_LOCKED where another process writes for longer than the connection waits; REGISTRY_FULL;
 *   REGISTRY_FAILED where the disk fails. The connection is closed then, since what the system still shows of the file may
 *   never reach the disk (https://www.usenix.org/conference/atc20/presentation/rebello): who opens it anew makes sure of it
 *   before the first change.
 */
export function inTransaction<T>(connection: Database, work: () => T): T {
  if (!connection.open) {
    throw new WeftError('REGISTRY_FAILED', `${connection.name} has failed, and has not been opened anew.`);
  }
  try {
    return connection
      .transaction(() => {
        if (!sure.has(connection)) writeLogAgain(connection);
        sure.add(connection);
        return work();
      })
      .immediate();
  } catch (cause) {
    const fault = storageFault(connection.name, cause);
    if (fault?.code === 'REGISTRY_FAILED') connection.close();
    throw fault ?? cause;
  }
}

function storageFault(file: string, cause: unknown): WeftError | undefined {
  const code = (cause as { readonly code?: unknown }).code;
  if (typeof code !== 'string') return undefined;
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) {
    return new WeftError('REGISTRY_LOCKED', `${file} is being written by another process.`, { cause });
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new WeftError('REGISTRY_FULL', `There is no space left for ${file}.`, { cause });
  }
  // The system's own names of errors come from the log, which is read and written without SQLite, too.
  if (/^(?:SQLITE_(?:IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN)|E[A-Z]+$)/.test(code)) {
    return new WeftError('REGISTRY_FAILED', `${file} can no longer be written (${code}).`, { cause });
  }
  return undefined;
}
