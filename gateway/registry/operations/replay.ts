/**
 * An operation that was valid against one schema, held against another: walked in both at once, so that each finding names
 * the coordinate that has changed. An answer keeps its shape where each field that is selected keeps its type, or is null
 * less often.
 */
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  doTypesOverlap,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { Changes } from './changes.ts';
import { type Findings, found, foundRetyped, noFindings } from './findings.ts';
import { createLiteralCheck } from './literal-values.ts';
import { fieldsOf, isOneKind, isReadable, membersOf } from './output-types.ts';
import { checkSentValues } from './sent-values.ts';

export interface Schemas {
  readonly before: GraphQLSchema;
  readonly after: GraphQLSchema;
}

/**
 * @param changes between the schemas
 * @param document one operation and its fragments
 * @param used coordinates that the operation uses
 * @returns nothing where the operation was not valid before
 */
export function replay(
  { before, after }: Schemas,
  changes: Changes,
  document: DocumentNode,
  used: ReadonlySet<string>,
): Findings {
  const findings = noFindings();
  const { breaks, dangers } = findings;
  let isStale = false;
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
    if (each.kind === Kind.OPERATION_DEFINITION) operations.push(each);
  }
  const literals = createLiteralCheck(
    after,
    operations.flatMap(({ variableDefinitions = [] }) => variableDefinitions),
    findings,
  );

  for (const { operation, variableDefinitions = [], directives, selectionSet } of operations) {
    for (const definition of changes.affectInputs ? variableDefinitions : []) checkVariable(definition);
    checkDirectives(directives);
    const [was, is] = [before.getRootType(operation), after.getRootType(operation)];
    if (was && is) walk(selectionSet, was, is);
    else if (was) found(breaks, was.name, 'is gone');
  }
  for (const { directives, typeCondition, selectionSet } of fragments.values()) {
    checkDirectives(directives);
    const types = comparedType(typeCondition.name.value);
    if (types) walk(selectionSet, types.was, types.is);
  }
  // What was not valid before is not broken now.
  return isStale ? noFindings() : findings;

  function walk({ selections }: SelectionSetNode, was: GraphQLCompositeType, is: GraphQLCompositeType): void {
    for (const selection of selections) {
      checkDirectives(selection.directives);
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__')) checkField(selection, was, is);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const types = condition === undefined ? { was, is } : comparedType(condition);
      if (!types) continue;
      if (!doTypesOverlap(after, is, types.is)) {
        const [type, other] = parted(was, types.was);
        found(breaks, type.name, `can no longer be ${other.name}`);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, types.was, types.is);
    }
  }

  function checkField(node: FieldNode, parent: GraphQLCompositeType, parentAfter: GraphQLCompositeType): void {
    const name = node.name.value;
    const coordinate = `${parent.name}.${name}`;
    const [was, is] = [fieldsOf(parent)[name], fieldsOf(parentAfter)[name]];
    if (!was) isStale = true;
    else if (!is) found(breaks, coordinate, 'is gone');
    if (!was || !is) return;
    checkArguments(node.arguments, was.args, is.args, coordinate);
    const [type, typeAfter] = [getNamedType(was.type), getNamedType(is.type)];
    if (!isReadable(was.type, is.type) || !isOneKind(type, typeAfter))
      foundRetyped(findings, coordinate, was.type, is.type);
    if (type.name !== typeAfter.name) return;
    if (changes.coordinates.has(type.name)) checkNewcomers(type, typeAfter);
    if (!node.selectionSet || !isCompositeType(type) || !isCompositeType(typeAfter)) return;
    walk(node.selectionSet, type, typeAfter);
  }

  /** Values and types that those who read them have never seen. */
  function checkNewcomers(was: GraphQLNamedType, is: GraphQLNamedType): void {
    const [known, now] = [membersOf(before, was), membersOf(after, is)];
    const others = now.filter((each) => !known.includes(each));
    if (others.length > 0) found(dangers, was.name, `may be ${others.join(' and ')} from now on`);
  }

  function checkVariable({ type: node, defaultValue, directives }: VariableDefinitionNode): void {
    checkDirectives(directives);
    const [was, is] = [typeFromAST(before, node), typeFromAST(after, node)];
    if (!isInputType(was)) return;
    if (isInputType(is)) {
      checkSentValues(getNamedType(was), getNamedType(is), used, findings);
      if (defaultValue) literals.value(defaultValue, was, is);
    } else found(breaks, getNamedType(was).name, is ? 'is not what variables can hold any more' : 'is gone');
  }

  function checkDirectives(nodes: readonly DirectiveNode[] = []): void {
    for (const { name, arguments: given } of nodes) {
      const [was, is] = [before.getDirective(name.value), after.getDirective(name.value)];
      const coordinate = `@${name.value}`;
      if (!was) continue;
      if (is) checkArguments(given, was.args, is.args, coordinate);
      else found(breaks, coordinate, 'is gone');
    }
  }

  function checkArguments(
    given: readonly ArgumentNode[] | undefined,
    was: readonly GraphQLArgument[],
    is: readonly GraphQLArgument[],
    coordinate: string,
  ): void {
    if (changes.affectInputs) literals.arguments(given, was, is, (name) => `${coordinate}(${name}:)`);
  }

  /** The type of a condition in both schemas, if both have it. */
  function comparedType(name: string): { was: GraphQLCompositeType; is: GraphQLCompositeType } | undefined {
    const [was, is] = [before.getType(name), after.getType(name)];
    if (!isCompositeType(was)) return undefined;
    if (isCompositeType(is)) return { was, is };
    found(breaks, name, is ? 'has no fields any more' : 'is gone');
    return undefined;
  }

  /** Of two types that had objects in common: the one that has lost them, and the other. */
  function parted(a: GraphQLCompositeType, b: GraphQLCompositeType): [GraphQLCompositeType, GraphQLCompositeType] {
    const shared = membersOf(before, a).filter((each) => membersOf(before, b).includes(each));
    const hasLost = (type: GraphQLCompositeType): boolean => {
      const left = membersOf(after, after.getType(type.name));
      return isAbstractType(type) && shared.some((each) => !left.includes(each));
    };
    return hasLost(a) || !hasLost(b) ? [a, b] : [b, a];
  }
}
