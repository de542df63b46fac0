/** Which way a change of a property goes. */
import { classificationLevels } from '../classification-levels.ts';
import { columnOf } from '../column.ts';
import { isRequired, type Property } from '../model.ts';
import { propertyType } from '../nested.ts';
import { breaking, compatible, cosmetic, dangerous, type Verdict } from './difference.ts';
import type { Judge } from './fields.ts';

/** A property, and what it is to its object. */
export interface ObjectProperty {
  readonly property: Property;
  /** Whether a relationship leads from it. */
  readonly refers: boolean;
  /** Whether the order of the primary key's properties changes. */
  readonly keyMoves: boolean;
}

/** Whether the GraphQL type changes. What makes an ID or an enum of a text is judged where that is said. */
export function typeChanges(before: Property, after: Property): boolean {
  return propertyType('', { ...before, name: 'same' }) !== propertyType('', { ...after, name: 'same' });
}

/** `decimal(12,4)` and `decimal(10,2)` are one GraphQL type, but not the same promise. */
export const physicalType: Judge<ObjectProperty> = (before, after) => {
  if (typeChanges(before.property, after.property)) return breaking;
  return before.property.physicalType === undefined ? cosmetic : dangerous;
};

/** A value that may be missing now has a type that readers did not write their code for. */
export const requirement: Judge<ObjectProperty> = (before, after) =>
  isRequired(before.property) && !isRequired(after.property)
    ? breaking
    : isRequired(before.property) === isRequired(after.property)
      ? cosmetic
      : compatible;

/** Where the property refers to a row, it also decides whether that row has one row of this object or a list of them. */
export const uniqueness: Judge<ObjectProperty> = (before, after) => {
  if (before.refers && after.refers) return breaking;
  return before.property.unique ? breaking : compatible;
};

export const position: Judge<ObjectProperty> = (_, after) => (after.keyMoves ? breaking : cosmetic);

/**
 * Raised, some who read it may not any more. Lowered, more may read it than were told. A property that says nothing counts
 * as internal.
 */
export const classification: Judge<ObjectProperty> = (before, after) => {
  const [from, to] = [before.property.classification, after.property.classification];
  if (to === undefined) return dangerous;
  const [was, is] = [classificationLevels.indexOf(from ?? 'internal'), classificationLevels.indexOf(to)];
  return was === -1 || is === -1 || is > was ? breaking : dangerous;
};

/** It decides whether the graph has sums and averages of the property, and groups by it (sdl-queries.ts). */
export const semanticType: Judge<ObjectProperty> = (before, after) => {
  const [had, has] = [offers(before.property), offers(after.property)];
  if ((had.sums && !has.sums) || (had.groups && !has.groups)) return breaking;
  return had.sums === has.sums && had.groups === has.groups ? cosmetic : compatible;
};

function offers(property: Property): { readonly sums: boolean; readonly groups: boolean } {
  const { semanticType: given, primaryKey } = property;
  const { scalar } = columnOf(property);
  const fraction = scalar === 'Float' || scalar === 'Decimal';
  const number = fraction || scalar === 'Int' || scalar === 'BigInt';
  return {
    sums: number && (given ? given === 'measure' : !primaryKey),
    groups: scalar !== 'JSON' && (given === 'dimension' || (given !== 'measure' && !fraction)),
  };
}

/** A new property inside of an object gives that a type of its own, where it was JSON before. */
export function nestedAdded(parent: Property): Verdict {
  return parent.properties.length === 0 ? breaking : compatible;
}
