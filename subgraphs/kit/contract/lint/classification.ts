import { issue } from '../../errors/issue.ts';
import { nearest } from '../../errors/nearest.ts';
import { classificationLevels } from '../classification-levels.ts';
import { fieldsOf, type LintRule } from './rule.ts';

/** Every field says how it must be handled. What is inside an object or a list is handled as the whole is. */
export const classification: LintRule = {
  name: 'classification',
  codes: ['FIELD_UNCLASSIFIED', 'CLASSIFICATION_UNKNOWN'],
  *check({ domain }) {
    for (const { property, name } of fieldsOf(domain)) {
      const { classification: level, place } = property;
      if (!level) {
        yield issue('FIELD_UNCLASSIFIED', `${name} has no classification.`, { severity: 'warning', place });
      } else if (!classificationLevels.includes(level)) {
        const meant = nearest(level, classificationLevels);
        yield issue('CLASSIFICATION_UNKNOWN', `${name} is classified as ${level}, which is not a known level.`, {
          severity: 'warning',
          place,
          ...(meant && { help: `Did you mean ${meant}?` }),
        });
      }
    }
  },
};
