import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PlanRequest, ProcessAnswer, ProcessData } from './planner-messages.ts';

/** One planner-process.ts, from the side of planner.ts. It keeps the gateway alive only while it owes an answer. */
export interface PlannerProcess {
  /** @throws Error with the planner's reason to refuse the supergraph. */
  readonly ready: Promise<Ready>;
  /** To be called when the last request has been answered. @throws Error where the process ends instead of answering. */
  ask(request: PlanRequest): Promise<Exclude<ProcessAnswer, { kind: 'ready' | 'refused' }>>;
  /** At once, whatever it is at. */
  stop(): void;
}

type Ready = Extract<ProcessAnswer, { kind: 'ready' }>;

const entry = fileURLToPath(new URL('./planner-process.mjs', import.meta.url));

export function startProcess(data: ProcessData, heapLimitMb: number): PlannerProcess {
  // Planners recur along the graph: the default of 1 MB is not enough for hundreds of subgraphs.
  const execArgv = [`--max-old-space-size=${heapLimitMb}`, '--stack-size=4000'];
  // What a failing library writes would stand between the lines of the log.
  const child = fork(entry, { serialization: 'advanced', execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let owed: { resolve(answer: ProcessAnswer): void; reject(error: Error): void } | undefined;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    owed?.reject(ended);
  };
  child.on('message', (answer: ProcessAnswer) => {
    hold(child, false);
    owed?.resolve(answer);
  });
  child.on('error', end);
  child.on('exit', (code, signal) => end(new Error(`The process of the planner ended with ${signal ?? code}.`)));
  const next = (): Promise<ProcessAnswer> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      owed = { resolve, reject };
      hold(child, true);
    });

  const ready = next().then((answer) => {
    if (answer.kind === 'ready') return answer;
    child.kill('SIGKILL');
    throw new Error(answer.kind === 'refused' ? answer.reason : 'The planner did not start.');
  });
  // Who asks for a plan learns of it. Until then nobody may be waiting.
  ready.catch(() => {});
  child.send(data);
  return {
    ready,
    async ask(request) {
      const answer = next();
      child.send(request);
      return (await answer) as Exclude<ProcessAnswer, { kind: 'ready' | 'refused' }>;
    },
    stop() {
      child.kill('SIGKILL');
    },
  };
}

function hold(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}
