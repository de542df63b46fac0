import { issue } from '../../errors/issue.ts';
import type { LintRule } from './rule.ts';

/** ODCS's words for how fresh and how reachable data is, and the two that everybody uses besides (ODCS issue 248). */
const promises = new Set([
  'latency',
  'frequency',
  'availability',
  'throughput',
  'errorrate',
  'freshness',
  'timeofavailability',
]);

/** What is in use says how fresh it is, so that a consumer can tell late from normal. */
export const serviceLevel: LintRule = {
  name: 'service-level',
  codes: ['SLA_MISSING'],
  *check({ domain }) {
    for (const { product, contract } of domain.outputs) {
      if (product.status !== 'active' || contract.sla.some(({ property }) => promises.has(property.toLowerCase())))
        continue;
      const message = `${product.name ?? product.id} is active, but the contract ${contract.id} promises neither freshness nor availability.`;
      yield issue('SLA_MISSING', message, { severity: 'warning', place: contract.place });
    }
  },
};
