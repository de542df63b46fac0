import { issue } from '../../errors/issue.ts';
import type { LintRule } from './rule.ts';

/** Somebody answers for every product: its team has a name. */
export const ownership: LintRule = {
  name: 'ownership',
  codes: ['PRODUCT_UNOWNED'],
  *check({ domain }) {
    for (const product of domain.products) {
      if (product.team?.name) continue;
      const message = `${product.name ?? product.id} has no team with a name, so it counts as owned by the domain ${domain.name}.`;
      yield issue('PRODUCT_UNOWNED', message, { severity: 'warning', place: product.place });
    }
  },
};
