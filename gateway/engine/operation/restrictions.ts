/** What whoever asks may not read as it is, for the fields of one operation. */
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { Access, Restriction } from '../access.ts';

export type RestrictionOf = (objectType: string, field: string) => Restriction | undefined;

export const unrestricted: RestrictionOf = () => undefined;

/** @param isEntity whether objects of a type are found by keys */
export function restrictionsOf(
  access: Access | undefined,
  schema: GraphQLSchema,
  isEntity: (type: string) => boolean,
): RestrictionOf {
  if (!access) return unrestricted;
  return (objectType, field) => {
    const parent = schema.getType(objectType);
    const definition = isObjectType(parent) ? parent.getFields()[field] : undefined;
    // The type of an object is asked for to read anything else of it, and the schema is no data.
    if (!definition) return undefined;
    const decision = access.decide(`${objectType}.${field}`);
    if (decision.effect === 'allow') return undefined;
    if (decision.effect === 'deny') return decision;
    const type = getNamedType(definition.type);
    // A reference is no value: where its key is shown masked, the fields of what it leads to are decided by themselves.
    if (!isLeafType(type) && (decision.leadsOn || isEntity(type.name))) return undefined;
    return isLeafType(type) ? decision : { effect: 'deny', denial: decision.denial };
  };
}

/** Of a field that is asked of objects of a type. */
export interface Reading {
  /** Of none of them it may be read: it is not asked for. */
  readonly isDenied: boolean;
  /** Of which it may be read depends on their types. */
  readonly dependsOnType: boolean;
}

export function readingOf(
  { schema, restrictionOf }: { readonly schema: GraphQLSchema; readonly restrictionOf: RestrictionOf },
  type: GraphQLNamedType,
  field: string,
): Reading {
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const found = types.map(({ name }) => restrictionOf(name, field));
  return {
    isDenied: found.every((each) => each?.effect === 'deny'),
    dependsOnType: isAbstractType(type) && found.some((each) => each !== undefined),
  };
}
