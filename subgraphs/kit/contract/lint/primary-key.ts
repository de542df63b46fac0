import { issue } from '../../errors/issue.ts';
import { primaryKey } from '../model.ts';
import { type LintRule, objectsOf } from './rule.ts';

/** Rows can be told apart: without a key an object is no entity, and no other domain can refer to it. */
export const primaryKeyRule: LintRule = {
  name: 'primary-key',
  codes: ['PRIMARY_KEY_MISSING', 'PRIMARY_KEY_OPTIONAL'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) {
      const key = primaryKey(object);
      if (key.length === 0) {
        const message = `${object.name} has no primary key.`;
        yield issue('PRIMARY_KEY_MISSING', message, { severity: 'warning', place: object.place });
      }
      for (const property of key) {
        if (property.required) continue;
        const message = `${object.name}.${property.name} is part of the primary key, but not required.`;
        yield issue('PRIMARY_KEY_OPTIONAL', message, { severity: 'warning', place: property.place });
      }
    }
  },
};
