import { issue } from '../../errors/issue.ts';
import { fieldsOf, type LintRule, objectsOf, withNested } from './rule.ts';

/** Every object and every field says what it is: in GraphQL the description is the documentation. */
export const description: LintRule = {
  name: 'description',
  codes: ['OBJECT_UNDESCRIBED', 'FIELD_UNDESCRIBED'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) {
      if (object.description?.trim()) continue;
      const message = `${object.name} has no description.`;
      yield issue('OBJECT_UNDESCRIBED', message, { severity: 'warning', place: object.place });
    }
    for (const field of fieldsOf(domain)) {
      for (const { property, name } of withNested(field)) {
        if (property.description?.trim()) continue;
        const message = `${name} has no description.`;
        yield issue('FIELD_UNDESCRIBED', message, { severity: 'warning', place: property.place });
      }
    }
  },
};
