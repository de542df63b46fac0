import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Database } from '../../../subgraphs/kit/sqlite/sqlite.ts';

/**
 * One transaction that may write from its beginning, so that what it reads cannot change before it writes. When it returns,
 * what it wrote is on the disk.
 * @throws WeftError REGISTRY_LOCKED where another process writes for longer than the connection waits; REGISTRY_FULL;
 *   REGISTRY_FAILED where the disk fails: nothing may be written then until the file has been opened anew.
 */
export function inTransaction<T>(connection: Database, work: () => T): T {
  try {
    return connection.transaction(work).immediate();
  } catch (cause) {
    throw storageFault(connection.name, cause) ?? cause;
  }
}

function storageFault(file: string, cause: unknown): WeftError | undefined {
  const code = (cause as { readonly code?: unknown }).code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return undefined;
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) {
    return new WeftError('REGISTRY_LOCKED', `${file} is being written by another process.`, { cause });
  }
  if (code === 'SQLITE_FULL') return new WeftError('REGISTRY_FULL', `There is no space left for ${file}.`, { cause });
  if (/^SQLITE_(?:IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN)/.test(code)) {
    return new WeftError('REGISTRY_FAILED', `${file} can no longer be written (${code}).`, { cause });
  }
  return undefined;
}
