/**
 * Requests to one library. They wait here and are sent one by one: so it is known which of them the process was at when it
 * had to be given up, and the time of one is not spent on others.
 */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { QueryPlan } from '../engine/plan.ts';
import type { PlanRequest, ProcessData } from './planner-messages.ts';
import { startProcess } from './start-process.ts';

export interface Queue {
  /** @throws Error with the planner's reason to refuse the supergraph. */
  readonly ready: ReturnType<typeof startProcess>['ready'];
  readonly deadlineMs: number;
  /** @throws WeftError OVERLOADED. */
  ask(request: PlanRequest): Promise<Answer>;
  stop(): void;
}

export type Answer =
  | { readonly kind: 'planned'; readonly plan: QueryPlan }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface QueueLimits {
  readonly heapLimitMb: number;
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
  /** A process that is at nothing when it is stopped serves another graph, soon. */
  readonly keepsProcess: boolean;
}

/** Its process is replaced when it has ended or is stuck. */
export function openQueue(data: ProcessData, limits: QueueLimits): Queue {
  const { heapLimitMb, mostWaiting, longestWaitMs, keepsProcess } = limits;
  const start = () => startProcess(data, heapLimitMb);
  let process = start();
  let isStopped = false;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    ready: process.ready,
    deadlineMs: data.deadlineMs,
    async ask(request) {
      if (waiting >= mostWaiting) throw overloaded();
      waiting += 1;
      const since = performance.now();
      const answer = last.then(() => {
        waiting -= 1;
        if (performance.now() - since > longestWaitMs) throw overloaded();
        return answerTo(request);
      });
      last = answer.catch(() => {});
      return answer;
    },
    stop() {
      isStopped = true;
      if (keepsProcess) process.leave();
      else process.stop();
    },
  };

  async function answerTo(request: PlanRequest): Promise<Answer> {
    if (isStopped) return { kind: 'failed', reason: 'The planner was closed.' };
    if (process.hasEnded) process = start();
    try {
      const { interruptible } = await process.ready;
      // A library that keeps the deadline itself is given up only when it is stuck: another takes seconds to load.
      const ms = interruptible ? data.deadlineMs + 1000 : data.deadlineMs;
      const answer = await within(ms, process.ask(request));
      if (answer.kind === 'planned') return { kind: 'planned', plan: JSON.parse(answer.planText) };
      if (answer.kind !== 'stuck') return answer;
      replaceProcess();
      return { kind: 'timeout' };
    } catch (error) {
      replaceProcess();
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  function replaceProcess(): void {
    process.stop();
    if (!isStopped) process = start();
  }
}

const overloaded = () => new WeftError('OVERLOADED', 'Too many operations wait to be planned.');

async function within<Value>(ms: number, value: Promise<Value>): Promise<Value | { kind: 'stuck' }> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<{ kind: 'stuck' }>((resolve) => {
    // If this thread was busy, the answer may have come unnoticed: it is read before immediates run.
    timer = setTimeout(() => setImmediate(resolve, { kind: 'stuck' }), ms);
  });
  try {
    return await Promise.race([value, stuck]);
  } finally {
    clearTimeout(timer);
  }
}
