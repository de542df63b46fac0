import type { Policy } from './policy.ts';

/** ODCS's words, and those that everybody uses besides (ODCS issue 248), without regard to case. */
const freshness: ReadonlySet<string> = new Set(['freshness', 'frequency', 'timeofavailability']);
const service: ReadonlySet<string> = new Set(['availability', 'latency']);

export const serviceLevels: Policy = {
  id: 'service-levels',
  title: 'An active product promises how fresh its data is, and how available or how quick.',
  severity: 'error',
  why: 'Without a promise nobody can tell late from normal, nor build on the product.',
  *check({ domain }) {
    for (const { product, contract } of domain?.outputs ?? []) {
      if (product.status !== 'active') continue;
      const promised = contract.sla.map(({ property }) => property.toLowerCase());
      const missing = [
        ...(promised.some((each) => freshness.has(each))
          ? []
          : ['freshness (freshness, frequency or timeOfAvailability)']),
        ...(promised.some((each) => service.has(each)) ? [] : ['service (availability or latency)']),
      ];
      if (missing.length === 0) continue;
      const message = `${product.id} is active, but its contract ${contract.id} promises no ${missing.join(' and no ')}.`;
      const help = 'Add `slaProperties`, for example `{ property: frequency, value: 1, unit: d }`.';
      yield { message, product: product.id, place: contract.place, help };
    }
  },
};
