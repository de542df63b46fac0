import { isDeepStrictEqual } from 'node:util';
import {
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  isObjectType,
  isRequiredInputField,
  KnownDirectivesRule,
  OperationTypeNode,
  OverlappingFieldsCanBeMergedRule,
  SingleFieldSubscriptionsRule,
  UniqueDirectivesPerLocationRule,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
} from 'graphql';

export interface Changes {
  /** Of the first schema: what may matter to an operation that uses it. */
  readonly coordinates: ReadonlySet<string>;
  /** Whether they matter to what operations send, or only to what they read. */
  readonly affectInputs: boolean;
  /** That operations may break by these changes, and that only graphql-js knows; for all others stands replay.ts. */
  readonly rules: readonly ValidationRule[];
}

/**
 * An operation that uses none of the coordinates means the same in both schemas: it is as valid, reads the same types and
 * is given the same values.
 */
export function changesBetween(before: GraphQLSchema, after: GraphQLSchema): Changes {
  const changed = new Set<string>();
  const rules = new Set<ValidationRule>();
  let affectInputs = false;
  const afterTypes = after.getTypeMap();
  const types = Object.values(before.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const otherKind = new Set(
    types.filter((type) => kindOf(type) !== kindOf(afterTypes[type.name])).map(({ name }) => name),
  );
  const isRetyped = (was: GraphQLType, is: GraphQLType | undefined): boolean =>
    String(was) !== String(is) || otherKind.has(getNamedType(was).name);

  for (const kind of Object.values(OperationTypeNode)) {
    const root = before.getRootType(kind);
    if (root && root.name !== after.getRootType(kind)?.name) read(root.name);
  }
  for (const type of types) {
    const same = afterTypes[type.name];
    if (otherKind.has(type.name)) (isInputType(type) ? given : read)(type.name);
    if (isObjectType(type) || isInterfaceType(type)) compareFields(type, same);
    if (isInputObjectType(type)) compareInputFields(type, isInputObjectType(same) ? same : undefined);
    if (isEnumType(type)) compareValues(type, isEnumType(same) ? same : undefined);
    if (isAbstractType(type) && !isDeepStrictEqual(objectsOf(before, type), objectsOf(after, same))) read(type.name);
  }
  for (const directive of before.getDirectives()) compareDirective(directive, after.getDirective(directive.name));
  return { coordinates: changed, affectInputs, rules: [...rules] };

  function read(coordinate: string): void {
    changed.add(coordinate);
    rules.add(OverlappingFieldsCanBeMergedRule).add(SingleFieldSubscriptionsRule);
  }

  function given(coordinate: string): void {
    changed.add(coordinate);
    affectInputs = true;
  }

  function compareFields(type: GraphQLObjectType | GraphQLInterfaceType, same: GraphQLNamedType | undefined): void {
    const now = isObjectType(same) || isInterfaceType(same) ? same.getFields() : undefined;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const is = now?.[field.name];
      if (isRetyped(field.type, is?.type)) read(coordinate);
      if (is) compareArguments(field.args, is.args, coordinate);
    }
  }

  function compareArguments(was: readonly GraphQLArgument[], is: readonly GraphQLArgument[], coordinate: string): void {
    for (const arg of was) {
      const there = is.find(({ name }) => name === arg.name);
      if (isRetyped(arg.type, there?.type) || otherDefault(arg, there)) given(`${coordinate}(${arg.name}:)`);
    }
    const before = new Map(was.map((arg) => [arg.name, arg]));
    if (is.some((arg) => isMissed(before.get(arg.name), arg))) given(coordinate);
  }

  function compareInputFields(type: GraphQLInputObjectType, is: GraphQLInputObjectType | undefined): void {
    const [fields, there] = [type.getFields(), is?.getFields()];
    for (const field of Object.values(fields)) {
      const now = there?.[field.name];
      if (isRetyped(field.type, now?.type) || otherDefault(field, now)) given(`${type.name}.${field.name}`);
    }
    if (Object.values(there ?? {}).some((field) => isMissed(fields[field.name], field))) given(type.name);
    if (type.isOneOf === is?.isOneOf) return;
    given(type.name);
    rules.add(ValuesOfCorrectTypeRule).add(VariablesInAllowedPositionRule);
  }

  function compareValues(type: GraphQLEnumType, is: GraphQLEnumType | undefined): void {
    for (const { name } of type.getValues()) if (!is?.getValue(name)) given(`${type.name}.${name}`);
    if (is?.getValues().some(({ name }) => !type.getValue(name))) changed.add(type.name);
  }

  function compareDirective(was: GraphQLDirective, is: GraphQLDirective | undefined | null): void {
    const coordinate = `@${was.name}`;
    if (is) compareArguments(was.args, is.args, coordinate);
    const isNarrower = was.locations.some((each) => !is?.locations.includes(each));
    if (!isNarrower && (!was.isRepeatable || is?.isRepeatable)) return;
    given(coordinate);
    rules.add(KnownDirectivesRule).add(UniqueDirectivesPerLocationRule);
  }
}

/** Whether those that leave an argument or an input field out notice. */
function isMissed(was: GraphQLArgument | undefined, is: GraphQLArgument): boolean {
  return isRequiredInputField(is) ? !was || !isRequiredInputField(was) : was !== undefined && otherDefault(was, is);
}

const otherDefault = (
  was: Pick<GraphQLArgument, 'defaultValue'>,
  is: Pick<GraphQLArgument, 'defaultValue'> | undefined,
) => !isDeepStrictEqual(was.defaultValue, is?.defaultValue);

const kindOf = (type: GraphQLNamedType | undefined): string | undefined => type?.[Symbol.toStringTag];

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType | undefined): string[] {
  if (!isAbstractType(type)) return [];
  return schema
    .getPossibleTypes(type)
    .map(({ name }) => name)
    .sort();
}
