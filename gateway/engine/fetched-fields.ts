import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { EntityFetch, Fetch } from './plan.ts';

/** What a fetch asks of a root type, or of its entities, without fragment spreads. */
export function selectionOf(fetch: Fetch, entity?: EntityFetch): SelectionSetNode | undefined {
  const root = operationWithoutSpreads(fetch.operation)?.selectionSet;
  return entity ? selectionIn(root, entity) : root;
}

/** What is asked of the entities, in what the fetch asks of the root. */
export function selectionIn(root: SelectionSetNode | undefined, entity: EntityFetch): SelectionSetNode | undefined {
  return fieldsIn(root).find(({ field }) => keyOf(field) === entity.responseKey)?.field.selectionSet;
}

/** An operation with its fragments written out. No two places share a node. */
export function operationWithoutSpreads(operation: string): OperationDefinitionNode | undefined {
  const document = parse(operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const found = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (fragments.size === 0) return found;
  const written = ({ kind, selections }: SelectionSetNode): SelectionSetNode => ({
    kind,
    selections: selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        const { selectionSet, ...field } = selection;
        return [{ ...field, ...(selectionSet && { selectionSet: written(selectionSet) }) }];
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      const inline = { kind: Kind.INLINE_FRAGMENT, selectionSet: written(selectionSet) } as const;
      return [typeCondition ? { ...inline, typeCondition } : inline];
    }),
  });
  return found && { ...found, selectionSet: written(found.selectionSet) };
}

/** The fields of a selection, also those in its fragments, each with the innermost type condition. */
export function fieldsIn(
  set: SelectionSetNode | undefined,
  type?: string,
): { field: FieldNode; type?: string | undefined }[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return { field: selection, type };
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    return fieldsIn(selection.selectionSet, selection.typeCondition?.name.value ?? type);
  });
}

export const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** As text, in one order: arguments have none, and neither have fields of an input object (GraphQL, "Arguments"). */
export const argumentsOf = ({ arguments: args = [] }: FieldNode): string =>
  args.length === 0
    ? ''
    : args
        .map((each) => print(visit(each, inOneOrder)))
        .sort()
        .join(', ');

const inOneOrder: ASTVisitor = {
  ObjectValue: {
    leave: (node) => ({
      ...node,
      fields: [...node.fields].sort((one, other) => (one.name.value < other.name.value ? -1 : 1)),
    }),
  },
};
