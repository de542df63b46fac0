/**
 * GraphQL names for what contracts name freely: `order_lines` is type `OrderLine`, queries `orderLine` and
 * `orderLines`; `Order ID` is field `orderId`. The custom property `graphqlName` (vendor weft) overrides.
 */
import pluralize from 'pluralize';
import { type ContractObject, custom, type Property, type Relationship } from './model.ts';

export function typeName(object: ContractObject): string {
  return givenName(object) ?? typeNameOf(object.name);
}

export function fieldName(property: Property): string {
  return givenName(property) ?? fieldNameOf(property.name);
}

/**
 * The type that a relationship leads to in another domain, whose contract is not at hand: what its custom property
 * `toType` says, else what the name of the object gives.
 */
export function foreignTypeName(relationship: Relationship): string {
  const given = custom(relationship, 'toType');
  return isName(given) ? given : typeNameOf(relationship.toObject);
}

/** The fields of the key there, in the order of `to`: what the custom property `toKey` says, else by their names. */
export function foreignKeyNames(relationship: Relationship): readonly string[] {
  const given = [custom(relationship, 'toKey')].flat();
  return relationship.to.map((to, at) => (isName(given[at]) ? given[at] : fieldNameOf(to)));
}

/** The three root fields of a type. */
export function queryNames(type: string): { readonly single: string; readonly list: string; readonly summary: string } {
  const single = camelCase(type);
  const plural = pluralize(single);
  const list = plural === single ? `${single}List` : plural;
  return { single, list, summary: `${list}Summary` };
}

/** The type of a list's page, and of a group of a summary. */
export const pageType = (type: string): string => `${type}Connection`;
export const edgeType = (type: string): string => `${type}Edge`;
export const summaryType = (type: string): string => `${type}Summary`;

/**
 * GraphQL enum value name → the contract's value: `FIRST_CLASS` → `First Class`. Undefined where the values are not
 * text or would not get distinct names: the field stays a plain String then.
 */
export function enumNames(property: Property): ReadonlyMap<string, string> | undefined {
  const values = property.logicalType === 'string' ? property.enum?.map(({ value }) => String(value)) : undefined;
  const names = new Map(values?.map((value) => [startingWithLetter(words(value).join('_').toUpperCase()), value]));
  return values?.length && names.size === values.length && !names.has('_') ? names : undefined;
}

export function givenName(on: Parameters<typeof custom>[0]): string | undefined {
  const given = custom(on, 'graphqlName');
  return isName(given) ? given : undefined;
}

export function camelCase(text: string): string {
  const name = pascalCase(text);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function pascalCase(text: string): string {
  const name = words(text)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return startingWithLetter(name);
}

function typeNameOf(objectName: string): string {
  return pascalCase(pluralize.singular(words(objectName).join(' ')));
}

/** A field is also a value of the enum to sort by, where these three cannot stand (GraphQL, section 3.9). */
const noEnumValues = /^(?:true|false|null)$/;

function fieldNameOf(propertyName: string): string {
  const name = camelCase(propertyName);
  return noEnumValues.test(name) ? `_${name}` : name;
}

/** Two underscores are GraphQL's own at the start, and Federation's anywhere (`join__Graph`). */
export function isName(given: unknown): given is string {
  return typeof given === 'string' && /^(?!.*__)[_A-Za-z][_0-9A-Za-z]*$/.test(given) && !noEnumValues.test(given);
}

/** Letters that have no decomposition in Unicode, as their languages write them in ASCII. */
const transliterations: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Lower-case words of a name in any convention: `Order ID`, `order_id`, `orderId`, `OrderID`, `ORDER-ID`. */
function words(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/([\p{Ll}0-9])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9\s]/g, (letter) => transliterations[letter] ?? ' ')
    .split(/\s+/)
    .filter(Boolean);
}

function startingWithLetter(name: string): string {
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}
