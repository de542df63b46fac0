import type { Child } from './child.ts';

type Process = Pick<Child<never, never>, 'hasEnded' | 'stop'>;

/** A process that nobody needs just now, kept for a while: to start one takes long. */
export interface SpareProcess<Of extends Process> {
  /** One that was started in the same way; undefined where there is none. */
  take(startedWith: string): Of | undefined;
  /** Until then it keeps nothing alive, and then it goes with all its memory. */
  keep(process: Of, startedWith: string): void;
}

export function keepSpare<Of extends Process>(forMs: number): SpareProcess<Of> {
  let kept: { readonly process: Of; readonly startedWith: string; readonly timer: NodeJS.Timeout } | undefined;
  const forget = (): void => {
    clearTimeout(kept?.timer);
    kept = undefined;
  };
  return {
    take(startedWith) {
      if (kept?.process.hasEnded) forget();
      if (kept?.startedWith !== startedWith) return undefined;
      const { process } = kept;
      forget();
      return process;
    },
    keep(process, startedWith) {
      if (kept?.process.hasEnded) forget();
      if (kept) return void process.stop();
      const timer = setTimeout(() => {
        forget();
        process.stop();
      }, forMs).unref();
      kept = { process, startedWith, timer };
    },
  };
}
