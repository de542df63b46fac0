/**
 * Which fields an argument filters, sorts or groups by. Names are those that a contract gives its inputs: a key of
 * `OrderWhere`, a value of `OrderField` or `OrderDimension`, and an argument of the name of a field of what it finds
 * (`order(orderId:)`). A name counts only where the graph has that type, with that field.
 */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

export function fieldsInArguments(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown> | undefined,
  node: FieldNode,
  variables: Variables,
): readonly string[] {
  return (node.arguments ?? []).flatMap(({ name, value }) => {
    const type = field?.args.find((argument) => argument.name === name.value)?.type;
    const given = valueFromASTUntyped(value, { ...variables });
    if (!type || given === undefined) return [];
    return [...coordinate(schema, getNamedType(field?.type)?.name, name.value), ...fieldsIn(schema, type, given)];
  });
}

function fieldsIn(schema: GraphQLSchema, type: GraphQLInputType, value: unknown): readonly string[] {
  const named = getNamedType(type);
  if (Array.isArray(value)) return value.flatMap((each) => fieldsIn(schema, named, each));
  if (isEnumType(named)) return coordinate(schema, /^(\w+)(?:Field|Dimension)$/.exec(named.name)?.[1], String(value));
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return [];
  const row = /^(\w+)Where$/.exec(named.name)?.[1];
  const fields = named.getFields();
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return field ? [...coordinate(schema, row, key), ...fieldsIn(schema, field.type, inner)] : [];
  });
}

function coordinate(schema: GraphQLSchema, typeName: string | undefined, field: string): readonly string[] {
  const type = typeName === undefined ? undefined : schema.getType(typeName);
  return isObjectType(type) && Object.hasOwn(type.getFields(), field) ? [`${typeName}.${field}`] : [];
}
