/**
 * A process of planner.ts. Loading a large supergraph takes seconds, and planning an unusual operation may: neither may
 * stall the process that answers requests. Native code that fails ends its process: that must not be the gateway's.
 */
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { PlanRequest, ProcessAnswer, ProcessData } from './planner-messages.ts';
import { openPlanning, type Planning } from './planning.ts';

const send = process.send?.bind(process);
invariant(send, 'the planner runs in a process of its own');
const answer = (message: ProcessAnswer): void => {
  send(message);
};
process.once('message', (data: ProcessData) => void start(data));

async function start({ supergraphSdl, library, deadlineMs }: ProcessData): Promise<void> {
  try {
    const planning = await openPlanning(supergraphSdl, library);
    const { facts, interruptible } = planning;
    process.on('message', async (request: PlanRequest) => answer(await answerTo(request, planning, deadlineMs)));
    answer({ kind: 'ready', facts, interruptible });
  } catch (error) {
    answer({ kind: 'refused', reason: reasonOf(error) });
  }
}

async function answerTo(
  { operation, overrides }: PlanRequest,
  { plan }: Planning,
  deadlineMs: number,
): Promise<ProcessAnswer> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const made = await plan(operation, overrides, signal);
    // A plan that was ready when its time was up may be one of a search that was broken off.
    return signal.aborted ? { kind: 'timeout' } : { kind: 'planned', planText: JSON.stringify(made) };
  } catch (error) {
    return signal.aborted ? { kind: 'timeout' } : { kind: 'failed', reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
