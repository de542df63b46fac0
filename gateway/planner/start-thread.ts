import { Worker } from 'node:worker_threads';
import type { PlanRequest, ThreadAnswer, ThreadData } from './planner-messages.ts';

/** One planner-thread.ts, from the side of planner.ts. It keeps the process alive only while it owes an answer. */
export interface PlannerThread {
  /** @throws Error with the planner's reason to refuse the supergraph. */
  readonly ready: Promise<Ready>;
  /** To be called when the last request has been answered. @throws Error where the thread ends instead of answering. */
  ask(request: PlanRequest): Promise<Exclude<ThreadAnswer, { kind: 'ready' | 'refused' }>>;
  stop(): Promise<void>;
}

type Ready = Extract<ThreadAnswer, { kind: 'ready' }>;

export function startThread(workerData: ThreadData, heapLimitMb: number): PlannerThread {
  const worker = new Worker(new URL('./planner-thread.mjs', import.meta.url), {
    workerData,
    execArgv: [],
    // Planners recur along the graph: the default of 4 MB is not enough for hundreds of subgraphs.
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb, stackSizeMb: 64 },
  });
  let owed: { resolve(answer: ThreadAnswer): void; reject(error: Error): void } | undefined;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    owed?.reject(ended);
  };
  worker.on('message', (answer: ThreadAnswer) => {
    worker.unref();
    owed?.resolve(answer);
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`The thread of the planner ended with exit code ${code}.`)));
  const next = (): Promise<ThreadAnswer> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      owed = { resolve, reject };
      worker.ref();
    });

  const ready = next().then((answer) => {
    if (answer.kind === 'ready') return answer;
    void worker.terminate();
    throw new Error(answer.kind === 'refused' ? answer.reason : 'The planner did not start.');
  });
  // Who asks for a plan learns of it. Until then nobody may be waiting.
  ready.catch(() => {});
  return {
    ready,
    async ask(request) {
      const answer = next();
      worker.postMessage(request);
      return (await answer) as Exclude<ThreadAnswer, { kind: 'ready' | 'refused' }>;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
