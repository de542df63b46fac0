/** What a fetch asks for, as a tree of response keys: only keys that were asked for are ever read from an answer. */
import { type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Rewrite } from '../plan.ts';

export interface Selection {
  /** By response key. Leaves have no selection below. */
  readonly fields: ReadonlyMap<string, Selection | undefined>;
}

interface Growing {
  readonly fields: Map<string, Growing | undefined>;
}

/** Of the operation that a subgraph is sent. What is asked for different types of one object is in one tree. */
export function selectionOf(operation: string): Selection {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const found = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  invariant(found, 'a fetch has an operation');
  const root: Growing = { fields: new Map() };
  add(root, found.selectionSet, fragments);
  return root;
}

function add(to: Growing, set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const below = to.fields.get(key) ?? (selection.selectionSet && { fields: new Map() });
      to.fields.set(key, below);
      if (below && selection.selectionSet) add(below, selection.selectionSet, fragments);
    } else {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      invariant(fragment, 'a fragment that is spread is defined');
      add(to, fragment.selectionSet, fragments);
    }
  }
}

/** The same under the keys that `rewriteOutput` gives: what the rest of the plan finds. */
export function rewrittenSelection(selection: Selection, rewrites: readonly Rewrite[]): Selection {
  return rewrites.reduce((before, rewrite) => {
    const keys = rewrite.path.filter((segment) => typeof segment === 'string');
    return rewrite.kind === 'KeyRenamer' ? renamed(before, keys, rewrite.key) : before;
  }, selection);
}

function renamed({ fields }: Selection, [first = '', ...rest]: readonly string[], key: string): Selection {
  if (!fields.has(first)) return { fields };
  const below = fields.get(first);
  const changed = new Map(fields);
  if (rest.length > 0) return { fields: changed.set(first, below && renamed(below, rest, key)) };
  // What has the key already is of another type, or the other part of the same field.
  changed.delete(first);
  const before = fields.get(key);
  return { fields: changed.set(key, before && below ? joined(before, below) : (before ?? below)) };
}

function joined(one: Selection, other: Selection): Selection {
  const fields = new Map(one.fields);
  for (const [key, below] of other.fields) {
    const before = fields.get(key);
    fields.set(key, before && below ? joined(before, below) : (before ?? below));
  }
  return { fields };
}
