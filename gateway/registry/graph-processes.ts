import { type Child, startChild } from '../processes/child.ts';
import type { AssembleRequest, GraphPart, NextPart, ReadFailed, ReadRequest } from './graph-messages.ts';

export type GraphProcess = Child<ReadRequest | AssembleRequest | NextPart, GraphPart | ReadFailed>;

/** Loading what composes takes a second: whoever edits a mesh reads it again soon. */
const keptForMs = 10_000;

let kept: { readonly process: GraphProcess; readonly heapLimitMb: number; readonly timer: NodeJS.Timeout } | undefined;

/** A process of graph-process.mjs that does nothing else. */
export function takeProcess(heapLimitMb: number): GraphProcess {
  const usable = kept?.heapLimitMb === heapLimitMb && !kept.process.hasEnded ? kept.process : undefined;
  if (!usable) return startProcess(heapLimitMb);
  forget();
  return usable;
}

/** For the next who needs one soon: until then it keeps nothing alive, and then it goes with all its memory. */
export function keepProcess(process: GraphProcess, heapLimitMb: number): void {
  if (kept) return void process.stop();
  const timer = setTimeout(() => {
    forget();
    process.stop();
  }, keptForMs).unref();
  kept = { process, heapLimitMb, timer };
}

function forget(): void {
  clearTimeout(kept?.timer);
  kept = undefined;
}

const startProcess = (heapLimitMb: number): GraphProcess =>
  startChild(new URL('./graph-process.mjs', import.meta.url), { args: [`${heapLimitMb}`], niceness: 10 });
