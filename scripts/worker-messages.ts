/** What `weft gateway --workers` and its workers say to each other. */
import type { Worker } from 'node:cluster';
import type { Config } from '../gateway/config.ts';
import type { Counted } from '../gateway/observability/metrics.ts';
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

export type ToWorker =
  | { readonly kind: 'reload' }
  /** What it has counted is wanted. */
  | { readonly kind: 'count'; readonly id: number }
  /** What all have counted, as Prometheus reads it. */
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string };

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
  | { readonly kind: 'notReloaded'; readonly reason: string }
  | { readonly kind: 'counted'; readonly id: number; readonly counted: Counted }
  | { readonly kind: 'metricsWanted'; readonly id: number };

/** A worker that has ended meanwhile is not told: whoever waits for its answer sees the end. */
export function tellWorker(worker: Worker, message: ToWorker): void {
  worker.send(message, () => {});
}

/** Resolves when it has been sent, or when nobody listens any more. */
export function tellFirstProcess(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

/**
 * The next message of these kinds, and with this id where one is given; undefined where the worker ends instead, or
 * the time is over. Its last messages may come after its end, but not after that of its channel.
 */
export function answerOf<Kind extends FromWorker['kind']>(
  worker: Worker,
  kinds: readonly Kind[],
  { id, withinMs }: { readonly id?: number; readonly withinMs?: number } = {},
): Promise<Extract<FromWorker, { kind: Kind }> | undefined> {
  return new Promise((resolve) => {
    const settle = (message?: Extract<FromWorker, { kind: Kind }>): void => {
      worker.off('message', onMessage);
      worker.off('disconnect', onEnd);
      clearTimeout(timer);
      resolve(message);
    };
    const onMessage = (message: FromWorker): void => {
      const isMeant = id === undefined || ('id' in message && message.id === id);
      if (isMeant && isOneOf(message, kinds)) settle(message);
    };
    const onEnd = (): void => settle();
    worker.on('message', onMessage);
    worker.on('disconnect', onEnd);
    const timer = withinMs === undefined ? undefined : setTimeout(onEnd, withinMs);
  });
}

const isOneOf = <Kind extends FromWorker['kind']>(
  message: FromWorker,
  kinds: readonly Kind[],
): message is Extract<FromWorker, { kind: Kind }> => kinds.some((kind) => kind === message.kind);
