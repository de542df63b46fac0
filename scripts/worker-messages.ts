/** What `weft gateway --workers` and its workers say to each other. */
import type { Worker } from 'node:cluster';
import type { Config } from '../gateway/config.ts';
import type { Reloaded } from '../gateway/reload.ts';
import type { Code } from '../subgraphs/kit/errors/codes.ts';
import type { Issue } from '../subgraphs/kit/errors/issue.ts';

/** In a worker's environment: its order, as JSON. */
export const orderVariable = 'WEFT_WORKER_ORDER';

export interface WorkerOrder {
  /** Read once, by whoever starts the workers. */
  readonly config: Config;
  /** Others have a graph to answer from: one without would only refuse its share of the requests. */
  readonly needsGraph: boolean;
}

export type ToWorker = { readonly kind: 'reload' };

export type FromWorker =
  | { readonly kind: 'listening'; readonly url: string; readonly hasGraph: boolean }
  /** A WeftError before it listened: it ends then. */
  | {
      readonly kind: 'refused';
      readonly code: Code;
      readonly message: string;
      readonly help: string;
      readonly issues: readonly Issue[];
    }
  | { readonly kind: 'reloaded'; readonly reloaded: Reloaded; readonly hasGraph: boolean }
  | { readonly kind: 'notReloaded'; readonly reason: string };

/** A worker that has ended meanwhile is not told: whoever waits for its answer sees the end. */
export function tellWorker(worker: Worker, message: ToWorker): void {
  worker.send(message, () => {});
}

/**
 * The next message of these kinds; undefined where the worker ends instead. Its last messages may come after its end, but
 * not after that of its channel.
 */
export function answerOf<Kind extends FromWorker['kind']>(
  worker: Worker,
  kinds: readonly Kind[],
): Promise<Extract<FromWorker, { kind: Kind }> | undefined> {
  return new Promise((resolve) => {
    const settle = (message?: Extract<FromWorker, { kind: Kind }>): void => {
      worker.off('message', onMessage);
      worker.off('disconnect', onEnd);
      resolve(message);
    };
    const onMessage = (message: FromWorker): void => {
      if (isOneOf(message, kinds)) settle(message);
    };
    const onEnd = (): void => settle();
    worker.on('message', onMessage);
    worker.on('disconnect', onEnd);
  });
}

const isOneOf = <Kind extends FromWorker['kind']>(
  message: FromWorker,
  kinds: readonly Kind[],
): message is Extract<FromWorker, { kind: Kind }> => kinds.some((kind) => kind === message.kind);
