import type { Clock } from '../transport/clock.ts';
import type { ConsumerTokens } from './consumer-tokens.ts';
import type { Principal } from './principal.ts';

export interface InForceOptions {
  readonly tokens: ConsumerTokens | undefined;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A timer takes no longer delay. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * Calls once, when what somebody has shown is no longer in force: it has expired, or was revoked.
 * @returns what takes that back
 */
export function whileInForce(principal: Principal, onEnd: () => void, options: InForceOptions): () => void {
  const { tokens, clock, now } = options;
  const { expiresAt } = principal;
  if (expiresAt === undefined) return () => {};
  let stopTimer = (): void => {};
  const stopListening = tokens?.onChange(look);
  look();
  return stop;

  function look(): void {
    stopTimer();
    const left = expiresAt === undefined ? 0 : expiresAt - now();
    if (left > 0 && tokens?.isInForce(principal) !== false) {
      stopTimer = clock.after(Math.min(left, longestDelayMs), look);
      return;
    }
    stop();
    onEnd();
  }

  function stop(): void {
    stopTimer();
    stopListening?.();
  }
}
