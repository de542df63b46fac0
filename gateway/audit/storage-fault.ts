import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

/** Why nothing can be recorded now. */
export function unavailable(file: string, cause: unknown): WeftError {
  const code = codeOf(cause);
  const why =
    code === 'SQLITE_FULL' || code === 'ENOSPC'
      ? `there is no space left for ${file}`
      : /^SQLITE_(?:BUSY|LOCKED)/.test(code)
        ? `${file} is being written by another process`
        : `${file} cannot be written (${code || (cause instanceof Error ? cause.message : String(cause))})`;
  return new WeftError('AUDIT_UNAVAILABLE', `The read could not be recorded: ${why}.`, { cause });
}

/**
 * What the system still shows of the file may then never reach the disk: who opens it anew makes sure of it
 * (https://www.usenix.org/conference/atc20/presentation/rebello).
 */
export function diskHasFailed(cause: unknown): boolean {
  const code = codeOf(cause);
  return code !== 'ENOSPC' && /^(?:SQLITE_(?:IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN)|E[A-Z]+$)/.test(code);
}

function codeOf(cause: unknown): string {
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
