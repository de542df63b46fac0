import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import { fieldsInArguments, type Variables } from './touched-by-arguments.ts';

/**
 * Schema coordinates of the fields that a document touches, in order of first use: what it selects, and what it filters,
 * sorts and groups by. Fragments count where they are spread. A field of an interface stands also for the field of each
 * type that implements it, since the data is theirs. Introspection fields belong to nobody and are left out. The document
 * must be valid against the schema.
 * @param variables of the request, where there is one: nothing is known of what a variable without a value filters by
 */
export function touchedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables = {},
): readonly string[] {
  const touched = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }

  const touchedBy = (operation: OperationDefinitionNode): void => {
    const values = { ...defaultsOf(operation), ...variables };
    // A fragment touches the same fields wherever it is spread. Once is enough, and keeps nested spreads from doubling.
    const spread = new Set<string>();
    const walk = (set: SelectionSetNode | undefined, parent: unknown): void => {
      if (!set || !isCompositeType(parent)) return;
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) {
          const name = selection.name.value;
          if (name.startsWith('__') || isUnionType(parent)) continue;
          for (const type of sourcesOf(schema, parent)) touched.add(`${type.name}.${name}`);
          const field = parent.getFields()[name];
          for (const each of fieldsInArguments(schema, field, selection, values)) touched.add(each);
          walk(selection.selectionSet, getNamedType(field?.type));
          continue;
        }
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          if (spread.has(selection.name.value)) continue;
          spread.add(selection.name.value);
        }
        const condition = fragment?.typeCondition;
        walk(fragment?.selectionSet, condition ? typeFromAST(schema, condition) : parent);
      }
    };
    walk(operation.selectionSet, schema.getRootType(operation.operation));
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) touchedBy(definition);
  }
  return [...touched];
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}

function sourcesOf(schema: GraphQLSchema, parent: GraphQLCompositeType): readonly GraphQLCompositeType[] {
  return isInterfaceType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
}
