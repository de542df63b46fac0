/** Processes that read and compose meshes, for read-graph.ts. */
import { type Child, startChild } from '../processes/child.ts';
import { keepSpare } from '../processes/spare-process.ts';
import type { GraphPart, GraphRequest, ReadFailed } from './graph-messages.ts';

export type GraphProcess = Child<GraphRequest, GraphPart | ReadFailed>;

export interface GraphProcessLimits {
  readonly timeoutMs?: number;
  readonly heapLimitMb?: number;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal;
}

/** Loading what composes takes a second: whoever edits a mesh reads it again soon. */
const spare = keepSpare<GraphProcess>(10_000);

/**
 * Work for a process of graph-process.mjs that does nothing else meanwhile, of a lower priority than this one.
 * @throws Error that says, as the rest of a sentence about the process, why there is no answer
 */
export async function inGraphProcess<T>(
  work: (process: GraphProcess) => Promise<T>,
  { timeoutMs = 120_000, heapLimitMb = 4096, signal }: GraphProcessLimits,
): Promise<T> {
  const startedWith = `${heapLimitMb}`;
  const process =
    spare.take(startedWith) ??
    startChild(new URL('./graph-process.mjs', import.meta.url), { args: [startedWith], niceness: 10 });
  const stop = (): void => process.stop();
  let isLate = false;
  const timeout = setTimeout(() => {
    isLate = true;
    stop();
  }, timeoutMs);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    const done = await work(process);
    spare.keep(process, startedWith);
    return done;
  } catch (error) {
    stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(isLate ? `did not end within ${timeoutMs / 1000} s` : `ended: ${reason}`);
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener('abort', stop);
  }
}
