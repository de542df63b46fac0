/** How the workers of one gateway read the mesh again, so that all of them end on the same graph. */
import type { Worker } from 'node:cluster';
import type { Reloaded } from '../gateway/reload.ts';
import { answerOf, tellWorker } from './worker-messages.ts';

export interface WorkerReloads {
  /** How often was asked for one. A worker that was started before the last of them may have read the mesh from before. */
  readonly asked: number;
  /**
   * Asks each worker that listens. One at a time: who asks while one runs gets the next.
   * @throws Error where some could not reload, once all have been asked.
   */
  reload(): Promise<Reloaded>;
  /** Asks one, once those that run have ended. @throws Error where it could not. */
  reloadOne(worker: Worker): Promise<void>;
}

export function createWorkerReloads(listening: ReadonlySet<Worker>): WorkerReloads {
  let asked = 0;
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Reloaded> | undefined;
  const afterwards = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const reloading = running.then(work);
    running = reloading.catch(() => {});
    return reloading;
  };
  return {
    get asked() {
      return asked;
    },
    reload() {
      asked += 1;
      next ??= afterwards(() => {
        next = undefined;
        return reloadEach([...listening]);
      });
      return next;
    },
    async reloadOne(worker) {
      await afterwards(() => reloadEach([worker]));
    },
  };
}

/** One after the other: composing takes memory, and meanwhile the others answer undisturbed. */
async function reloadEach(workers: readonly Worker[]): Promise<Reloaded> {
  let all: Reloaded = { issues: [], changed: false };
  const reasons = new Set<string>();
  for (const worker of workers) {
    // Whoever takes its place reads the mesh as it is then.
    if (!worker.isConnected()) continue;
    const answer = answerOf(worker, ['reloaded', 'notReloaded']);
    tellWorker(worker, { kind: 'reload' });
    const message = await answer;
    if (message?.kind === 'notReloaded') reasons.add(message.reason);
    if (message?.kind !== 'reloaded') continue;
    const { issues, changed } = message.reloaded;
    all = { issues, changed: changed || all.changed };
  }
  if (reasons.size > 0) throw new Error([...reasons].join('; '));
  return all;
}
