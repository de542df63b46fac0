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
/** Of the graph that was given last. */
let planning: Promise<Planning> | undefined;
let deadlineMs = 0;
process.on('message', async (message: ProcessData | PlanRequest) => {
  answer('supergraphSdl' in message ? await start(message) : await answerTo(message));
});

async function start(data: ProcessData): Promise<ProcessAnswer> {
  planning = undefined; // What the graph before takes is free for this one.
  deadlineMs = data.deadlineMs;
  try {
    planning = openPlanning(data.supergraphSdl, data);
    const { facts, interruptible } = await planning;
    return { kind: 'ready', facts, interruptible };
  } catch (error) {
    return { kind: 'refused', reason: reasonOf(error) };
  }
}

async function answerTo({ operation, overrides }: PlanRequest): Promise<ProcessAnswer> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    invariant(planning, 'a graph is given before anything is asked about it');
    const { plan } = await planning;
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
