import { DEFAULT_DEPRECATION_REASON } from 'graphql';
import { contractFields } from '../contract-fields.ts';
import { argumentOf, documentFields } from '../document-fields.ts';
import type { Policy } from './policy.ts';

/** Where neither the contract nor its author says why: GraphQL's own words, and the kit's. */
const noReasons: ReadonlySet<unknown> = new Set([DEFAULT_DEPRECATION_REASON, 'Deprecated by its contract.']);

export const deprecationReason: Policy = {
  id: 'deprecation-reason',
  title: 'A deprecation has a reason.',
  severity: 'error',
  why: 'A consumer that has to move needs to know where to.',
  *check({ document, domain }) {
    const { fields } = contractFields(domain);
    for (const { coordinate, node } of documentFields(document)) {
      const deprecated = node.directives?.find(({ name }) => name.value === 'deprecated');
      const reason = deprecated && argumentOf(deprecated, 'reason');
      if (!deprecated || (typeof reason === 'string' && reason.trim() !== '' && !noReasons.has(reason))) continue;
      yield {
        message: `${coordinate} is deprecated without a reason.`,
        coordinate,
        place: fields.get(coordinate)?.property.place,
        help: 'Say what to use instead: as the custom property `deprecationReason` (vendor weft), or as `reason` in the schema.',
      };
    }
  },
};
