import type { Clock } from './clock.ts';
import { HttpFailure } from './http-failure.ts';

/** How long something is waited for. */
export interface Patience {
  /** In milliseconds on the clock. */
  readonly due: number;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls `end` once, as soon as the patience ends; at once where that has happened already. Calling what it returns
 * stops the watch. A timer of its own costs less than half a microsecond; `AbortSignal.any` costs several.
 */
export function watch({ due, signal }: Patience, clock: Clock, end: (failure: HttpFailure) => void): () => void {
  const ms = due - clock.now();
  if (signal?.aborted || ms <= 0) {
    end(signal?.aborted ? nobodyWaits() : noAnswer());
    return () => {};
  }
  const others = signal && watchesOn(signal);
  const takeBack = clock.after(ms, () => {
    others?.delete(takeBack);
    end(noAnswer());
  });
  others?.set(takeBack, end);
  return () => {
    takeBack();
    others?.delete(takeBack);
  };
}

/** What ends a watch, by what takes back its timer. */
type Watches = Map<() => void, (failure: HttpFailure) => void>;

const bySignal = new WeakMap<AbortSignal, Watches>();

/** One listener per signal serves all fetches of a request: node warns of a leak at more than ten. */
function watchesOn(signal: AbortSignal): Watches {
  const known = bySignal.get(signal);
  if (known) return known;
  const watches: Watches = new Map();
  bySignal.set(signal, watches);
  signal.addEventListener('abort', () => {
    for (const [takeBack, end] of watches) {
      takeBack();
      end(nobodyWaits());
    }
    watches.clear();
  });
  return watches;
}

const nobodyWaits = (): HttpFailure => new HttpFailure('gone', 'nobody waits for the answer any more');
const noAnswer = (): HttpFailure => new HttpFailure('due', 'no answer in time');
