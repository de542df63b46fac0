import type { Clock } from './clock.ts';
import { createRollingShare } from './rolling-share.ts';

/**
 * How much may be asked twice, over all subgraphs: a fifth of what is asked, and ten a second beside, so that a quiet
 * gateway retries too. When everything fails, retries then add a fifth to the load instead of doubling it (as in
 * Finagle's and Linkerd's retry budgets).
 */
export interface RetryBudget {
  /** Something is asked for the first time. */
  asked(): void;
  /** Takes one retry out of the budget, if there is one. */
  take(): boolean;
}

const ofAsked = 0.2;
/** Ten a second, in the ten seconds that count. */
const reserve = 100;

export function createRetryBudget(clock: Clock): RetryBudget {
  const share = createRollingShare(clock);
  return {
    asked: () => share.add(1, 0),
    take() {
      const { whole, part } = share.sum();
      if (part + 1 > whole * ofAsked + reserve) return false;
      share.add(0, 1);
      return true;
    },
  };
}
