/**
 * A planner in a thread of its own. Requests wait here and are sent one by one: so it is known which of them the thread was
 * at when it had to be given up, and the time of one is not spent on others.
 */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { QueryPlan } from '../engine/plan.ts';
import type { CreatePlanner } from '../engine/planner.ts';
import type { PlanRequest } from './planner-messages.ts';
import { startThread } from './start-thread.ts';

export interface PlannerOptions {
  /** Absent: Hive's where its binary can be loaded, otherwise Apollo's. */
  readonly library?: 'hive' | 'apollo';
  /** How long planning one operation may take; the time that it waits for others does not count. */
  readonly deadlineMs?: number;
  /** What the thread's JavaScript may use. */
  readonly heapLimitMb?: number;
}

interface Job {
  readonly request: PlanRequest;
  resolve(plan: QueryPlan): void;
  reject(error: unknown): void;
}

export function createPlanner(options: PlannerOptions = {}): CreatePlanner {
  const { library, deadlineMs = 250, heapLimitMb = 4096 } = options;
  return async (supergraphSdl) => {
    const start = () => startThread({ supergraphSdl, library, deadlineMs }, heapLimitMb);
    let thread = start();
    const { facts } = await thread.ready.catch((cause: Error) => {
      throw new WeftError('SUPERGRAPH_REFUSED', `The planner refuses the composed graph: ${cause.message}`, { cause });
    });
    const waiting: Job[] = [];
    let isWorking = false;
    let isClosed = false;
    return {
      graph: facts,
      plan: (operation, overrides) =>
        new Promise((resolve, reject) => {
          waiting.push({ request: { operation, overrides }, resolve, reject });
          if (!isWorking) void work();
        }),
      async close() {
        isClosed = true;
        await thread.stop();
      },
    };

    async function work(): Promise<void> {
      isWorking = true;
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        await planned(job.request).then(job.resolve, job.reject);
      }
      isWorking = false;
    }

    async function planned(request: PlanRequest): Promise<QueryPlan> {
      if (isClosed) throw failed('The planner was closed.');
      const answer = await answerTo(request);
      if (answer.kind === 'planned') return answer.plan;
      if (answer.kind === 'failed') throw failed(answer.reason);
      throw new WeftError('PLAN_TIMEOUT', `Planning the operation takes longer than ${deadlineMs} ms.`);
    }

    async function answerTo(request: PlanRequest) {
      try {
        const { interruptible } = await thread.ready;
        // A library that keeps the deadline itself is given up only when it is stuck: another takes seconds to load.
        const answer = await within(interruptible ? deadlineMs + 1000 : deadlineMs, thread.ask(request));
        if (answer.kind !== 'stuck') return answer;
      } catch (cause) {
        if (!isClosed) thread = start();
        throw failed('The thread of the planner ended.', cause);
      }
      void thread.stop(); // It ends when native code returns, which may be never. Another plans meanwhile.
      thread = start();
      return { kind: 'timeout' } as const;
    }
  };
}

async function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer | { kind: 'stuck' }> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<{ kind: 'stuck' }>((resolve) => {
    // If this thread was busy, the answer may have come unnoticed: it is read before immediates run.
    timer = setTimeout(() => setImmediate(resolve, { kind: 'stuck' }), ms);
  });
  try {
    return await Promise.race([answer, stuck]);
  } finally {
    clearTimeout(timer);
  }
}

const failed = (reason: string, cause?: unknown): WeftError =>
  new WeftError('PLAN_FAILED', 'The operation could not be planned.', { cause: cause ?? new Error(reason) });
