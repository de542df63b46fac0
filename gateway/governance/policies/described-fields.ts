import { contractFields, isActive } from '../contract-fields.ts';
import type { Policy } from './policy.ts';

export const describedFields: Policy = {
  id: 'described-fields',
  title: 'Every object and every field of an active product has a description.',
  severity: 'error',
  why: 'The description is the documentation: without it consumers guess what a value means.',
  *check({ domain }) {
    const { types, fields, nested } = contractFields(domain);
    for (const { name, object, output } of types.filter(isActive)) {
      if (object.description?.trim()) continue;
      const message = `${name} has no description, but is of the active product ${output.product.id}.`;
      yield { message, coordinate: name, place: object.place, help: 'Say what one row stands for.' };
    }
    for (const [coordinate, { type, property }] of [...fields, ...nested]) {
      if (!isActive(type) || property.description?.trim()) continue;
      const message = `${coordinate} has no description, but is of the active product ${type.output.product.id}.`;
      yield { message, coordinate, place: property.place, help: 'Say in one sentence what the value means.' };
    }
  },
};
