import { turn } from '../../engine/turn.ts';

/** Waits for whatever else there is to do, once a while has passed since the last time. */
export function createPauses(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < sliceMs) return;
    await turn();
    since = performance.now();
  };
}

const sliceMs = 10;
