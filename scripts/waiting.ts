import { progressLine } from './progress.ts';

/** Says on a terminal what is being waited for, and since when. */
export async function whileSaying<Result>(what: string, result: Promise<Result>): Promise<Result> {
  const line = progressLine();
  const start = performance.now();
  const show = (): void => line.show(`${what} … ${Math.round((performance.now() - start) / 1_000)} s`);
  show();
  const timer = setInterval(show, 1_000);
  try {
    return await result;
  } finally {
    clearInterval(timer);
    line.clear();
  }
}
