/** A model in the making, and what must hold while it grows: whatever a subgraph mentions, it declares. */
import {
  type FieldModel,
  type FieldPlace,
  isEntity,
  type Model,
  namedTypeOf,
  type ObjectModel,
  placeIn,
} from './model.ts';
import type { Random } from './random.ts';
import { selectionOf } from './world.ts';

export interface Draft extends Model {
  readonly random: Random;
}

/** Is the last of the keys of an entity that has it. */
export const nullableKey = 'no';

/** Declares a type, and all that it needs, in a subgraph that mentions it. */
export function ensure(draft: Draft, typeName: string, subgraph: number): void {
  const { random } = draft;
  const object = draft.objects.find(({ name }) => name === typeName);
  if (object) ensureObject(draft, object, subgraph);
  const face = draft.interfaces.find(({ name }) => name === typeName);
  if (face && !face.places.includes(subgraph) && !face.objects.includes(subgraph)) {
    face.places.push(subgraph);
    for (const each of random.some(face.implementers, 1 + random.int(2))) ensure(draft, each, subgraph);
  }
  const union = draft.unions.find(({ name }) => name === typeName);
  if (union && !union.places.some((place) => place.subgraph === subgraph)) {
    const [first = '', ...others] = union.places[0]?.members ?? [];
    // Subgraphs may know different members of one union (Apollo Federation, "Merging types"); all know the first.
    const members = [first, ...random.some(others, random.chance(0.6) ? others.length : random.int(others.length))];
    union.places.push({ subgraph, members });
    for (const each of members) ensure(draft, each, subgraph);
  }
}

function ensureObject(draft: Draft, object: ObjectModel, subgraph: number): void {
  if (object.places.some((place) => place.subgraph === subgraph)) return;
  if (isEntity(object)) {
    // The first are never null.
    const key = draft.random.int(object.keys.filter((each) => each !== nullableKey).length);
    addEntityPlace(draft, object, subgraph, [key], { unresolvable: draft.random.chance(0.4) });
    return;
  }
  object.places.push({ subgraph, keys: [] });
  for (const field of object.fields) addResolver(draft, field, { subgraph, role: 'resolves', shareable: true });
  for (const each of object.fields) for (const place of each.at) place.shareable = true;
}

export interface EntityPlaceOptions {
  readonly unresolvable?: boolean;
  /** One of several keys it only knows of objects that it was asked for by this key. */
  readonly withExternal?: boolean;
}

export function addEntityPlace(
  draft: Draft,
  object: ObjectModel,
  subgraph: number,
  keys: number[],
  { unresolvable = false, withExternal = false }: EntityPlaceOptions = {},
): void {
  object.places.push({ subgraph, keys, ...(unresolvable && { unresolvable }) });
  const leaves = keys.filter((key) => !object.keys[key]?.includes('{'));
  const external = withExternal && keys.length > 1 ? leaves.at(-1) : undefined;
  for (const key of keys) {
    for (const node of selectionOf(object.keys[key] ?? '').selections) {
      const field = object.fields.find(({ name }) => node.kind === 'Field' && node.name.value === name);
      const role = key === external ? 'external' : 'resolves';
      if (field && !placeIn(field, subgraph)) addResolver(draft, field, { subgraph, role });
    }
  }
}

export function addResolver(draft: Draft, field: FieldModel, place: FieldPlace): void {
  field.at.push(place);
  ensure(draft, namedTypeOf(field.type), place.subgraph);
}

/** Where others can ask for the entity. */
export const realPlaces = ({ places }: ObjectModel): number[] =>
  places.filter(({ unresolvable }) => !unresolvable).map(({ subgraph }) => subgraph);
