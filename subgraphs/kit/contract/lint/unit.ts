import { issue } from '../../errors/issue.ts';
import { columnsOf } from '../column.ts';
import { custom } from '../model.ts';
import { type LintRule, objectsOf } from './rule.ts';

/** A number that is measured, not counted or assigned, says in what: 957.58 of USD and of EUR do not add up. */
export const unit: LintRule = {
  name: 'unit',
  codes: ['UNIT_MISSING'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) {
      const referring = new Set(object.relationships.flatMap(({ from }) => from));
      for (const { property, scalar, name } of columnsOf(object)) {
        const numeric = ['Int', 'BigInt', 'Float', 'Decimal'].includes(scalar);
        const measured = numeric && (property.semanticType === 'measure' || scalar === 'Float' || scalar === 'Decimal');
        if (!measured || property.primaryKey || referring.has(name) || custom(property, 'unit') !== undefined) continue;
        const message = `${object.name}.${name} is a measured number without a unit.`;
        yield issue('UNIT_MISSING', message, { severity: 'warning', place: property.place });
      }
    }
  },
};
