import { contractFields, isActive } from '../contract-fields.ts';
import { documentFields } from '../document-fields.ts';
import type { Policy } from './policy.ts';

/** What was never promised may go at any time: fields of products that were not active. */
export const deprecatedBeforeRemoval: Policy = {
  id: 'deprecated-before-removal',
  title: 'A field is deprecated in one version before it is removed in a later one.',
  severity: 'error',
  why: 'Consumers, also those whose operations nobody has recorded, learn from the deprecation that they have to move.',
  *check({ before, changes }) {
    if (!before) return;
    const { fields, nested, derived } = contractFields(before.domain);
    const gone = new Set(
      changes
        .filter(({ aspect, after }) => aspect === 'kind' && after === undefined)
        .map(({ coordinate }) => coordinate),
    );
    for (const { coordinate, node } of documentFields(before.document)) {
      const [type = ''] = coordinate.split('.');
      if (!(gone.has(coordinate) || gone.has(type)) || derived.has(coordinate)) continue;
      const field = fields.get(coordinate) ?? nested.get(coordinate);
      if (node.directives?.some(({ name }) => name.value === 'deprecated') || field?.property.deprecated) continue;
      if (field && !isActive(field.type)) continue;
      const message = `${coordinate} is removed, but was not deprecated in the version before.`;
      const help = 'Publish it as deprecated first, with what to use instead, and remove it later.';
      yield { message, coordinate, help };
    }
  },
};
