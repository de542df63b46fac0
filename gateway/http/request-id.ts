import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The client's own where it cannot be mistaken for anything else in a log or a header; otherwise a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}
