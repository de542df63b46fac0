import { isKnownLevel } from '../../../subgraphs/kit/contract/classification-levels.ts';
import { contractFields } from '../contract-fields.ts';
import type { Policy } from './policy.ts';

/** What is inside an object or a list is handled as the whole is. */
export const classifiedFields: Policy = {
  id: 'classified-fields',
  title: 'Every field is classified as public, internal, confidential or restricted.',
  severity: 'error',
  why: 'What nobody classified can be neither masked nor shared with good reason.',
  *check({ domain }) {
    const help = 'Add `classification: public`, `internal`, `confidential` or `restricted` to the property.';
    for (const [coordinate, { property }] of contractFields(domain).fields) {
      const { classification: level, place } = property;
      if (level !== undefined && isKnownLevel(level)) continue;
      const what = level === undefined ? 'is not classified' : `is classified as ${level}, which is no level`;
      yield { message: `${coordinate} ${what}.`, coordinate, place, help };
    }
  },
};
