/**
 * A federated schema as one model: the merged types, and for each of their fields which subgraphs declare it and how.
 * From it come the SDL of every subgraph, the monolith's SDL and, with the seed, all data.
 */
export interface Model {
  readonly seed: number;
  readonly subgraphs: readonly string[];
  readonly objects: ObjectModel[];
  readonly interfaces: InterfaceModel[];
  readonly unions: UnionModel[];
  readonly enums: EnumModel[];
  readonly inputs: InputModel[];
  /** What scalars hold, keys too, where it is not the usual. Another value for another seed. */
  readonly scalarValue?: (scalar: string, seed: number) => unknown;
}

/** An entity where there are keys, else a value type, which all its subgraphs declare alike. */
export interface ObjectModel {
  readonly name: string;
  /** Selections, as in `@key(fields:)`. The first subgraph of `places` has all of them. */
  readonly keys: string[];
  readonly places: ObjectPlace[];
  fields: FieldModel[];
  readonly inaccessible?: boolean;
}

export interface ObjectPlace {
  readonly subgraph: number;
  readonly keys: number[];
  /** Declares a key only, to refer to the entity; nobody asks this subgraph for it. */
  readonly unresolvable?: boolean;
}

export interface InterfaceModel {
  readonly name: string;
  readonly implementers: string[];
  /** Of an entity interface, which may have `objects`. */
  readonly key?: string;
  readonly places: number[];
  /** Subgraphs that declare it as an object, with `@interfaceObject`. */
  readonly objects: number[];
  /** What implementers have in common, with the interface's own type. Those of `objects` are resolved there. */
  fields: FieldModel[];
}

export interface UnionModel {
  readonly name: string;
  readonly places: { readonly subgraph: number; readonly members: string[] }[];
}

export interface EnumModel {
  readonly name: string;
  readonly values: readonly string[];
}

export interface InputModel {
  readonly name: string;
  readonly fields: readonly ArgumentModel[];
}

export interface ArgumentModel {
  readonly name: string;
  readonly type: string;
  /** A literal. */
  readonly default?: string;
}

export interface FieldModel {
  readonly name: string;
  /** In the API schema. */
  readonly type: string;
  readonly args: readonly ArgumentModel[];
  at: FieldPlace[];
  /** Part of a key: the value follows from which object it is. `same`: the object with the same number. `sometimes`: or null. */
  readonly key?: 'whole' | 'low' | 'high' | 'same' | 'sometimes';
  readonly inaccessible?: boolean;
  /** Fails for about every fourth object; never what others require, since then nobody could tell what follows. */
  throws?: boolean;
}

export interface FieldPlace {
  readonly subgraph: number;
  /** `external` fields are resolved where a path provides them, `overridden` ones never. */
  readonly role: 'resolves' | 'external' | 'overridden';
  shareable?: boolean;
  provides?: string;
  readonly requires?: string;
  /** The name of the subgraph that loses the field. */
  readonly override?: string;
  /** Stricter than in the API schema. */
  type?: string;
}

export const builtInScalars = ['Int', 'Float', 'String', 'Boolean', 'ID'] as const;
/** The custom scalar of every schema. */
export const customScalar = 'JSON';

/** `[[T!]]!` → `T` */
export const namedTypeOf = (type: string): string => type.replace(/[[\]!]/g, '');

export const isScalarName = (name: string): boolean =>
  name === customScalar || (builtInScalars as readonly string[]).includes(name);

export const isLeaf = (model: Model, type: string): boolean => {
  const name = namedTypeOf(type);
  return isScalarName(name) || model.enums.some((each) => each.name === name);
};

export const isEntity = (object: ObjectModel): boolean => object.keys.length > 0;

export const placeIn = ({ at }: FieldModel, subgraph: number): FieldPlace | undefined =>
  at.find((place) => place.subgraph === subgraph);

/** The object types that an interface or union may be in a subgraph. */
export function possibleIn(model: Model, name: string, subgraph: number): string[] {
  const union = model.unions.find((each) => each.name === name);
  if (union) return union.places.find((place) => place.subgraph === subgraph)?.members ?? [];
  const face = model.interfaces.find((each) => each.name === name);
  if (!face) return [name];
  if (face.objects.includes(subgraph)) return face.implementers;
  return face.implementers.filter((each) => isIn(model, each, subgraph));
}

export const isIn = (model: Model, object: string, subgraph: number): boolean =>
  model.objects.some(({ name, places }) => name === object && places.some((place) => place.subgraph === subgraph));

/** The fields of an interface in a subgraph: those that all its implementers there declare. */
export function interfaceFieldsIn(model: Model, face: InterfaceModel, subgraph: number): FieldModel[] {
  if (face.objects.includes(subgraph)) return face.fields.filter((field) => placeIn(field, subgraph));
  const there = model.objects.filter(({ name }) => possibleIn(model, face.name, subgraph).includes(name));
  return face.fields.filter(({ name }) =>
    there.every(({ fields }) => fields.some((field) => field.name === name && placeIn(field, subgraph))),
  );
}
