/**
 * What one principal may spend over time, in units of cost: a bucket that fills evenly, up to a minute's worth. Counted in
 * cost, not in requests: neither batches nor aliases nor many small operations get around it.
 */
export interface Budget {
  /** Undefined: spent. Otherwise nothing was, and so many seconds from now it can be. */
  spend(principal: string, cost: number): number | undefined;
}

export interface BudgetOptions {
  readonly perMinute: number;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** How many principals are remembered; whoever was not seen for longest is forgotten, and has a full bucket again. */
  readonly mostPrincipals?: number;
}

interface Bucket {
  readonly units: number;
  readonly at: number;
}

export function createBudget({ perMinute, now, mostPrincipals = 10_000 }: BudgetOptions): Budget {
  // In the order of last use: a Map keeps the order of insertion.
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;
  return {
    spend(principal, cost) {
      const at = now();
      const before = buckets.get(principal) ?? { units: perMinute, at };
      const units = Math.min(perMinute, before.units + (at - before.at) * perMs);
      const enough = units >= cost;
      buckets.delete(principal);
      buckets.set(principal, { units: enough ? units - cost : units, at });
      if (buckets.size > mostPrincipals) {
        const [longestUnseen] = buckets.keys();
        if (longestUnseen !== undefined) buckets.delete(longestUnseen);
      }
      // What costs more than a full bucket never fits; a minute is as good an answer as any.
      return enough ? undefined : Math.ceil(Math.min(cost - units, perMinute) / perMs / 1_000);
    },
  };
}
