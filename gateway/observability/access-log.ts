import type { Log } from '../engine/log.ts';
import type { RequestFacts } from './watch.ts';

const longestName = 100;

/** One line for one request: no variables, no text of a query, nothing of the URL but its path. */
export function logAccess(
  log: Log,
  { requestId, method, path, client, operation }: RequestFacts,
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
      client: client.name || undefined,
      clientVersion: client.version || undefined,
    },
  });
}

export interface AccessEnd {
  readonly status: number;
  /** Of the body, if that is known. */
  readonly bytes: number | undefined;
  readonly seconds: number;
}
