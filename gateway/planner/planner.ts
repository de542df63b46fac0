/**
 * Planning in a process of its own. Requests wait here and are sent one by one: so it is known which of them the process
 * was at when it had to be given up, and the time of one is not spent on others.
 */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { QueryPlan } from '../engine/plan.ts';
import type { CreatePlanner } from '../engine/planner.ts';
import type { PlanRequest, ProcessData } from './planner-messages.ts';
import { startProcess } from './start-process.ts';

export interface PlannerOptions {
  /** Absent: Hive's where its binary can be loaded, otherwise Apollo's. */
  readonly library?: 'hive' | 'apollo';
  /** How long planning one operation may take; the time that it waits for others does not count. */
  readonly deadlineMs?: number;
  /** What the process may use for JavaScript. */
  readonly heapLimitMb?: number;
}

export function createPlanner(options: PlannerOptions = {}): CreatePlanner {
  const { library, deadlineMs = 250, heapLimitMb = 4096 } = options;
  return async (supergraphSdl) => {
    // What Hive's planner cannot do takes Apollo's longer.
    const apollo = (): Queue =>
      startQueue({ supergraphSdl, library: 'apollo', deadlineMs: library ? deadlineMs : 4 * deadlineMs }, heapLimitMb);
    let isClosed = false;
    let first = library === 'apollo' ? apollo() : startQueue({ supergraphSdl, library, deadlineMs }, heapLimitMb);
    let second: Queue | undefined;
    const { facts } = await first.ready
      .catch((cause) => {
        if (library) throw cause;
        first = apollo();
        return first.ready;
      })
      .catch((cause: Error) => {
        const message = `The planner refuses the composed graph: ${cause.message}`;
        throw new WeftError('SUPERGRAPH_REFUSED', message, { cause });
      });
    return {
      graph: facts,
      async plan(operation, overrides) {
        const request = { operation, overrides };
        const answer = await first.ask(request);
        if (answer.kind === 'planned' || library || isClosed) return planOf(answer, deadlineMs);
        // Hive's planner has no plan for some valid operations or a wrong one, takes very long for others, and ends at a few.
        second ??= apollo();
        return planOf(await second.ask(request), 4 * deadlineMs);
      },
      async close() {
        isClosed = true;
        first.stop();
        second?.stop();
      },
    };
  };
}

function planOf(answer: Answer, deadlineMs: number): QueryPlan {
  if (answer.kind === 'planned') return answer.plan;
  if (answer.kind === 'failed') {
    throw new WeftError('PLAN_FAILED', 'The operation could not be planned.', { cause: new Error(answer.reason) });
  }
  throw new WeftError('PLAN_TIMEOUT', `Planning the operation takes longer than ${deadlineMs} ms.`);
}

type Answer =
  | { readonly kind: 'planned'; readonly plan: QueryPlan }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly reason: string };

interface Queue {
  readonly ready: ReturnType<typeof startProcess>['ready'];
  ask(request: PlanRequest): Promise<Answer>;
  stop(): void;
}

/** Requests to one library, whose process is replaced when it has ended or is stuck. */
function startQueue(data: ProcessData, heapLimitMb: number): Queue {
  const start = () => startProcess(data, heapLimitMb);
  let process = start();
  let isStopped = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    ready: process.ready,
    ask(request) {
      const answer = last.then(() => answerTo(request));
      last = answer;
      return answer;
    },
    stop() {
      isStopped = true;
      process.stop();
    },
  };

  async function answerTo(request: PlanRequest): Promise<Answer> {
    if (isStopped) return { kind: 'failed', reason: 'The planner was closed.' };
    try {
      const { interruptible } = await process.ready;
      // A library that keeps the deadline itself is given up only when it is stuck: another takes seconds to load.
      const ms = interruptible ? data.deadlineMs + 1000 : data.deadlineMs;
      const answer = await within(ms, process.ask(request));
      if (answer.kind !== 'stuck') return answer;
    } catch (error) {
      if (!isStopped) process = start();
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
    process.stop();
    process = start();
    return { kind: 'timeout' };
  }
}

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
