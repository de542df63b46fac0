/**
 * Two object types may give one field different types: `total: Int` in one, `total: Int!` in the other. Fields of one
 * response key must not (GraphQL, "Field Selection Merging", SameResponseShape), so a subgraph refuses
 * `{ ...on Order { total } ...on Quote { total } }`. Hive's planner writes that all the same, where the API schema or another
 * subgraph has one type for both. Here the later ones get an alias, and what comes back its own key again.
 */
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from 'graphql';
import { keyOf, operationWithoutSpreads } from '../engine/fetched-fields.ts';
import type { EntityFetch, Fetch, PlanNode, QueryPlan, Rewrite } from '../engine/plan.ts';
import { responseShapes, type ShapesOf } from './response-shapes.ts';
import { type RootTypes, rootTypes } from './root-types.ts';
import type { SubgraphSchema } from './subgraph-schemas.ts';

export function conflictingFields(
  supergraph: DocumentNode,
  schemas: ReadonlyMap<string, SubgraphSchema>,
): (plan: QueryPlan) => QueryPlan {
  const shapes = responseShapes(supergraph, schemas);
  const roots = rootTypes(supergraph);
  return ({ subscription, node }) => ({
    ...(subscription && { subscription: keptApart(subscription, shapes.get(subscription.subgraph), roots) }),
    ...(node && { node: changed(node) }),
  });

  function changed(node: PlanNode): PlanNode {
    if (node.kind === 'Fetch') return keptApart(node, shapes.get(node.subgraph), roots);
    return { kind: node.kind, nodes: node.nodes.map(changed) };
  }
}

function keptApart(fetch: Fetch, shapes: ShapesOf | undefined, roots: RootTypes): Fetch {
  if (!shapes?.mayConflict(fetch.operation)) return fetch;
  const operation = operationWithoutSpreads(fetch.operation);
  if (!operation) return fetch;
  const type = roots[operation.operation];
  const { aliases, rewrites } = conflictsIn([{ type, set: operation.selectionSet }], shapes);
  if (aliases.size === 0) return fetch;
  const selectionSet = withAliases(operation.selectionSet, aliases);
  const text = print({ kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] });
  return { ...withRewrites(fetch, rewrites), operation: stripIgnoredCharacters(text) };
}

interface Conflicts {
  readonly aliases: Map<FieldNode, string>;
  /** The innermost first: the keys above them are still those of the subgraph's answer. */
  readonly rewrites: (Rewrite & { readonly path: string[] })[];
}

interface Typed {
  readonly type: string;
  readonly set: SelectionSetNode;
}

/** @param path the response keys that lead to what `sets` select. */
function conflictsIn(
  sets: readonly Typed[],
  shapes: ShapesOf,
  path: readonly string[] = [],
  found: Conflicts = { aliases: new Map(), rewrites: [] },
): Conflicts {
  for (const [key, byShape] of grouped(sets, shapes)) {
    for (const [nth, fields] of [...byShape.values()].entries()) {
      const alias = nth === 0 ? key : `__c${found.aliases.size}_${key}`;
      if (alias !== key) for (const { field } of fields) found.aliases.set(field, alias);
      const below = fields.flatMap(({ field, type }) => (field.selectionSet ? { type, set: field.selectionSet } : []));
      if (below.length > 0) conflictsIn(below, shapes, [...path, alias], found);
      if (alias !== key) found.rewrites.push({ kind: 'KeyRenamer', path: [...path, alias], key });
    }
  }
  return found;
}

type Grouped = Map<string, Map<string, { readonly field: FieldNode; readonly type: string }[]>>;

/** All fields, also of fragments, by response key and shape, each with the type that it leads to. */
function grouped(sets: readonly Typed[], shapes: ShapesOf, groups: Grouped = new Map()): Grouped {
  for (const { type, set } of sets) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = selection.typeCondition?.name.value ?? type;
        grouped([{ type: inner, set: selection.selectionSet }], shapes, groups);
      }
      if (selection.kind !== Kind.FIELD) continue;
      const { shape, named } = shapes.of(type, selection.name.value);
      const ofKey: ReturnType<Grouped['get']> = groups.get(keyOf(selection)) ?? new Map();
      groups.set(keyOf(selection), ofKey);
      ofKey.set(shape, [...(ofKey.get(shape) ?? []), { field: selection, type: named }]);
    }
  }
  return groups;
}

function withAliases({ kind, selections }: SelectionSetNode, aliases: Conflicts['aliases']): SelectionSetNode {
  const aliased = (node: SelectionNode): SelectionNode => {
    const alias = node.kind === Kind.FIELD ? aliases.get(node) : undefined;
    const named = alias === undefined ? {} : { alias: { kind: Kind.NAME, value: alias } as const };
    if (node.kind === Kind.FRAGMENT_SPREAD || !node.selectionSet) return { ...node, ...named } as SelectionNode;
    return { ...node, ...named, selectionSet: withAliases(node.selectionSet, aliases) } as SelectionNode;
  };
  return { kind, selections: selections.map(aliased) };
}

/** Before those of the planner, which read the keys that it has written. */
function withRewrites(fetch: Fetch, rewrites: Conflicts['rewrites']): Fetch {
  const { entities, outputRewrites = [] } = fetch;
  if (!entities) return { ...fetch, outputRewrites: [...rewrites, ...outputRewrites] };
  const ofEntity = (entity: EntityFetch): EntityFetch => {
    const own = rewrites.flatMap(({ path: [first, ...path], ...rewrite }) =>
      first === entity.responseKey ? { ...rewrite, path } : [],
    ) as Rewrite[];
    return own.length > 0 ? { ...entity, outputRewrites: [...own, ...(entity.outputRewrites ?? [])] } : entity;
  };
  return { ...fetch, entities: entities.map(ofEntity) };
}
