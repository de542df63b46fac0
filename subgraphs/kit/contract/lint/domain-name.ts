import { issue } from '../../errors/issue.ts';
import type { LintRule } from './rule.ts';

/** A domain is called like its folder, everywhere in the mesh; what its documents say of it agrees. */
export const domainName: LintRule = {
  name: 'domain-name',
  codes: ['DOMAIN_NAME_DIFFERS'],
  *check({ domain }) {
    for (const { id, domain: stated, place } of [...domain.products, ...domain.contracts]) {
      if (stated === undefined || stated === domain.name || stated.includes('${')) continue;
      const message = `${id} says that it belongs to the domain ${stated}, but it is in the folder of ${domain.name}.`;
      yield issue('DOMAIN_NAME_DIFFERS', message, { severity: 'warning', place });
    }
  },
};
