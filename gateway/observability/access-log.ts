import type { Log } from '../engine/log.ts';
import type { RequestFacts } from './watch.ts';

const longestName = 100;

/** One line for one request: no variables, no text of a query, nothing of the URL but its path. */
export function logAccess(
  log: Log,
  { requestId, method, path, headers, operation }: RequestFacts,
  ended: AccessEnd,
): void {
  const { status, bytes, seconds } = ended;
  const shown = path.slice(0, longestName);
  log(`${method} ${shown} ${status}`, {
    requestId,
    fields: {
      method,
      path: shown,
      status,
      ms: Math.round(seconds * 1e6) / 1e3,
      bytes,
      operation: operation?.name?.slice(0, longestName),
      client: nameIn(headers['apollographql-client-name']),
      clientVersion: nameIn(headers['apollographql-client-version']),
    },
  });
}

export interface AccessEnd {
  readonly status: number;
  /** Of the body, if that is known. */
  readonly bytes: number | undefined;
  readonly seconds: number;
}

function nameIn(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header.slice(0, longestName) : undefined;
}
