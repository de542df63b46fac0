/**
 * The plan of a plain operation, without a search: each field is answered where its object comes from, or else by the one
 * subgraph that can, if the object's own subgraph has a key for it. So it is in a mesh in which every field has one owner.
 * Where anything is less simple (abstract types, `@requires`, `@provides`, labels, a choice of subgraphs), there is no plan
 * here, and a library that searches is asked.
 *
 * Operations are as engine/operation/planned-operation.ts writes them: no two fields of a selection have one response key, and
 * no alias is the name of another field.
 */
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { keyOf } from '../engine/fetched-fields.ts';
import { listIn } from '../engine/list-in.ts';
import type { EntityFetch, Fetch, PlanNode, PlanPath, QueryPlan } from '../engine/plan.ts';
import { simplify } from '../engine/plan-nodes.ts';
import { type PlainField, type PlainGraph, plainGraph } from './plain-graph.ts';
import { rootTypes } from './root-types.ts';
import type { SubgraphSchema } from './subgraph-schemas.ts';

/**
 * @param supergraph as planners are shown it: keys that it leaves out are not used
 * @returns a function that gives the plan of an operation, or nothing where that is not plain
 */
export function plainPlans(
  supergraph: DocumentNode,
  schemas: ReadonlyMap<string, SubgraphSchema>,
): (operation: string) => QueryPlan | undefined {
  const graph = plainGraph(supergraph, schemas);
  const roots = rootTypes(supergraph);
  return (text) => {
    const [operation, ...fragments] = parse(text, { noLocation: true }).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION || fragments.length > 0) return undefined;
    const node = planOf(operation, roots[operation.operation], graph);
    return node && { node };
  };
}

function planOf(operation: OperationDefinitionNode, type: string, graph: PlainGraph): PlanNode | undefined {
  const { operation: operationKind, selectionSet, variableDefinitions = [] } = operation;
  if (operationKind === 'subscription') return undefined;
  const variables = new Map(variableDefinitions.map((node) => [node.variable.name.value, print(node)]));
  const bySubgraph = new Map<string, SelectionNode[]>();
  for (const node of selectionSet.selections) {
    const field = node.kind === Kind.FIELD ? graph.fields.get(`${type}.${node.name.value}`) : undefined;
    const home = field && homeOf(field);
    if (home === undefined) return undefined;
    listIn(bySubgraph, home).push(node);
  }
  // What is to happen in order is not taken apart.
  if (operationKind === 'mutation' && bySubgraph.size > 1) return undefined;
  const nodes: PlanNode[] = [];
  for (const [subgraph, selections] of bySubgraph) {
    const selected = select(selections, { type, subgraph, path: [] }, { graph, variables });
    if (!selected) return undefined;
    const text = `${operationKind}${declared(selected.variables, variables)}${selected.text}`;
    nodes.push(inOrder(fetchOf(subgraph, operationKind, text, selected), selected));
  }
  return simplify({ kind: 'Parallel', nodes });
}

/** Where objects of one type come from, and where they are in the answer. */
interface Place {
  readonly type: string;
  readonly subgraph: string;
  readonly path: PlanPath;
}

interface Planned {
  readonly graph: PlainGraph;
  /** Definitions of the operation's variables. */
  readonly variables: ReadonlyMap<string, string>;
}

/** A selection set for one subgraph. */
interface Selected {
  readonly text: string;
  /** Names of those that it uses. */
  readonly variables: ReadonlySet<string>;
  /** What is fetched when that is there. */
  readonly later: readonly PlanNode[];
}

/** What the place's own subgraph gives of a selection, and the fetches of the rest. */
function select(selections: readonly SelectionNode[], place: Place, planned: Planned): Selected | undefined {
  const { type, subgraph, path } = place;
  const { graph } = planned;
  const here = new Map<string, string>();
  const variables = new Set<string>();
  const later: PlanNode[] = [];
  const elsewhere = new Map<string, FieldNode[]>();
  for (const node of selections) {
    if (node.kind !== Kind.FIELD) return undefined;
    if (node.name.value === '__typename') {
      here.set(keyOf(node), print(node));
      continue;
    }
    const field = graph.fields.get(`${type}.${node.name.value}`);
    const home = field && homeOf(field, subgraph);
    if (!field || home === undefined) return undefined;
    if (home !== subgraph) {
      listIn(elsewhere, home).push(node);
      continue;
    }
    const { selectionSet, ...own } = node;
    const inside = { type: field.type, subgraph, path: [...path, keyOf(node), ...field.lists] };
    const below = selectionSet ? select(selectionSet.selections, inside, planned) : leaf;
    // Another subgraph that has the object, too, may have the rest of it at hand.
    if (!below || (field.homes.size > 1 && below.later.length > 0)) return undefined;
    here.set(keyOf(node), `${print(own)}${below.text}`);
    for (const name of [...variablesIn(own), ...below.variables]) variables.add(name);
    later.push(...below.later);
  }
  for (const [home, nodes] of elsewhere) {
    const isHere = (name: string): boolean => graph.fields.get(`${type}.${name}`)?.homes.has(subgraph) ?? false;
    const key = graph.keysOf(type, home).find((names) => names.every(isHere));
    const entity = key && select(nodes, { ...place, subgraph: home }, planned);
    if (!entity) return undefined;
    for (const name of key) here.set(name, name);
    later.push(inOrder(entityFetch({ ...place, subgraph: home }, key, entity, planned), entity));
  }
  // Who is to be found elsewhere says its type first.
  const all = elsewhere.size > 0 ? new Map([['__typename', '__typename'], ...here]) : here;
  return { text: `{${[...all.values()].join(' ')}}`, variables, later };
}

/** The subgraph itself where it can, or else the only one. */
function homeOf({ homes }: PlainField, subgraph?: string): string | undefined {
  if (subgraph !== undefined && homes.has(subgraph)) return subgraph;
  const [only, ...others] = homes;
  return others.length > 0 ? undefined : only;
}

function entityFetch(
  { type, subgraph, path }: Place,
  key: readonly string[],
  selected: Selected,
  planned: Planned,
): Fetch {
  const head = declared(selected.variables, planned.variables, '$representations: [_Any!]!');
  const text = `query${head}{_entities(representations: $representations){... on ${type}${selected.text}}}`;
  const selections = ['__typename', ...key].map((name) => ({ kind: 'Field', name }) as const);
  const entity: EntityFetch = {
    responseKey: '_entities',
    variable: 'representations',
    paths: [path],
    requires: [{ kind: 'InlineFragment', typeCondition: type, selections }],
  };
  return { ...fetchOf(subgraph, 'query', text, selected), entities: [entity] };
}

const fetchOf = (
  subgraph: string,
  operationKind: Fetch['operationKind'],
  operation: string,
  { variables }: Selected,
): Fetch => ({
  ...{ kind: 'Fetch', subgraph, operationKind, variables: [...variables] },
  operation: stripIgnoredCharacters(operation),
});

const inOrder = (fetch: Fetch, { later }: Selected): PlanNode => ({
  kind: 'Sequence',
  nodes: [fetch, { kind: 'Parallel', nodes: later }],
});

function declared(used: ReadonlySet<string>, definitions: Planned['variables'], ...more: string[]): string {
  const all = [...more, ...[...used].flatMap((name) => definitions.get(name) ?? [])];
  return all.length > 0 ? `(${all.join(', ')})` : '';
}

function variablesIn(node: FieldNode): string[] {
  const names: string[] = [];
  if (node.arguments?.length) visit(node, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}

const leaf: Selected = { text: '', variables: new Set(), later: [] };
