/**
 * The thread of planner.ts. Loading a large supergraph takes seconds, and planning an unusual operation may: neither may
 * stall the thread that answers requests.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { PlanRequest, ThreadAnswer, ThreadData } from './planner-messages.ts';
import { openPlanning, type Planning } from './planning.ts';

const { supergraphSdl, library, deadlineMs } = workerData as ThreadData;
invariant(parentPort, 'the planner runs in a thread');
await start(parentPort);

async function start(port: MessagePort): Promise<void> {
  const answer = (message: ThreadAnswer): void => port.postMessage(message);
  try {
    const planning = await openPlanning(supergraphSdl, library);
    const { facts, interruptible } = planning;
    port.on('message', async (request: PlanRequest) => answer(await answerTo(request, planning)));
    answer({ kind: 'ready', facts, interruptible });
  } catch (error) {
    answer({ kind: 'refused', reason: reasonOf(error) });
  }
}

async function answerTo({ operation, overrides }: PlanRequest, { plan }: Planning): Promise<ThreadAnswer> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const made = await plan(operation, overrides, signal);
    // A plan that was ready when its time was up may be one of a search that was broken off.
    return signal.aborted ? { kind: 'timeout' } : { kind: 'planned', plan: made };
  } catch (error) {
    return signal.aborted ? { kind: 'timeout' } : { kind: 'failed', reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
