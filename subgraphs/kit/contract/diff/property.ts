/** Properties of an object, of a nested object, or the elements of an array. */

import type { EnumValue, Property } from '../model.ts';
import { enumNames } from '../names.ts';
import { type At, addChange, type Comparison } from './comparison.ts';
import { compareCustomProperties } from './custom-properties.ts';
import { breaking, compatible, dangerous, type Verdict } from './difference.ts';
import { compareFields } from './fields.ts';
import { nestedAdded, type ObjectProperty, typeChanges } from './judge-property.ts';
import { compareLists } from './lists.ts';
import type { Pair } from './pairs.ts';
import { compareQuality } from './quality.ts';
import { enumRules, optionRules, propertyRules } from './rules.ts';

export interface PropertyList {
  /** How bad another order of them is. */
  readonly moved?: Verdict;
  readonly added: Verdict;
  /** What each is to its object. */
  readonly inObject: (property: Property) => ObjectProperty;
}

/** A property is known by its id, then by its name: with an id, another name is a rename and not a loss. */
export function compareProperties(
  comparison: Comparison,
  at: At,
  before: readonly Property[],
  after: readonly Property[],
  { moved, added, inObject }: PropertyList,
): readonly Pair<Property>[] {
  return compareLists(comparison, at, before, after, {
    field: 'properties',
    noun: 'property',
    identities: [({ id }) => id, ({ name }) => name],
    selector: ({ name }) => `name=${name}`,
    nameOf: ({ name }) => `${at.name}.${name}`,
    added,
    removed: breaking,
    ...(moved && { moved }),
    each: (here, [one, other]) => compareProperty(comparison, here, inObject(one), inObject(other)),
  });
}

function compareProperty(comparison: Comparison, at: At, one: ObjectProperty, other: ObjectProperty): void {
  const [before, after] = [one.property, other.property];
  compareFields(comparison, at, [before, after], propertyRules, [one, other], { options: 'logicalTypeOptions' });
  const options = { ...at, path: `${at.path}/logicalTypeOptions` };
  compareFields(comparison, options, [before.options, after.options], optionRules, [before, after]);
  compareEnums(comparison, at, before, after);
  compareItems(comparison, at, before, after);
  const nested = (property: Property): ObjectProperty => ({ property, refers: false, keyMoves: false });
  compareProperties(comparison, at, before.properties, after.properties, {
    added: nestedAdded(before),
    inObject: nested,
  });
  compareQuality(comparison, at, before.quality, after.quality);
  compareCustomProperties(comparison, at, before, after);
}

/** An element of an array has no name of its own, so it is the one that it was. */
function compareItems(comparison: Comparison, at: At, before: Property, after: Property): void {
  const path = `${at.path}/items`;
  if (before.items && after.items) {
    // Called after its array, a second time.
    const [one, other] = [before.items, after.items].map((property) => ({ property, refers: false, keyMoves: false }));
    if (one && other) compareProperty(comparison, { ...at, path, name: `${at.name}[]` }, one, other);
    return;
  }
  addChange(comparison, at, 'items', [before.items, after.items], typeChanges(before, after) ? breaking : dangerous);
}

/** A list of values makes an enum of a text in the graph. */
function compareEnums(comparison: Comparison, at: At, before: Property, after: Property): void {
  const becomesAnother = Boolean(enumNames(before)) !== Boolean(enumNames(after));
  if (!before.enum || !after.enum) {
    const verdict = becomesAnother ? breaking : after.enum ? compatible : dangerous;
    addChange(comparison, at, 'enum', [before.enum, after.enum], verdict);
    return;
  }
  compareLists<EnumValue>(comparison, at, before.enum, after.enum, {
    field: 'enum',
    noun: 'value',
    identities: [({ value }) => JSON.stringify(value)],
    selector: ({ value }) => `value=${value}`,
    // Whoever reads the values one by one has no answer to a new one.
    added: becomesAnother ? breaking : dangerous,
    removed: breaking,
    each: (here, pair) => compareFields(comparison, here, pair, enumRules),
  });
}
