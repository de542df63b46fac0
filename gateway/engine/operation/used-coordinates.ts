import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isInputType,
  isInterfaceType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import { useLiteral, useRequired, useVariables, type Variables, variablesWithNames } from './used-in-values.ts';

/**
 * Coordinates (GraphQL, "Schema Coordinates") of all that an operation uses: types that it names or is given objects of,
 * fields, arguments, directives, and in literals and the values of variables input fields and enum values. What is
 * selected of an interface is also used of every object type that it may be at that place. Fragments count where they are
 * spread. Introspection and the scalars of the specification are left out.
 *
 * @param document valid against the schema
 * @param operationName of an operation that the document has; null for the only one
 */
export function usedCoordinates(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  variables: Variables = {},
): Set<string> {
  const operation = getOperationAST(document, operationName);
  invariant(operation, 'the operation that is meant has been found before');
  const used = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  /** By fragment: what it has been walked for. Elsewhere it is walked for the rest. */
  const walked = new Map<string, Set<GraphQLObjectType>>();

  for (const { type: node, defaultValue, directives } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, node);
    if (!isInputType(type)) continue;
    useType(getNamedType(type));
    useRequired(type, used);
    if (defaultValue) useLiteral(defaultValue, type, used);
    useDirectives(directives);
  }
  useDirectives(operation.directives);
  const root = schema.getRootType(operation.operation);
  if (root) {
    useType(root);
    walk(operation.selectionSet, root, [root]);
  }
  useVariables(variablesWithNames(schema, operation), variables, used);
  return used;

  /** @param objects the types that an object may be here. */
  function walk(set: SelectionSetNode, parent: GraphQLCompositeType, objects: readonly GraphQLObjectType[]): void {
    for (const selection of set.selections) {
      useDirectives(selection.directives);
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__') && !isUnionType(parent)) useField(selection, parent, objects);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const type = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : parent;
      if (!fragment || !isCompositeType(type)) continue;
      let within = type === parent ? objects : objects.filter((each) => isOf(each, type));
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const before = walked.get(selection.name.value);
        if (before) within = within.filter((each) => !before.has(each));
        if (before && within.length === 0) continue;
        walked.set(selection.name.value, new Set([...(before ?? []), ...within]));
        useDirectives(fragment.directives);
      }
      useType(type);
      walk(fragment.selectionSet, type, within);
    }
  }

  function useField(
    node: FieldNode,
    parent: Exclude<GraphQLCompositeType, { getTypes(): unknown }>,
    objects: readonly GraphQLObjectType[],
  ): void {
    const name = node.name.value;
    const field = parent.getFields()[name];
    if (!field) return;
    for (const each of isInterfaceType(parent) ? [parent, ...objects] : [parent]) {
      const coordinate = `${each.name}.${name}`;
      used.add(coordinate);
      for (const argument of node.arguments ?? []) used.add(`${coordinate}(${argument.name.value}:)`);
    }
    useArguments(node.arguments, field.args);
    const type = getNamedType(field.type);
    useType(type);
    if (node.selectionSet && isCompositeType(type)) {
      walk(node.selectionSet, type, isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
    }
  }

  function useDirectives(directives: readonly DirectiveNode[] = []): void {
    for (const { name, arguments: args = [] } of directives) {
      used.add(`@${name.value}`);
      for (const argument of args) used.add(`@${name.value}(${argument.name.value}:)`);
      useArguments(args, schema.getDirective(name.value)?.args ?? []);
    }
  }

  function useArguments(nodes: readonly ArgumentNode[] = [], args: readonly GraphQLArgument[]): void {
    for (const { name, value } of nodes) {
      const type = args.find((each) => each.name === name.value)?.type;
      if (type) useLiteral(value, type, used);
    }
  }

  function useType(type: Parameters<typeof isSpecifiedScalarType>[0]): void {
    if (!isSpecifiedScalarType(type)) used.add(type.name);
  }

  function isOf(object: GraphQLObjectType, type: GraphQLCompositeType): boolean {
    return isAbstractType(type) ? schema.isSubType(type, object) : type === object;
  }
}
