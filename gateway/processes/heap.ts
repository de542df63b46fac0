/** The sizes of V8's heap in a gateway. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8's semi-space holds what has just been made. At its default size, answers in the making are copied, some of them into
 * the old heap, before they are sent; with 64 MB nearly all are gone by then. It can only be set when a process starts.
 */
export const semiSpaceFlag = '--max-semi-space-size=64';

/** Whether somebody has chosen a size for this process. */
export function isSemiSpaceSet(execArgv = process.execArgv, nodeOptions = process.env.NODE_OPTIONS ?? ''): boolean {
  return [...execArgv, ...nodeOptions.split(/\s+/)].some((each) => /^--max[-_]semi[-_]space[-_]size\b/.test(each));
}

/**
 * To be called when a gateway has started. V8 first collects old objects when they fill some hundred megabytes; after a
 * collection, when they are several times what was alive. For a process that has its largest garbage behind it, that is
 * memory for nothing: here it collects what starting has left, once, and from then on when the old objects have doubled.
 */
export function settleHeap(): void {
  setFlagsFromString('--heap-growing-percent=100');
  garbageCollector()();
}

/** What may be made between two collections of young objects, and how often that is looked at. */
const mostYoungBytes = 1_000_000;
const lookEveryMs = 2;

/**
 * For work that makes many objects in steps and keeps them, such as a graph's. V8 collects young objects when they fill
 * the semi-space; where most of them stay alive, it copies them for tens of milliseconds. Here it copies a few at a time.
 */
export async function collectingOften<Value>(work: () => Promise<Value>): Promise<Value> {
  const collect = garbageCollector();
  const used = (): number => getHeapStatistics().used_heap_size;
  let before = used();
  const timer = setInterval(() => {
    if (used() - before > mostYoungBytes) {
      collect({ type: 'minor' });
      before = used();
    }
    // V8 has collected by itself.
    before = Math.min(before, used());
  }, lookEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

type GarbageCollector = (options?: { readonly type: 'minor' }) => void;

let collector: GarbageCollector | undefined;

function garbageCollector(): GarbageCollector {
  if (!collector) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as GarbageCollector;
    setFlagsFromString('--no-expose-gc');
  }
  return collector;
}
