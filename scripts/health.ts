import { setTimeout as wait } from 'node:timers/promises';
import type { Child } from './child.ts';

const patienceMs = 60_000;
const patienceCrashes = 3;

/**
 * Asks `GET /health` until something answers.
 * @returns whether it is well; undefined when the process ended or kept crashing, or was silent for a minute.
 */
export async function healthOf(url: URL, child: Child): Promise<boolean | undefined> {
  const deadline = Date.now() + patienceMs;
  while (child.exitCode() === undefined && child.crashes() < patienceCrashes && Date.now() < deadline) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer) return answer.ok;
    await wait(100);
  }
  return undefined;
}
