/** Where rows lead to: fields of the graph (`Order.customer`), and the way back (`Customer.orders`). */

import { type ContractObject, custom, type Property, type Relationship } from '../model.ts';
import { enumNames } from '../names.ts';
import { type At, addChange, type Comparison } from './comparison.ts';
import { compareCustomProperties } from './custom-properties.ts';
import { breaking, compatible, dangerous, type Verdict } from './difference.ts';
import { compareFields } from './fields.ts';
import { compareLists } from './lists.ts';
import { relationshipRules } from './rules.ts';

/** @param renamed what properties are called before → after */
export function compareRelationships(
  comparison: Comparison,
  at: At,
  before: ContractObject,
  after: ContractObject,
  renamed: ReadonlyMap<string, string>,
): void {
  const earlier = new Set(before.relationships);
  const source = (relationship: Relationship): readonly string[] =>
    earlier.has(relationship) ? relationship.from.map((name) => renamed.get(name) ?? name) : relationship.from;
  const texts = textsOf(before);
  compareLists(comparison, at, before.relationships, after.relationships, {
    field: 'relationships',
    noun: 'relationship',
    identities: [(each) => [source(each), each.toObject, each.to].join('\n'), (each) => source(each).join('\n')],
    selector: ({ from }) => `from=${from.join(',')}`,
    nameOf: (each) => `the relationship of ${at.name}.${each.from.join(', ')} to ${target(each)}`,
    added: (each) => (before.relationships.some((other) => renames(each, other)) ? breaking : addedFrom(each, texts)),
    removed: breaking,
    each: (here, [one, other]) => {
      // A property that was renamed is told at the property.
      const from = source(one);
      compareFields(comparison, here, [{ ...one, from }, other], relationshipRules);
      addChange(comparison, here, 'to', [target(one), target(other)], breaking);
      compareCustomProperties(comparison, here, one, other);
    },
  });
}

/** A second way to one type gives the way back of the first another name (`Customer.ordersByBuyer`), unless it has its own. */
const renames = (added: Relationship, other: Relationship): boolean =>
  other.toObject === added.toObject && custom(other, 'inverseName') === undefined;

/** Text that refers to a row becomes an ID in the graph, which variables declared as String do not fit. */
function addedFrom({ from }: Relationship, texts: ReadonlyMap<string, Property>): Verdict {
  const retyped = from.flatMap((name) => texts.get(name) ?? []);
  if (retyped.some(enumNames)) return breaking;
  return retyped.length > 0 ? dangerous : compatible;
}

/** Properties that are a String or an enum in the graph, by name. */
function textsOf({ properties, relationships }: ContractObject): ReadonlyMap<string, Property> {
  const referring = new Set(relationships.flatMap(({ from }) => from));
  const texts = properties.filter(
    ({ name, logicalType, primaryKey }) => logicalType === 'string' && !primaryKey && !referring.has(name),
  );
  return new Map(texts.map((property) => [property.name, property]));
}

const target = ({ toObject, to }: Relationship): string => to.map((name) => `${toObject}.${name}`).join(', ');
