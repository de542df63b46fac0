const shortestMs = 500;
const longestMs = 30_000;

/**
 * How long to rest after so many failures, in milliseconds. Doubles, and is spread over its second half: gateways that lost
 * their registry together do not return together.
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  const ms = Math.min(longestMs, shortestMs * 2 ** (failures - 1));
  return ms / 2 + (random() * ms) / 2;
}
