import { type FieldNode, type FragmentDefinitionNode, Kind, parse, print, type SelectionSetNode, visit } from 'graphql';
import type { EntityFetch, Fetch } from './plan.ts';

/** What a fetch asks of a root type, or of its entities, without fragment spreads. */
export function selectionOf(fetch: Fetch, entity?: EntityFetch): SelectionSetNode | undefined {
  const document = parse(fetch.operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const { definitions } = visit(document, {
    FragmentSpread: ({ name }) => {
      const { typeCondition, selectionSet } = fragments.get(name.value) ?? {};
      return selectionSet && { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet };
    },
  });
  const root = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)?.selectionSet;
  if (!entity) return root;
  return fieldsIn(root).find(({ field }) => keyOf(field) === entity.responseKey)?.field.selectionSet;
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

/** As text, in one order. */
export const argumentsOf = (field: FieldNode): string => (field.arguments ?? []).map(print).sort().join(', ');
