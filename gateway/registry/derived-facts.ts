/**
 * By what a classified field can be found out without being read: filters, sort keys, dimensions, arguments of queries by
 * key, aggregates, references. Weft's `@classified(of:)` says on each of them which field that is.
 */
import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { hasFields } from '../engine/type-definitions.ts';

export interface DerivedFacts {
  /** The coordinate of the field. Of an input that only says how sensitive it is itself, its own. */
  readonly of: string;
  readonly level: string;
  readonly categories: readonly string[];
  /** The product that the field belongs to; absent where nobody says. */
  readonly product?: string;
}

interface Described {
  readonly name: { readonly value: string };
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/**
 * @param classifiedOn what `@classified` says on an element, by whatever name it is known there
 * @returns by coordinate: `CustomerWhere.name`, `CustomerField.name`, `Query.customer(customerId:)`, `CustomerGroup.name`
 */
export function derivedFacts(
  { definitions }: DocumentNode,
  classifiedOn: (node: Described) => Readonly<Record<string, unknown>> | undefined,
  productOf: (field: string) => string | undefined,
): Map<string, DerivedFacts> {
  const found = new Map<string, DerivedFacts>();
  const add = (coordinate: string, node: Described, isField = false): void => {
    const classified = classifiedOn(node);
    if (!classified) return;
    const of = typeof classified.of === 'string' ? classified.of : isField ? undefined : coordinate;
    if (of === undefined) return;
    const categories = Array.isArray(classified.categories) ? classified.categories.map(String) : [];
    const product = productOf(of);
    found.set(coordinate, {
      of,
      level: String(classified.level),
      categories,
      ...(product !== undefined && { product }),
    });
  };
  for (const type of definitions) {
    if (hasFields(type)) {
      for (const field of type.fields ?? []) {
        const coordinate = `${type.name.value}.${field.name.value}`;
        add(coordinate, field, true);
        for (const argument of field.arguments ?? []) add(`${coordinate}(${argument.name.value}:)`, argument);
      }
    } else if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      for (const field of type.fields ?? []) add(`${type.name.value}.${field.name.value}`, field);
    } else if (type.kind === Kind.ENUM_TYPE_DEFINITION) {
      for (const value of type.values ?? []) add(`${type.name.value}.${value.name.value}`, value);
    }
  }
  return found;
}
