/**
 * GraphQL names for what contracts name freely: `order_lines` is type `OrderLine`, queries `orderLine` and
 * `orderLines`; `Order ID` is field `orderId`. The custom property `graphqlName` (vendor weft) overrides.
 */
import pluralize from 'pluralize';
import { type ContractObject, custom, type Property } from './model.ts';

export function typeName(object: ContractObject): string {
  return givenName(object) ?? typeNameOf(object.name);
}

/** The type that a relationship's `toObject` names, where that object is not at hand. */
export function typeNameOf(objectName: string): string {
  return pascalCase(pluralize.singular(words(objectName).join(' ')));
}

export function fieldName(property: Property): string {
  return givenName(property) ?? camelCase(property.name);
}

/** The three root fields of a type. */
export function queryNames(type: string): { readonly single: string; readonly list: string; readonly summary: string } {
  const single = camelCase(type);
  const plural = pluralize(single);
  const list = plural === single ? `${single}List` : plural;
  return { single, list, summary: `${list}Summary` };
}

/**
 * GraphQL enum value name → the contract's value: `FIRST_CLASS` → `First Class`. Undefined where the values are not
 * text or would not get distinct names: the field stays a plain String then.
 */
export function enumNames(property: Property): ReadonlyMap<string, string> | undefined {
  const values = property.logicalType === 'string' ? property.enum?.map(({ value }) => String(value)) : undefined;
  const names = new Map(values?.map((value) => [startingWithLetter(words(value).join('_').toUpperCase()), value]));
  return values && names.size === values.length && !names.has('_') ? names : undefined;
}

export function givenName(on: Parameters<typeof custom>[0]): string | undefined {
  const given = custom(on, 'graphqlName');
  return typeof given === 'string' && /^(?!__)[_A-Za-z][_0-9A-Za-z]*$/.test(given) ? given : undefined;
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

/** Lower-case words of a name in any convention: `Order ID`, `order_id`, `orderId`, `OrderID`, `ORDER-ID`. */
function words(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase());
}

function startingWithLetter(name: string): string {
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}
