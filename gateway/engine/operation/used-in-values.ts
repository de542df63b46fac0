/** Which input fields and enum values stand in the values of arguments: their names, never what else there is. */
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isRequiredInputField,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** A variable whose values hold names of the schema. */
export interface VariableWithNames {
  readonly name: string;
  readonly type: GraphQLInputType;
}

export function variablesWithNames(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): readonly VariableWithNames[] {
  return variableDefinitions.flatMap(({ variable, type: node }) => {
    const type = typeFromAST(schema, node);
    return isInputType(type) && !isScalarType(getNamedType(type)) ? [{ name: variable.name.value, type }] : [];
  });
}

/** Whoever sends an object of the type at all, sends these. */
export function useRequired(type: GraphQLInputType, used: Set<string>, seen: Set<string> = new Set()): void {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || seen.has(named.name)) return;
  seen.add(named.name);
  used.add(named.name);
  for (const field of Object.values(named.getFields())) {
    if (!isRequiredInputField(field)) continue;
    used.add(`${named.name}.${field.name}`);
    useRequired(field.type, used, seen);
  }
}

export function useLiteral(node: ValueNode, type: GraphQLInputType, used: Set<string>): void {
  const named = getNamedType(type);
  if (node.kind === Kind.LIST) {
    for (const each of node.values) useLiteral(each, named, used);
  } else if (isInputObjectType(named) && node.kind === Kind.OBJECT) {
    used.add(named.name);
    for (const { name, value } of node.fields) {
      used.add(`${named.name}.${name.value}`);
      const field = named.getFields()[name.value];
      if (field) useLiteral(value, field.type, used);
    }
  } else if (isEnumType(named) && node.kind === Kind.ENUM) {
    used.add(named.name).add(`${named.name}.${node.value}`);
  } else if (isScalarType(named) && !isSpecifiedScalarType(named)) {
    used.add(named.name);
  }
}

/** Objects, lists and leaves of one request's variables that are looked at. */
const mostValues = 1_000;

/** Where there are more values than are looked at, all that they may hold counts as used. */
export function useVariables(variables: readonly VariableWithNames[], given: Variables, used: Set<string>): void {
  let left = mostValues;
  const use = (value: unknown, type: GraphQLInputType): void => {
    left -= 1;
    if (left < 0 || value === null || value === undefined) return;
    const listless = getNullableType(type);
    if (isListType(listless)) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (left < 0) return;
        use(each, listless.ofType);
      }
    } else if (isEnumType(listless)) {
      const name = typeof value === 'string' && listless.getValue(value)?.name;
      if (name) used.add(`${listless.name}.${name}`);
    } else if (isInputObjectType(listless) && typeof value === 'object') {
      used.add(listless.name);
      const fields = listless.getFields();
      for (const [name, each] of Object.entries(value)) {
        const field = fields[name];
        if (!field || left < 0) continue;
        used.add(`${listless.name}.${name}`);
        use(each, field.type);
      }
    }
  };
  for (const { name, type } of variables) if (Object.hasOwn(given, name)) use(given[name], type);
  if (left < 0) for (const { type } of variables) useAll(type, used);
}

/** All that values of a type may hold. */
export function useAll(type: GraphQLInputType, used: Set<string>, seen: Set<string> = new Set()): void {
  const named = getNamedType(type);
  if (seen.has(named.name) || isScalarType(named)) return;
  seen.add(named.name);
  used.add(named.name);
  if (isEnumType(named)) for (const { name } of named.getValues()) used.add(`${named.name}.${name}`);
  else {
    for (const field of Object.values(named.getFields())) {
      used.add(`${named.name}.${field.name}`);
      useAll(field.type, used, seen);
    }
  }
}
