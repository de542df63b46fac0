import { type Child, startChild } from '../processes/child.ts';
import { keepSpare } from '../processes/spare-process.ts';
import type { PlanRequest, ProcessAnswer, ProcessData } from './planner-messages.ts';

/** One planner-process.ts, from the side of planner-queue.ts. */
export interface PlannerProcess {
  /** @throws Error with the planner's reason to refuse the supergraph. */
  readonly ready: Promise<Ready>;
  /** To be called when the last request has been answered. @throws Error where the process ends instead of answering. */
  ask(request: PlanRequest): Promise<Exclude<ProcessAnswer, { kind: 'ready' | 'refused' }>>;
  /** Or never began. */
  readonly hasEnded: boolean;
  /** At once, whatever it is at. */
  stop(): void;
  /** It may serve another graph soon, unless it is at something. */
  leave(): void;
}

type Ready = Extract<ProcessAnswer, { kind: 'ready' }>;

const entry = new URL('./planner-process.mjs', import.meta.url);

type Process = Child<ProcessData | PlanRequest, ProcessAnswer>;

/** A graph that takes the place of another needs a planner before that is let go of; the next one follows soon. */
const spare = keepSpare<Process>(30_000);

export function startProcess(data: ProcessData, heapLimitMb: number): PlannerProcess {
  // Planners recur along the graph: the default of 1 MB is not enough for hundreds of subgraphs. What planning leaves behind
  // is collected half as often as by default: one operation in twenty waits for that.
  const execArgv = [`--max-old-space-size=${heapLimitMb}`, '--stack-size=4000', '--max-semi-space-size=32'];
  const startedWith = execArgv.join(' ');
  const child: Process = spare.take(startedWith) ?? startChild(entry, { execArgv });
  let atWork = 0;
  const ask = async (request: ProcessData | PlanRequest): Promise<ProcessAnswer> => {
    atWork += 1;
    return child.ask(request).finally(() => {
      atWork -= 1;
    });
  };
  const ready = ask(data).then((answer) => {
    if (answer.kind === 'ready') return answer;
    child.stop();
    throw new Error(answer.kind === 'refused' ? answer.reason : 'The planner did not start.');
  });
  // Who asks for a plan learns of it. Until then nobody may be waiting.
  ready.catch(() => {});
  return {
    ready,
    async ask(request) {
      return (await ask(request)) as Exclude<ProcessAnswer, { kind: 'ready' | 'refused' }>;
    },
    get hasEnded() {
      return child.hasEnded;
    },
    stop: () => child.stop(),
    leave: () => (atWork === 0 ? spare.keep(child, startedWith) : child.stop()),
  };
}
