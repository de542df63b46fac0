import { issue } from '../../errors/issue.ts';
import { fieldsOf, type LintRule, withNested } from './rule.ts';

const alternative = /\b(?:use|instead|replaced|superseded|moved|see|removed|no replacement|retired)\b/i;

/** A deprecated field says in its description what to use instead, or that there is nothing. */
export const deprecation: LintRule = {
  name: 'deprecation',
  codes: ['DEPRECATED_UNEXPLAINED'],
  *check({ domain }) {
    for (const field of fieldsOf(domain)) {
      for (const { property, name } of withNested(field)) {
        if (!property.deprecated || alternative.test(property.description ?? '')) continue;
        const message = `${name} is deprecated, but its description does not say what to use instead.`;
        yield issue('DEPRECATED_UNEXPLAINED', message, { severity: 'warning', place: property.place });
      }
    }
  },
};
