import type { Clock } from './clock.ts';

/** Whether a line that each request would write of a subject is to be written now: at most once a minute. */
export function createSeldom(clock: Clock): (subject: string) => boolean {
  const saidAt = new Map<string, number>();
  return (subject) => {
    const now = clock.now();
    if (now < (saidAt.get(subject) ?? Number.NEGATIVE_INFINITY) + 60_000) return false;
    saidAt.set(subject, now);
    return true;
  };
}
