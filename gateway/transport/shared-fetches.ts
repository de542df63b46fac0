/** Equal fetches that are under way at the same time, made once: several consumers then wait for one answer. */
import type { Clock } from './clock.ts';
import { type Patience, watch } from './patience.ts';

export interface SharedFetches<T> {
  /**
   * @param key everything that can change the answer.
   * @param start fetches, unless that is under way; aborted when nobody waits any more, not when the first one leaves.
   * @throws what the fetch throws, or HttpFailure `gone` or `due` for this one consumer.
   */
  share(
    key: string,
    patience: Patience,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T; readonly isFirst: boolean }>;
}

export function createSharedFetches<T>(clock: Clock): SharedFetches<T> {
  const underWay = new Map<string, { readonly value: Promise<T>; readonly gone: AbortController; waiting: number }>();
  return {
    share(key, patience, start) {
      const known = underWay.get(key);
      const fetch = known ?? begin(key, start);
      fetch.waiting++;
      return new Promise((resolve, reject) => {
        const stop = watch(patience, clock, (failure) => {
          fetch.waiting--;
          if (fetch.waiting === 0) {
            forget(key, fetch);
            fetch.gone.abort();
          }
          reject(failure);
        });
        const settled = (): void => {
          stop();
          forget(key, fetch);
        };
        fetch.value.then(
          (value) => {
            settled();
            resolve({ value, isFirst: known === undefined });
          },
          (error: unknown) => {
            settled();
            reject(error);
          },
        );
      });
    },
  };

  function begin(key: string, start: (signal: AbortSignal) => Promise<T>) {
    const gone = new AbortController();
    const fetch = { value: start(gone.signal), gone, waiting: 0 };
    underWay.set(key, fetch);
    return fetch;
  }

  /** Under this key, another may be under way by now. */
  function forget(key: string, fetch: unknown): void {
    if (underWay.get(key) === fetch) underWay.delete(key);
  }
}
