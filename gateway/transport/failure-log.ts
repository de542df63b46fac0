import type { Log } from '../engine/log.ts';
import type { Clock } from './clock.ts';
import type { HttpFailure } from './http-failure.ts';

/** What could not be sent where, in words: `subgraph sales`. */
export interface FailedCall {
  readonly what: string;
  readonly url: string;
  readonly requestId?: string | undefined;
}

/** Of one URL. */
const forbiddenEveryMs = 60_000;

/** Nobody is told that nobody waits any more; that an address is forbidden, which each request would find anew, only now and then. */
export function createFailureLog(log: Log, clock: Clock): (failure: HttpFailure, call: FailedCall) => void {
  const forbiddenAt = new Map<string, number>();
  const isTold = ({ kind }: HttpFailure, url: string): boolean => {
    if (kind !== 'forbidden') return kind !== 'gone';
    const now = clock.now();
    if (now < (forbiddenAt.get(url) ?? Number.NEGATIVE_INFINITY) + forbiddenEveryMs) return false;
    forbiddenAt.set(url, now);
    return true;
  };
  return (failure, { what, url, requestId }) => {
    if (isTold(failure, url)) log(`${what}: ${failure.message}`, { level: 'warn', requestId });
  };
}
