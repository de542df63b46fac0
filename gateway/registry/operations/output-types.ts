import {
  type GraphQLCompositeType,
  type GraphQLFieldMap,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql';

/** Whether whoever reads the one can read the other. */
export function isReadable(was: GraphQLOutputType, is: GraphQLOutputType): boolean {
  if (isNonNullType(was)) return isNonNullType(is) && isReadable(was.ofType, is.ofType);
  if (isNonNullType(is)) return isReadable(was, is.ofType);
  if (isListType(was)) return isListType(is) && isReadable(was.ofType, is.ofType);
  return !isListType(is) && was.name === is.name;
}

/** Leaves are read by what kind they are; what is selected of an object says what is read of it. */
export function isOneKind(was: GraphQLNamedType, is: GraphQLNamedType): boolean {
  return isCompositeType(was) ? isCompositeType(is) : !isCompositeType(is) && isEnumType(was) === isEnumType(is);
}

export function fieldsOf(type: GraphQLCompositeType): GraphQLFieldMap<unknown, unknown> {
  return isUnionType(type) ? noFields : type.getFields();
}

/** Also none of those that every object of JavaScript has. */
const noFields: GraphQLFieldMap<unknown, unknown> = Object.create(null);

/** Names of the values of an enum, or of the objects that a type may be. */
export function membersOf(schema: GraphQLSchema, type: GraphQLNamedType | undefined): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => name);
  if (isAbstractType(type)) return schema.getPossibleTypes(type).map(({ name }) => name);
  return isCompositeType(type) ? [type.name] : [];
}
