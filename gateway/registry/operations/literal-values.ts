/** Values as they stand in an operation, held against another schema (GraphQL, "Values of Correct Type"). */
import {
  type ArgumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  isTypeSubTypeOf,
  Kind,
  type ObjectValueNode,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import { type Findings, found, foundLeftOut, foundRetyped, type Input, noFindings } from './findings.ts';

export interface LiteralCheck {
  /** @param coordinateOf the argument of a name */
  arguments(
    given: readonly ArgumentNode[] | undefined,
    before: readonly GraphQLArgument[],
    after: readonly GraphQLArgument[],
    coordinateOf: (name: string) => string,
  ): void;
  /** A default of a variable. */
  value(node: ValueNode, before: GraphQLInputType, after: GraphQLInputType): void;
}

/** @param definitions of the operation's variables */
export function createLiteralCheck(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  findings: Findings,
): LiteralCheck {
  const variables = new Map(definitions.map((each) => [each.variable.name.value, each]));
  return {
    arguments(given = [], before, after, coordinateOf) {
      for (const { name, value } of given) {
        const was = before.find((each) => each.name === name.value);
        const is = after.find((each) => each.name === name.value);
        if (!was) continue;
        const coordinate = coordinateOf(name.value);
        if (is) check(value, was.type, is.type, { coordinate, before: was, after: is }, findings);
        else found(findings.breaks, coordinate, 'is gone');
      }
      for (const is of after) {
        if (given.some(({ name }) => name.value === is.name)) continue;
        const was = before.find(({ name }) => name === is.name);
        foundLeftOut(findings, coordinateOf(is.name), was, is);
      }
    },
    value(node, before, after) {
      const name = getNamedType(before).name;
      check(node, before, after, { coordinate: name, before: { type: before }, after: { type: after } }, findings);
    },
  };

  function check(
    node: ValueNode,
    before: GraphQLInputType,
    after: GraphQLInputType,
    place: Place,
    findings: Findings,
  ): void {
    const [was, is] = [getNullableType(before), getNullableType(after)];
    if (node.kind === Kind.VARIABLE) checkVariable(node, after, place, findings);
    else if (node.kind === Kind.NULL) {
      if (isNonNullType(after)) refuse(place, findings);
    } else if (isListType(is)) {
      const items = node.kind === Kind.LIST ? node.values : [node];
      const type = isListType(was) ? was.ofType : was;
      for (const each of items) check(each, type, is.ofType, place, findings);
    } else if (isInputObjectType(is)) {
      const from = getNamedType(was);
      const isObject = node.kind === Kind.OBJECT && isInputObjectType(from);
      // What is wrong within another type is that it is another.
      const within = isObject && from.name === is.name ? findings : noFindings();
      if (isObject) checkFields(node, from, is, within);
      if (!isObject || (within !== findings && within.breaks.size > 0)) refuse(place, findings);
    } else checkLeaf(node, getNamedType(was), is, place, findings);
  }

  function checkFields(node: ObjectValueNode, before: InputObject, after: InputObject, findings: Findings): void {
    const [fields, there] = [before.getFields(), after.getFields()];
    for (const { name, value } of node.fields) {
      const coordinate = `${before.name}.${name.value}`;
      const [was, is] = [fields[name.value], there[name.value]];
      if (!is) found(findings.breaks, coordinate, 'is gone');
      else if (was) check(value, was.type, is.type, { coordinate, before: was, after: is }, findings);
    }
    for (const is of Object.values(there)) {
      if (node.fields.some(({ name }) => name.value === is.name)) continue;
      foundLeftOut(findings, `${after.name}.${is.name}`, fields[is.name], is);
    }
  }

  function checkLeaf(
    node: ValueNode,
    before: GraphQLNamedInputType,
    after: GraphQLLeafType,
    place: Place,
    findings: Findings,
  ): void {
    const isOpen = [before, after].some((type) => !isEnumType(type) && !isSpecifiedScalarType(type));
    // What a custom scalar takes, only subgraphs know.
    const isOther = before.name !== after.name || isEnumType(before) !== isEnumType(after);
    if (isOpen ? !isOther : isValueOf(after, node)) return;
    if (isEnumType(after) && node.kind === Kind.ENUM && !isOther) {
      found(findings.breaks, `${after.name}.${node.value}`, 'is gone');
    } else refuse(place, findings);
  }

  function checkVariable({ name }: VariableNode, after: GraphQLInputType, place: Place, findings: Findings): void {
    const definition = variables.get(name.value);
    const type = definition && typeFromAST(schema, definition.type);
    if (!definition || !isInputType(type)) return; // It is gone, and has been found where it is defined.
    // Items of lists have no default of their own.
    const isWhole = after === place.after.type;
    const hasDefault = definition.defaultValue !== undefined && definition.defaultValue.kind !== Kind.NULL;
    const mayBeNull = isNonNullType(after) && !isNonNullType(type);
    const isFilled = hasDefault || (isWhole && place.after.defaultValue !== undefined);
    // GraphQL, "All Variable Usages Are Allowed".
    const isAllowed = isTypeSubTypeOf(schema, type, mayBeNull ? after.ofType : after) && (!mayBeNull || isFilled);
    if (!isAllowed) refuse(place, findings);
    else if (isWhole && !isNonNullType(type) && !definition.defaultValue) {
      foundLeftOut(findings, place.coordinate, place.before, place.after);
    }
  }
}

function isValueOf(type: GraphQLLeafType, node: ValueNode): boolean {
  try {
    return type.parseLiteral(node, undefined) !== undefined;
  } catch {
    return false;
  }
}

type InputObject = Extract<GraphQLNamedInputType, { getFields(): unknown }>;

/** Where a value stands: an argument, or an input field of a literal. */
interface Place {
  readonly coordinate: string;
  readonly before: Input;
  readonly after: Input;
}

const refuse = ({ coordinate, before, after }: Place, findings: Findings): void =>
  foundRetyped(findings, coordinate, before.type, after.type);
