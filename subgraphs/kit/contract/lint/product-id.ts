import { issue } from '../../errors/issue.ts';
import type { LintRule } from './rule.ts';

/** The catalog finds a product by its id. Within a domain, reading its files reports two of one id and version. */
export const productId: LintRule = {
  name: 'product-id',
  codes: ['PRODUCT_ID_TAKEN'],
  *check({ domain, mesh }) {
    const earlier = mesh.slice(
      0,
      mesh.findIndex(({ name }) => name === domain.name),
    );
    for (const { id, place } of domain.products) {
      for (const other of earlier) {
        const same = other.products.find((product) => product.id === id);
        if (!same) continue;
        const message = `The id ${id} is that of a product of ${other.name} too (${same.place.file}:${same.place.line}).`;
        yield issue('PRODUCT_ID_TAKEN', message, { place });
      }
    }
  },
};
