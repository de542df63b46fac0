import { issue } from '../../errors/issue.ts';
import { deIdentifiedBy } from '../descriptions.ts';
import { custom } from '../model.ts';
import { fieldsOf, type LintRule, withNested } from './rule.ts';

/** Whoever relies on a transform has to know what it does. Where nothing is said, it counts as none. */
export const deIdentified: LintRule = {
  name: 'de-identified',
  codes: ['DE_IDENTIFIED_INVALID'],
  *check({ domain }) {
    for (const field of fieldsOf(domain)) {
      for (const { property, name } of withNested(field)) {
        if (custom(property, 'deIdentified') === undefined || deIdentifiedBy(property) !== undefined) continue;
        const message = `${name} says deIdentified, but not what the transform does.`;
        yield issue('DE_IDENTIFIED_INVALID', message, { place: property.place });
      }
    }
  },
};
