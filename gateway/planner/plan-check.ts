/**
 * A plan is run before it is used, on types instead of data: each subgraph is asked only for what it resolves, what a
 * fetch sends has been fetched before, and in the end everything that the operation selects is there. Planners make plans
 * for which that is not so; the consumer would get an error, or a wrong value of a field that requires something.
 */
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { keyOf, operationWithoutSpreads, selectionIn, selectionOf } from '../engine/fetched-fields.ts';
import type { Fetch, PlanNode, PlanPath, QueryPlan, Rewrite, RewritePath } from '../engine/plan.ts';
import { isOf, type PossibleTypes } from '../engine/possible-types.ts';
import {
  type Answer,
  answerInto,
  type Branch,
  type Fetched,
  type FieldRequirement,
  type Fields,
  isThereFor,
  type Place,
  requirementsOf,
} from './answered-types.ts';
import { linkedFeatures } from './linked-features.ts';
import { type RootTypes, rootTypes } from './root-types.ts';
import { type SubgraphSchema, schemasByField } from './subgraph-schemas.ts';

/** @returns a function that gives the plan back, or throws an Error that says what is wrong with it. */
export function planCheck(
  supergraph: DocumentNode,
  schemas: ReadonlyMap<string, SubgraphSchema>,
  possibleTypes: PossibleTypes,
): (operation: string, plan: QueryPlan) => QueryPlan {
  // Older supergraphs do not say which subgraph has which members.
  const isComplete = supergraph.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'join__unionMember',
  );
  if (!isComplete) return (_, plan) => plan;
  const graph: CheckedGraph = {
    roots: rootTypes(supergraph),
    schemas,
    schemasWith: schemasByField(schemas.values()),
    possibleTypes,
    hiddenTypes: hiddenTypes(supergraph),
  };
  return (operation, plan) => {
    const asked = operationWithoutSpreads(operation);
    invariant(asked, 'what is planned is an operation');
    const root: Place = new Map([[graph.roots[asked.operation], new Map()]]);
    if (plan.subscription) fetchInto(root, plan.subscription, graph, undefined);
    if (plan.node) runOn(root, plan.node, graph, undefined);
    expectAll(asked.selectionSet, root, graph, []);
    return plan;
  };
}

interface CheckedGraph {
  readonly roots: RootTypes;
  readonly schemas: ReadonlyMap<string, SubgraphSchema>;
  readonly schemasWith: Answer['schemasWith'];
  readonly possibleTypes: PossibleTypes;
  /** Consumers do not see them. */
  readonly hiddenTypes: ReadonlySet<string>;
}

