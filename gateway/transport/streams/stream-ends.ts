import { HttpFailure } from '../http-failure.ts';
import { watch } from '../patience.ts';
import { createEventQueue, type EventQueue, type EventSource } from './event-queue.ts';
import type { RawEvent, StreamLimits } from './raw-stream.ts';
import { type SilenceWatch, watchSilence } from './silence.ts';

/** Where the events of a stream go, and what ends it: a failure, silence, or that it does not begin in time. */
export interface StreamEnds {
  readonly queue: EventQueue<RawEvent>;
  readonly silence: SilenceWatch;
  fail(failure: HttpFailure): void;
  /** It has begun. */
  stopWaiting(): void;
}

/** @param reject of whoever waits for the stream to begin. */
export function createStreamEnds(
  { clock, begin, silentMs, slowMs }: StreamLimits,
  source: EventSource,
  reject: (failure: HttpFailure) => void,
): StreamEnds {
  const close = (): void => {
    stopWaiting();
    silence.stop();
    source.close();
  };
  const queue = createEventQueue<RawEvent>(
    { pause: () => source.pause(), resume: () => source.resume(), close },
    { clock, slowMs },
  );
  const fail = (failure: HttpFailure): void => {
    reject(failure);
    queue.end(failure);
  };
  const silence = watchSilence(
    clock,
    silentMs,
    () => queue.reads,
    () => fail(new HttpFailure('due', 'the stream has fallen silent')),
  );
  // It may be over already; whoever opens the stream must be done with that before it is closed.
  const stopWaiting = watch(begin, clock, (failure) => queueMicrotask(() => fail(failure)));
  return { queue, silence, fail, stopWaiting };
}
