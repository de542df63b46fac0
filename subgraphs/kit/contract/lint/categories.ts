import { issue } from '../../errors/issue.ts';
import { custom } from '../model.ts';
import { fieldsOf, type LintRule } from './rule.ts';

const personal = /^(?:pii|personal|personal[-_ ]?data|gdpr)$/i;

/**
 * How data must be handled (classification) is not what it is (category): a mask or an erasure needs both. A field that
 * is restricted, or tagged as personal, lists the kinds of personal data in it, `[]` where there is none.
 */
export const categories: LintRule = {
  name: 'categories',
  codes: ['CATEGORIES_MISSING'],
  *check({ domain }) {
    for (const { property, name } of fieldsOf(domain)) {
      const tag = property.tags.find((each) => personal.test(each));
      const why = tag ? `is tagged ${tag}` : property.classification === 'restricted' ? 'is restricted' : undefined;
      if (!why || Array.isArray(custom(property, 'categories'))) continue;
      const message = `${name} ${why}, but does not say which kinds of personal data it holds.`;
      yield issue('CATEGORIES_MISSING', message, { severity: 'warning', place: property.place });
    }
  },
};