function hiddenTypes(supergraph: DocumentNode): Set<string> {
  const { inaccessible } = linkedFeatures(supergraph);
  const hidden = supergraph.definitions.filter(
    (node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.directives?.some(({ name }) => inaccessible.has(name.value)),
  );
  return new Set(hidden.flatMap((node) => ('name' in node && node.name ? node.name.value : [])));
}

function runOn(root: Place, node: PlanNode, graph: CheckedGraph, branch: Branch | undefined): void {
  if (node.kind === 'Fetch') fetchInto(root, node, graph, branch);
  else {
    for (const [nth, each] of node.nodes.entries()) {
      runOn(root, each, graph, node.kind === 'Parallel' ? { parallel: node, nth, above: branch } : branch);
    }
  }
}

function fetchInto(root: Place, fetch: Fetch, graph: CheckedGraph, branch: Branch | undefined): void {
  const schema = graph.schemas.get(fetch.subgraph);
  if (!schema) throw new Error(`There is no subgraph ${fetch.subgraph}.`);
  const answer: Answer = { ...graph, subgraph: fetch.subgraph, schema, branch };
  const all = selectionOf(fetch);
  if (!fetch.entities) {
    for (const [type, fields] of root) {
      if (all) answerInto(fields, type, all, answer);
      renameIn(fields, type, fetch.outputRewrites, graph);
    }
  }
  for (const entity of fetch.entities ?? []) {
    const set = selectionIn(all, entity);
    const objects = entity.paths.flatMap((path) => placesAt(root, path, answer)).flatMap((place) => [...place]);
    for (const [type, fields] of objects) {
      const sent = requirementsOf(entity.requires, type, graph.possibleTypes);
      // What does not say its type is not represented: paths may lead to more than a fetch is about.
      if (!fetchedAt(fields, '__typename', branch) || sent.length === 0 || !set || !isThere(type, schema)) continue;
      for (const requirement of sent) expectSent(requirement, fields, answer);
      answerInto(fields, type, set, { ...answer, sent });
      renameIn(fields, type, entity.outputRewrites, graph);
    }
  }
}

/** What of these has been fetched when those in the branch run. */
function fetchedAt(fields: Fields, key: string, branch: Branch | undefined): Fetched | undefined {
  const fetched = fields.get(key);
  return fetched && isThereFor(branch, fetched) ? fetched : undefined;
}

const isThere = (type: string, { possibleTypes }: SubgraphSchema): boolean => {
  for (const types of possibleTypes.values()) if (types.has(type)) return true;
  return false;
};

function placesAt(place: Place, [segment, ...rest]: PlanPath, answer: Answer): Place[] {
  if (segment === undefined) return [place];
  if (segment === '@') return placesAt(place, rest, answer);
  if (typeof segment === 'string') {
    return [...place.values()].flatMap((fields) => {
      const below = fetchedAt(fields, segment, answer.branch)?.below;
      return below ? placesAt(below, rest, answer) : [];
    });
  }
  const ofTypes = [...place].filter(([type]) => segment.types.some((name) => isOf(type, name, answer.possibleTypes)));
  return placesAt(new Map(ofTypes), rest, answer);
}

function expectSent({ name, selections }: FieldRequirement, fields: Fields, answer: Answer): void {
  if (name === '__typename') return;
  const fetched = fetchedAt(fields, name, answer.branch);
  if (!fetched) throw new Error(`Nobody fetches \`${name}\` before ${answer.subgraph} is sent it.`);
  for (const [type, inner] of fetched.below ?? []) {
    for (const each of requirementsOf(selections ?? [], type, answer.possibleTypes)) expectSent(each, inner, answer);
  }
}

function renameIn(fields: Fields, type: string, rewrites: readonly Rewrite[] = [], graph: CheckedGraph): void {
  for (const rewrite of rewrites)
    if (rewrite.kind === 'KeyRenamer') rename(fields, type, rewrite.path, rewrite.key, graph);
}

function rename(fields: Fields, type: string, path: RewritePath, key: string, graph: CheckedGraph): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (typeof first !== 'string') {
    if (first.types.some((name) => isOf(type, name, graph.possibleTypes))) rename(fields, type, rest, key, graph);
    return;
  }
  const fetched = fields.get(first);
  if (rest.length > 0) {
    for (const [inner, below] of fetched?.below ?? []) rename(below, inner, rest, key, graph);
  } else if (fetched) {
    fields.set(key, fetched);
    fields.delete(first);
  }
}

function expectAll(set: SelectionSetNode, place: Place, graph: CheckedGraph, path: readonly string[]): void {
  for (const [type, fields] of place) {
    if (!graph.hiddenTypes.has(type)) expectFields(set, type, fields, graph, path);
  }
}

function expectFields(
  set: SelectionSetNode,
  type: string,
  fields: Fields,
  graph: CheckedGraph,
  path: readonly string[],
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const applies = isOf(type, selection.typeCondition?.name.value ?? type, graph.possibleTypes);
      if (applies) expectFields(selection.selectionSet, type, fields, graph, path);
    }
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') continue;
    const here = [...path, keyOf(selection)];
    if (!fields.has(keyOf(selection))) throw new Error(`Nobody fetches \`${here.join('.')}\` of ${type}.`);
    const below = fields.get(keyOf(selection))?.below;
    if (selection.selectionSet && below) expectAll(selection.selectionSet, below, graph, here);
  }
}
