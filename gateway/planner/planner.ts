/** Planning in processes of its own: Hive's planner, and Apollo's for what that cannot do. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { QueryPlan } from '../engine/plan.ts';
import type { CreatePlanner } from '../engine/planner.ts';
import { type Answer, openQueue, type Queue } from './planner-queue.ts';

export interface PlannerOptions {
  /** Plans everything. Absent: Hive's where its binary can be loaded, and Apollo's, what is not plain. */
  readonly library?: 'hive' | 'apollo';
  /** How long planning one operation may take; the time that it waits for others does not count. */
  readonly deadlineMs?: number;
  /** What a process may use for JavaScript. */
  readonly heapLimitMb?: number;
  /** How many operations may wait for the one that is being planned. */
  readonly mostWaiting?: number;
  /** What has waited longer when its turn comes is not planned: whoever asked will have gone. */
  readonly longestWaitMs?: number;
  /** Where graphs follow each other, their planners have a process in common. */
  readonly keepsProcess?: boolean;
}

export function createPlanner(options: PlannerOptions = {}): CreatePlanner {
  const {
    library,
    deadlineMs = 250,
    heapLimitMb = 4096,
    mostWaiting = 200,
    longestWaitMs = 5_000,
    keepsProcess = false,
  } = options;
  return async (supergraphSdl) => {
    const open = (of: 'hive' | 'apollo'): Queue => {
      // What Hive's planner cannot do takes Apollo's longer.
      const ms = of === 'apollo' && !library ? 4 * deadlineMs : deadlineMs;
      const data = { supergraphSdl, library: of, searchesAlways: library !== undefined, deadlineMs: ms };
      return openQueue(data, { heapLimitMb, mostWaiting, longestWaitMs, keepsProcess });
    };
    let isClosed = false;
    let first = open(library ?? 'hive');
    let second = library ? first : undefined;
    const { facts } = await first.ready
      .catch((cause) => {
        if (library) throw cause;
        // Hive has no binary for this machine, or refuses the graph.
        first = open('apollo');
        second = first;
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
        if (answer.kind === 'planned' || second === first || isClosed) return planOf(answer, first);
        // Hive's planner has no plan for some valid operations or a wrong one, takes very long for others, and ends at a few.
        second ??= open('apollo');
        return planOf(await second.ask(request), second);
      },
      async close() {
        isClosed = true;
        first.stop();
        if (second !== first) second?.stop();
      },
    };
  };
}

function planOf(answer: Answer, { deadlineMs }: Queue): QueryPlan {
  if (answer.kind === 'planned') return answer.plan;
  if (answer.kind === 'failed') {
    throw new WeftError('PLAN_FAILED', 'The operation could not be planned.', { cause: new Error(answer.reason) });
  }
  throw new WeftError('PLAN_TIMEOUT', `Planning the operation takes longer than ${deadlineMs} ms.`);
}
