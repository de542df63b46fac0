import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * A subscription has one root field, whatever its variables are: none of its root selections has a condition (GraphQL,
 * "Single Root Field"). graphql-js 16 does not say so, and throws where it meets a condition with a variable.
 */
export function conditionalStream(document: DocumentNode): GraphQLError | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  for (const each of document.definitions) {
    if (each.kind !== Kind.OPERATION_DEFINITION || each.operation !== OperationTypeNode.SUBSCRIPTION) continue;
    if (!rootSelections(each.selectionSet, new Map(fragments)).some(isConditional)) continue;
    const message = 'The root field of a subscription takes no @skip and no @include.';
    return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  }
  return undefined;
}

/** @param unread fragments that have not been spread yet */
function rootSelections(set: SelectionSetNode, unread: Map<string, FragmentDefinitionNode>): SelectionNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) return [selection, ...rootSelections(selection.selectionSet, unread)];
    const fragment = unread.get(selection.name.value);
    unread.delete(selection.name.value);
    return fragment ? [selection, ...rootSelections(fragment.selectionSet, unread)] : selection;
  });
}

const isConditional = ({ directives }: SelectionNode): boolean =>
  directives?.some(({ name }) => name.value === 'skip' || name.value === 'include') ?? false;
