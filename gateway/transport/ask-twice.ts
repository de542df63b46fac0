import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Answered, Attempt, Call } from './attempt.ts';
import type { Clock } from './clock.ts';
import { weftErrorOf } from './failed-request.ts';
import { HttpFailure } from './http-failure.ts';
import { type Patience, watch } from './patience.ts';
import { createRetryBudget } from './retry-budget.ts';

/** Milliseconds. At random between them: what failed together is not asked again together. */
const shortestPause = 50;
const longestPause = 250;

/**
 * A query that did not reach its subgraph is asked once more, if the time and the budget of all retries allow it.
 * Mutations never are: nobody knows how far they came. Throws nothing but WeftErrors, bugs aside.
 */
export function createAskTwice(attempt: Attempt, clock: Clock): Attempt {
  const budget = createRetryBudget(clock);
  return async (call) => {
    budget.asked();
    try {
      return await attempt(call);
    } catch (error) {
      return again(call, error).catch((second: unknown) => {
        throw second instanceof HttpFailure ? weftErrorOf(call.subgraph.name, second, call.bound) : second;
      });
    }
  };

  async function again(call: Call, error: unknown): Promise<Answered> {
    const ms = shortestPause + Math.random() * (longestPause - shortestPause);
    const inTime = clock.now() + ms < call.patience.due;
    if (call.request.kind !== 'query' || !isUnreachable(error) || !inTime || !budget.take()) throw error;
    await pause(ms, call.patience, clock);
    return attempt(call);
  }
}

/** No connection, one that was lost before a byte of the answer's body, or a proxy that says 502, 503 or 504. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof HttpFailure) return error.kind === 'unreachable';
  return error instanceof WeftError && error.code === 'SUBGRAPH_UNREACHABLE';
}

async function pause(ms: number, patience: Patience, clock: Clock): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const takeBack = clock.after(ms, () => {
      stop();
      resolve();
    });
    const stop = watch(patience, clock, (failure) => {
      takeBack();
      reject(failure);
    });
  });
}
