import type { RowType } from '../../../subgraphs/kit/contract/graph.ts';
import { isRequired, type Property } from '../../../subgraphs/kit/contract/model.ts';
import { contractFields, isActive } from '../contract-fields.ts';
import type { Policy } from './policy.ts';

/** A check is a rule of the property's, a rule of the object's that names it, or bounds that every row is held to. */
export const qualityOfKeys: Policy = {
  id: 'quality-of-keys',
  title: 'Something checks the keys and the required fields of an active product.',
  severity: 'warning',
  why: 'What others join by, and always expect to be there, is what hurts most when it is wrong.',
  *check({ domain }) {
    for (const type of contractFields(domain).types.filter(isActive)) {
      const { name, object, output } = type;
      const unchecked = object.properties.filter((property) => isRequired(property) && !isChecked(property, type));
      if (unchecked.length === 0) continue;
      const fields = unchecked.map((property) => property.name).join(', ');
      const message = `${name} of ${output.product.id} has required fields that nothing checks: ${fields}.`;
      const help = 'Add a quality rule, or bounds (`enum`, `logicalTypeOptions`, `unique`), to each.';
      yield { message, coordinate: name, place: object.place, help };
    }
  },
};

/** What cannot be read as such is no row. Any text and any number can. */
const ownForm: ReadonlySet<string> = new Set(['boolean', 'date', 'timestamp', 'time']);

function isChecked(property: Property, { object, key }: RowType): boolean {
  const { name, unique, quality, options, logicalType } = property;
  const isKey = key.some(({ column }) => column.property === property);
  const bounds = Object.keys(options).length > 0 || property.enum !== undefined || unique;
  if (bounds || quality.length > 0 || ownForm.has(logicalType)) return true;
  return object.quality.some((rule) => {
    const named = [rule.arguments.properties].flat().includes(name);
    const written = new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`).test(rule.query ?? '');
    return named || written || (isKey && rule.metric === 'duplicateValues');
  });
}
