import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';

/** How many operations that were never seen before each client may send: each costs parsing, planning and compiling. */
export interface UnseenBudget {
  /** @throws WeftError UNSEEN_OPERATIONS_EXCEEDED. */
  spend(client: string): void;
  /** It took as long as planning may: that counts as many. */
  punish(client: string): void;
}

export interface UnseenBudgetOptions {
  /** Of a clock that never goes back, in milliseconds. */
  readonly now: () => number;
  readonly perSecond?: number;
  /** What a client that was quiet may send at once. */
  readonly burst?: number;
  /** Of how many clients the use is remembered; that of the one that was quiet longest is forgotten first. */
  readonly maxClients?: number;
}

/** A token bucket per client. */
export function createUnseenBudget(options: UnseenBudgetOptions): UnseenBudget {
  const { now, perSecond = 50, burst = 100, maxClients = 10_000 } = options;
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  /** @returns what there was. */
  const take = (client: string, most: number): number => {
    const at = now();
    const bucket = buckets.get(client);
    const tokens = bucket ? Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond) : burst;
    buckets.delete(client);
    buckets.set(client, { tokens: tokens < 1 ? tokens : Math.max(0, tokens - most), at });
    if (buckets.size > maxClients) buckets.delete(buckets.keys().next().value as string);
    return tokens;
  };
  return {
    punish: (client) => void take(client, burst / 4),
    spend(client) {
      if (take(client, 1) >= 1) return;
      const message = `More than ${perSecond} new operations per second, and ${burst} at once, are not planned for one client.`;
      throw new WeftError('UNSEEN_OPERATIONS_EXCEEDED', message);
    },
  };
}
