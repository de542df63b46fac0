import { categoriesOf } from '../../../subgraphs/kit/contract/descriptions.ts';
import type { Property } from '../../../subgraphs/kit/contract/model.ts';
import { contractFields } from '../contract-fields.ts';
import { argumentOf, type DocumentField, documentFields, keyFields } from '../document-fields.ts';
import type { Policy } from './policy.ts';

/**
 * A number that stands for a person (the category `identifier`) is what a key of people is made of, and the one kind of
 * personal data that may be in a key: it tells nothing else, and can be replaced.
 */
export const personalDataInKeys: Policy = {
  id: 'personal-data-in-keys',
  title: 'No key holds personal data other than an identifier.',
  severity: 'error',
  why: 'Keys travel to every domain that refers to the type, into logs and addresses, where nothing masks them.',
  *check({ domain, document }) {
    const { types, fields } = contractFields(domain);
    const written = new Map(documentFields(document).map((field) => [field.coordinate, field]));
    const declared = types.flatMap(({ name, key }) => key.map((field) => `${name}.${field.name}`));
    for (const coordinate of new Set([...declared, ...keyFields(document)])) {
      const property = fields.get(coordinate)?.property;
      const kinds = [...categoriesIn(property), ...categoriesOn(written.get(coordinate))];
      const personal = [...new Set(kinds)].filter((kind) => kind.toLowerCase() !== 'identifier');
      if (personal.length === 0) continue;
      const message = `${coordinate} is part of a key, but holds personal data (${personal.join(', ')}).`;
      const help = 'Key the type by a number that means nothing, and keep this field beside it.';
      yield { message, coordinate, place: property?.place, help };
    }
  },
};

const categoriesIn = (property: Property | undefined): readonly string[] => (property ? categoriesOf(property) : []);

/** Of a field that no contract has: what its `@classified` says, by whatever name the schema calls that. */
function categoriesOn(field: DocumentField | undefined): string[] {
  return (field?.node.directives ?? []).flatMap((directive) => {
    const categories = argumentOf(directive, 'categories');
    return Array.isArray(categories) ? categories.map(String) : [];
  });
}
