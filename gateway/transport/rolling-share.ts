import type { Clock } from './clock.ts';

/** How many things happened in the last ten seconds, and how many of them were of one kind. */
export interface RollingShare {
  add(whole: number, part: number): void;
  sum(): { readonly whole: number; readonly part: number };
  clear(): void;
}

const bucketMs = 1_000;
const mostBuckets = 10;

/** In buckets of a second, so that it costs the same however much happens. */
export function createRollingShare(clock: Clock): RollingShare {
  let buckets: { readonly second: number; whole: number; part: number }[] = [];
  const thisSecond = (): number => Math.floor(clock.now() / bucketMs);
  return {
    add(whole, part) {
      const second = thisSecond();
      let last = buckets.at(-1);
      if (last?.second !== second) {
        last = { second, whole: 0, part: 0 };
        buckets.push(last);
        if (buckets.length > mostBuckets) buckets.shift();
      }
      last.whole += whole;
      last.part += part;
    },
    sum() {
      const oldest = thisSecond() - mostBuckets;
      let whole = 0;
      let part = 0;
      for (const bucket of buckets) {
        if (bucket.second <= oldest) continue;
        whole += bucket.whole;
        part += bucket.part;
      }
      return { whole, part };
    },
    clear() {
      buckets = [];
    },
  };
}
