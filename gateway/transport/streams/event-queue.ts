/**
 * Events between a subgraph, which sends when it likes, and a consumer, who takes them one by one. Where too many wait,
 * the subgraph is not read any further, so that it waits, too; where that goes on, the consumer is too slow.
 */
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Clock } from '../clock.ts';

export interface EventQueue<Event> {
  /** False while the subgraph is not read. */
  readonly reads: boolean;
  push(event: Event): void;
  /** Nothing more comes: what waits is still given out. */
  end(failure?: Error): void;
  /** @throws once, what `end` was told, or WeftError SUBSCRIPTION_CONSUMER_SLOW. */
  next(): Promise<IteratorResult<Event, undefined>>;
  close(): void;
}

export interface EventSource {
  pause(): void;
  resume(): void;
  /** Called once, when no more events are wanted. */
  close(): void;
}

export interface EventQueueOptions {
  readonly clock: Clock;
  /** For how long a full queue may stay full, in milliseconds. */
  readonly slowMs: number;
}

/** A little more may come: what had been read of the socket already, at most 64 kB. */
const mostWaiting = 16;

export function createEventQueue<Event>(source: EventSource, { clock, slowMs }: EventQueueOptions): EventQueue<Event> {
  const waiting: Event[] = [];
  let taker: { resolve(result: IteratorResult<Event, undefined>): void; reject(failure: Error): void } | undefined;
  let ended: { failure: Error | undefined } | undefined;
  let takeBack: (() => void) | undefined;

  const end = (failure?: Error): void => {
    if (ended) return;
    ended = { failure };
    takeBack?.();
    source.close();
    if (failure) taker?.reject(failure);
    else taker?.resolve(done);
  };
  const tooSlow = (): void => {
    waiting.length = 0;
    end(consumerSlow());
  };
  const watchFullness = (): void => {
    takeBack?.();
    takeBack = waiting.length < mostWaiting || ended ? undefined : clock.after(slowMs, tooSlow);
  };

  return {
    get reads() {
      return takeBack === undefined;
    },
    push(event) {
      if (ended) return;
      if (taker) {
        taker.resolve({ done: false, value: event });
        taker = undefined;
      } else if (waiting.push(event) === mostWaiting) {
        source.pause();
        watchFullness();
      }
    },
    end,
    next() {
      const event = waiting.shift();
      if (event !== undefined) {
        if (takeBack) watchFullness();
        if (waiting.length === mostWaiting - 1 && !ended) source.resume();
        return Promise.resolve({ done: false, value: event });
      }
      if (!ended) return new Promise((resolve, reject) => (taker = { resolve, reject }));
      const { failure } = ended;
      ended = { failure: undefined };
      return failure ? Promise.reject(failure) : Promise.resolve(done);
    },
    close() {
      waiting.length = 0;
      end();
    },
  };
}

const done = { done: true, value: undefined } as const;

function consumerSlow(): WeftError {
  const message = 'The subscription was ended: its events came faster than they were taken.';
  return new WeftError('SUBSCRIPTION_CONSUMER_SLOW', message);
}
