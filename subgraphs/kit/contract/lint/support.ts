import { issue } from '../../errors/issue.ts';
import type { LintRule } from './rule.ts';

/** A consumer in trouble knows where to turn. */
export const support: LintRule = {
  name: 'support',
  codes: ['PRODUCT_UNSUPPORTED'],
  *check({ domain }) {
    for (const product of domain.products) {
      const contracts = domain.outputs.filter((output) => output.product === product).map((output) => output.contract);
      if (product.support.length > 0 || contracts.some((contract) => contract.support.length > 0)) continue;
      const message = `${product.name ?? product.id} has no support channel.`;
      yield issue('PRODUCT_UNSUPPORTED', message, { severity: 'warning', place: product.place });
    }
  },
};
