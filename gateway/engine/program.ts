/** A query plan, prepared once per operation: requests half written, paths and selections read. */

import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { askingKeysBack, type KeyChecks } from './fetch/key-check.ts';
import { type Representation, representationOf } from './fetch/representation.ts';
import { rewrittenSelection, type Selection, selectionOf } from './fetch/selection.ts';
import type { EntityFetch, Fetch, PlanNode, PlanPath, QueryPlan, Rewrite } from './plan.ts';
import type { GraphFacts } from './planner.ts';
import type { Workings } from './workings.ts';

export type Step =
  | { readonly kind: 'Sequence'; readonly steps: readonly Step[] }
  | { readonly kind: 'Parallel'; readonly steps: readonly Step[] }
  | FetchStep;

export interface FetchStep {
  readonly kind: 'Fetch';
  readonly subgraph: { readonly name: string; readonly url: string };
  readonly operationKind: Fetch['operationKind'];
  /** The body up to the first variable, and from the last one on. */
  readonly head: string;
  /** The same for an operation that asks the keys of the entities back, where that can be done. */
  readonly checkedHead: string | undefined;
  readonly tail: string;
  /** Variables of the consumer that it sends, by their names in the planned operation. */
  readonly variables: readonly string[];
  /** Of the root fields. */
  readonly selection: Selection;
  readonly merge: ReturnType<Workings['merger']>;
  readonly outputRewrites: readonly Rewrite[];
  readonly entities: readonly EntityStep[] | undefined;
}

export interface EntityStep {
  readonly responseKey: string;
  readonly variable: string;
  readonly paths: readonly PlanPath[];
  /** One for each path. */
  readonly find: readonly ReturnType<Workings['finder']>[];
  readonly collect: ReturnType<Workings['collector']>;
  readonly representation: Representation;
  /** Of the entities. */
  readonly selection: Selection;
  readonly merge: ReturnType<Workings['merger']>;
  readonly outputRewrites: readonly Rewrite[];
  readonly checks: KeyChecks;
}

export function programOf({ node }: QueryPlan, graph: GraphFacts, workings: Workings): Step | undefined {
  return node && stepOf(node, graph, workings);
}

/** Of a subscription: its program runs once for each event of this one. */
export function sourceOf({ subscription }: QueryPlan, graph: GraphFacts, workings: Workings): FetchStep | undefined {
  return subscription && fetchStep(subscription, graph, workings);
}

function stepOf(node: PlanNode, graph: GraphFacts, workings: Workings): Step {
  if (node.kind !== 'Fetch') return { kind: node.kind, steps: node.nodes.map((each) => stepOf(each, graph, workings)) };
  return fetchStep(node, graph, workings);
}

function fetchStep(fetch: Fetch, graph: GraphFacts, workings: Workings): FetchStep {
  const { subgraph, operation, operationName, operationKind, variables, entities = [], outputRewrites = [] } = fetch;
  const selection = rewrittenSelection(selectionOf(operation), outputRewrites);
  const representations = new Map(
    entities.map((each) => [each.responseKey, representationOf(each, graph.possibleTypes)]),
  );
  const checked = askingKeysBack(fetch, representations, graph.keys, graph.possibleTypes);
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return {
    kind: 'Fetch',
    subgraph: { name: subgraph, url: graph.urls.get(subgraph) ?? '' },
    operationKind,
    head: headOf(operation),
    checkedHead: checked.operation === operation ? undefined : headOf(checked.operation),
    tail: `}${name}}`,
    variables,
    selection,
    merge: workings.merger(selection),
    outputRewrites,
    entities: fetch.entities?.map((each) => {
      const representation = representations.get(each.responseKey) ?? new Map();
      const checks = checked.checks.get(each.responseKey) ?? new Map();
      return entityStep(each, representation, checks, selection, graph, workings);
    }),
  };
}

const headOf = (operation: string): string => `{"query":${JSON.stringify(operation)},"variables":{`;

function entityStep(
  { responseKey, variable, paths, outputRewrites = [] }: EntityFetch,
  representation: Representation,
  checks: KeyChecks,
  root: Selection,
  graph: GraphFacts,
  workings: Workings,
): EntityStep {
  const asked = root.fields.get(responseKey);
  invariant(asked, `the operation of an entity fetch selects ${responseKey}`);
  const selection = rewrittenSelection(asked, outputRewrites);
  return {
    responseKey,
    variable,
    paths,
    find: paths.map((path) => workings.finder(path, graph.possibleTypes)),
    collect: workings.collector(representation),
    representation,
    selection,
    merge: workings.merger(selection),
    outputRewrites,
    checks,
  };
}
