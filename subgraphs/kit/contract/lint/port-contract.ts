import { issue } from '../../errors/issue.ts';
import type { LintRule } from './rule.ts';

/** Without a contract an output port promises nothing, and nothing of it is in the graph. */
export const portContract: LintRule = {
  name: 'port-contract',
  codes: ['PORT_WITHOUT_CONTRACT'],
  *check({ domain }) {
    for (const product of domain.products) {
      for (const port of product.outputPorts) {
        if (port.contractId !== undefined) continue;
        const message = `The output port ${port.name} of ${product.name ?? product.id} names no contract.`;
        yield issue('PORT_WITHOUT_CONTRACT', message, { severity: 'warning', place: port.place });
      }
    }
  },
};
