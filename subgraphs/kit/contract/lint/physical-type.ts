import { issue } from '../../errors/issue.ts';
import { fieldsOf, type LintRule } from './rule.ts';

const decimal = /^\s*(?:decimal|numeric|number|money|bignumeric)\b\s*/i;
const digits = /^\(\s*\d+\s*(?:,\s*\d+\s*)?\)/;

/** `NUMERIC 10,2` is a decimal of which nobody can tell how many digits it keeps. */
export const physicalType: LintRule = {
  name: 'physical-type',
  codes: ['PHYSICAL_TYPE_UNCLEAR'],
  *check({ domain }) {
    for (const { property, name } of fieldsOf(domain)) {
      const written = property.physicalType ?? '';
      const said = written.replace(decimal, '');
      if (property.logicalType !== 'number' || said === written || !/[\d(*]/.test(said) || digits.test(said)) continue;
      const message = `The physicalType of ${name}, ${written}, does not say its digits in a way that can be read.`;
      yield issue('PHYSICAL_TYPE_UNCLEAR', message, { severity: 'warning', place: property.place });
    }
  },
};
