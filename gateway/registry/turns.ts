import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

/** Does one thing after the other. @throws WeftError REGISTRY_BUSY where `most` are waiting already. */
export function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= most) {
      return Promise.reject(new WeftError('REGISTRY_BUSY', `${most} publications wait to be judged already.`));
    }
    waiting += 1;
    const done = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = done.catch(() => {});
    return done;
  };
}
