import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

/**
 * Does one thing after the other.
 * @param busy what is said where `most` are under way or wait already.
 * @throws WeftError REGISTRY_BUSY then.
 */
export function createTurns(
  most: number,
  busy = `${most} publications wait to be judged already.`,
): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= most) return Promise.reject(new WeftError('REGISTRY_BUSY', busy));
    waiting += 1;
    const done = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = done.catch(() => {});
    return done;
  };
}
