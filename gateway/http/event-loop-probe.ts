import { getHeapStatistics } from 'node:v8';

/** How the process is. */
export interface OverloadProbe {
  /** How late the event loop is, in milliseconds, averaged over the last moments. */
  lagMs(): number;
  /** Heap in use, of the most that there may be. */
  heapShare(): number;
  close(): void;
}

const everyMs = 10;
/** Weight of the newest sample, and the most that it counts: one pause, however long, is no overload; several are. */
const newest = 0.25;
const longestMs = 150;

/** Late timers run before the requests that waited behind what made them late: those are judged by it. */
export function probeProcess(): OverloadProbe {
  let lag = 0;
  let heap = 0;
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    lag += newest * (Math.min(Math.max(0, now - due), longestMs) - lag);
    due = now + everyMs;
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    heap = used / limit;
  }, everyMs).unref();
  return { lagMs: () => lag, heapShare: () => heap, close: () => clearInterval(timer) };
}
