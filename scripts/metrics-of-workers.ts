/** What the workers of one gateway have counted, together: whichever of them is asked for `/metrics` answers that. */
import type { Worker } from 'node:cluster';
import { createMetricsSum } from '../gateway/observability/metrics-sum.ts';
import { answerOf, type FromWorker, tellWorker } from './worker-messages.ts';

const patienceMs = 1_000;

export interface MetricsOfWorkers {
  /** One that may ask. It is asked, too, while it listens. */
  join(worker: Worker): void;
}

/** What a worker counts after it was asked last is lost where it dies; nobody has seen it. */
export function createMetricsOfWorkers(listening: ReadonlySet<Worker>): MetricsOfWorkers {
  const sum = createMetricsSum();
  let questions = 0;
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<string> | undefined;
  return {
    join(worker) {
      worker.on('message', async (message: FromWorker) => {
        if (message.kind === 'counted') sum.tell(worker.id, message.counted);
        if (message.kind === 'metricsWanted')
          tellWorker(worker, { kind: 'metrics', id: message.id, text: await print().catch(told) });
      });
      worker.once('disconnect', () => sum.end(worker.id));
    },
  };

  /** Whoever scrapes sees it, in a comment of Prometheus' format: this process has to go on. */
  function told(error: unknown): string {
    return `# The counts of the workers cannot be added up: ${error instanceof Error ? error.message : error}\n`;
  }

  /** One at a time, however many ask. Who asks while one runs gets the next: what it saw happen is counted there. */
  function print(): Promise<string> {
    next ??= running.then(async () => {
      next = undefined;
      await askEach();
      return sum.print();
    });
    running = next.catch(() => {});
    return next;
  }

  /** Resolves when all have answered, but for those that end or hang: one that hangs has counted what it told last. */
  async function askEach(): Promise<void> {
    questions += 1;
    const id = questions;
    const connected = [...listening].filter((worker) => worker.isConnected());
    await Promise.all(
      connected.map((worker) => {
        const answer = answerOf(worker, ['counted'], { id, withinMs: patienceMs });
        tellWorker(worker, { kind: 'count', id });
        return answer;
      }),
    );
  }
}
