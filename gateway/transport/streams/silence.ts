import type { Clock } from '../clock.ts';

export interface SilenceWatch {
  /** Something was heard. */
  heard(): void;
  stop(): void;
}

/** Calls once when nothing was heard for so long. @param listens while it is false, nothing can be heard. */
export function watchSilence(clock: Clock, ms: number, listens: () => boolean, isSilent: () => void): SilenceWatch {
  let last = clock.now();
  let takeBack = clock.after(ms, look);
  return {
    heard: () => {
      last = clock.now();
    },
    stop: () => takeBack(),
  };

  /** One timer for many signs of life. */
  function look(): void {
    if (!listens()) last = clock.now();
    const left = last + ms - clock.now();
    if (left > 0) takeBack = clock.after(left, look);
    else isSilent();
  }
}
