/** What fetches ask for, changed: more fields, and fields under other response keys. */
import {
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from 'graphql';
import { digestOf } from '../engine/digest.ts';
import { keyOf, operationWithoutSpreads } from '../engine/fetched-fields.ts';
import type { EntityFetch, Fetch } from '../engine/plan.ts';

export interface ChangedField {
  /** Absent: the operation's root. */
  readonly entity: EntityFetch | undefined;
  /** Response keys from there to the object. */
  readonly at: readonly string[];
  /** The response key of a field there. */
  readonly key: string;
  /** Asked for beside it, so of objects of the same types. Absent: the field itself gets another key. */
  readonly added?: FieldNode;
}

/** The fetch with the fields, each under a response key of its own. */
export function withChanges(fetch: Fetch, changes: readonly ChangedField[]): Fetch {
  const operation = changes.length > 0 ? operationWithoutSpreads(fetch.operation) : undefined;
  if (!operation) return fetch;
  const selectionSet = changes.reduce((set, { entity, at, key, added }) => {
    const path = [...(entity ? [entity.responseKey] : []), ...at, key];
    return changed(set, path, (field) => (added ? [field, underOwnKey(added)] : [underOwnKey(field)]));
  }, operation.selectionSet);
  return { ...fetch, operation: stripIgnoredCharacters(print({ ...operation, selectionSet })) };
}

function changed(
  set: SelectionSetNode,
  path: readonly string[],
  change: (field: FieldNode) => FieldNode[],
): SelectionSetNode {
  const [key, ...rest] = path;
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
    const { selectionSet } = selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return [{ ...selection, selectionSet: changed(selection.selectionSet, path, change) }];
    }
    if (keyOf(selection) !== key) return [selection];
    if (rest.length === 0) return change(selection);
    return selectionSet ? [{ ...selection, selectionSet: changed(selectionSet, rest, change) }] : [selection];
  });
  return { ...set, selections };
}

/** The same field with the same arguments has the same key, wherever it is added. */
function underOwnKey(field: FieldNode): FieldNode {
  const { alias: _, ...plain } = field;
  const text = print(plain);
  const value = `__required_${digestOf(text).slice(0, 12)}`;
  return withTypeNames({ ...field, alias: { kind: Kind.NAME, value } });
}

/** What a representation is made of depends on the types of the objects. */
function withTypeNames<Node extends FieldNode | InlineFragmentNode>(node: Node): Node {
  if (!node.selectionSet) return node;
  const selections = node.selectionSet.selections.map((each) =>
    each.kind === Kind.FRAGMENT_SPREAD ? each : withTypeNames(each),
  );
  const typeName: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
  return { ...node, selectionSet: { ...node.selectionSet, selections: [typeName, ...selections] } };
}
