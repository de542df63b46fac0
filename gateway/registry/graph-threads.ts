import { Worker } from 'node:worker_threads';

/** Loading what composes takes a second: whoever edits a mesh reads it again soon. */
const keptForMs = 10_000;

let kept: { readonly thread: Worker; readonly heapLimitMb: number; readonly timer: NodeJS.Timeout } | undefined;

/** A thread of graph-thread.ts that does nothing else. */
export function takeThread(heapLimitMb: number): Worker {
  const thread = kept?.heapLimitMb === heapLimitMb ? kept.thread : undefined;
  if (thread) forget();
  thread?.ref();
  return thread ?? startThread(heapLimitMb);
}

/** For the next who needs one soon: until then it keeps nothing alive, and then it goes with all its memory. */
export function keepThread(thread: Worker, heapLimitMb: number): void {
  if (kept) return void thread.terminate();
  thread.unref();
  const timer = setTimeout(() => {
    forget();
    void thread.terminate();
  }, keptForMs).unref();
  kept = { thread, heapLimitMb, timer };
}

function forget(): void {
  clearTimeout(kept?.timer);
  kept = undefined;
}

function startThread(heapLimitMb: number): Worker {
  const thread = new Worker(new URL('./graph-thread.mjs', import.meta.url), {
    execArgv: [],
    // The composition library recurs along the graph: the default of 4 MB is not enough for hundreds of subgraphs.
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb, stackSizeMb: 64 },
  });
  // Whoever waits for its answer learns of it; one that ends while it is kept is not kept any longer.
  thread.on('error', () => {});
  thread.on('exit', () => {
    if (kept?.thread === thread) forget();
  });
  return thread;
}
