/** What a rule is, and the walks that several rules take. */
import type { Code } from '../../errors/codes.ts';
import type { Issue } from '../../errors/issue.ts';
import type { ContractObject, Domain, Property } from '../model.ts';

export interface LintContext {
  readonly domain: Domain;
  readonly mesh: readonly Domain[];
}

export interface LintRule {
  readonly name: string;
  /** The codes of its issues; `weft explain` has their fixes. */
  readonly codes: readonly Code[];
  check(context: LintContext): Iterable<Issue>;
}

export interface Field {
  readonly object: ContractObject;
  readonly property: Property;
  /** `orders.ship_to.city` */
  readonly name: string;
}

export function objectsOf(domain: Domain): readonly ContractObject[] {
  return domain.contracts.flatMap((contract) => contract.objects);
}

/** The properties of every object: its columns. */
export function fieldsOf(domain: Domain): readonly Field[] {
  return objectsOf(domain).flatMap((object) =>
    object.properties.map((property) => ({ object, property, name: `${object.name}.${property.name}` })),
  );
}

/** The field and, inside objects and arrays, the fields below it. */
export function* withNested(field: Field): Iterable<Field> {
  yield field;
  const { object, name } = field;
  for (const property of [...field.property.properties, ...(field.property.items?.properties ?? [])]) {
    yield* withNested({ object, property, name: `${name}.${property.name}` });
  }
}
