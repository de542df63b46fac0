/** A query plan, prepared once per operation: requests half written, paths and selections read. */

import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { entityWays, type WayFacts } from './entity-ways.ts';
import { askingKeysBack, type KeyChecks } from './fetch/key-check.ts';
import { type Representation, representationOf } from './fetch/representation.ts';
import { rewrittenSelection, type Selection, selectionOf } from './fetch/selection.ts';
import type { Fetch, PlanNode, PlanPath, QueryPlan, Rewrite } from './plan.ts';
import { fetchesOf } from './plan-nodes.ts';
import type { GraphFacts } from './planner.ts';
import type { PossibleTypes } from './possible-types.ts';
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
  readonly ways: readonly Way[];
  readonly collect: ReturnType<Workings['collector']>;
  readonly representation: Representation;
  /** Of the entities. */
  readonly selection: Selection;
  readonly merge: ReturnType<Workings['merger']>;
  readonly outputRewrites: readonly Rewrite[];
  readonly checks: KeyChecks;
}

export interface Way extends WayFacts {
  readonly find: ReturnType<Workings['finder']>;
}

export interface Program {
  /** Of a subscription: the step runs once for each event of this one. */
  readonly source: FetchStep | undefined;
  /** Absent where nothing has to be fetched. */
  readonly step: Step | undefined;
}

export function programOf({ subscription, node }: QueryPlan, graph: GraphFacts, workings: Workings): Program {
  const fetches = [...(subscription ? [subscription] : []), ...(node ? fetchesOf(node) : [])];
  const asked = new Map(fetches.map((fetch) => [fetch, askedBy(fetch, graph.possibleTypes)]));
  const factsOf = entityWays([...asked.values()]);
  const wayOf = (path: PlanPath): Way => ({ ...factsOf(path), find: workings.finder(path, graph.possibleTypes) });
  const fetchStepOf = (fetch: Fetch): FetchStep => {
    const found = asked.get(fetch);
    invariant(found, 'all fetches of a plan are read before');
    return fetchStep(fetch, found, wayOf, graph, workings);
  };
  const stepOf = (each: PlanNode): Step =>
    each.kind === 'Fetch' ? fetchStepOf(each) : { kind: each.kind, steps: each.nodes.map(stepOf) };
  return { source: subscription && fetchStepOf(subscription), step: node && stepOf(node) };
}

function askedBy({ operation, entities = [], outputRewrites = [] }: Fetch, possibleTypes: PossibleTypes) {
  const selection = rewrittenSelection(selectionOf(operation), outputRewrites);
  return {
    selection,
    entities: entities.map((entity) => {
      const { responseKey, outputRewrites: rewrites = [] } = entity;
      const asked = selection.fields.get(responseKey);
      invariant(asked, `the operation of an entity fetch selects ${responseKey}`);
      return {
        ...entity,
        outputRewrites: rewrites,
        representation: representationOf(entity, possibleTypes),
        selection: rewrittenSelection(asked, rewrites),
      };
    }),
  };
}

function fetchStep(
  fetch: Fetch,
  asked: ReturnType<typeof askedBy>,
  wayOf: (path: PlanPath) => Way,
  graph: GraphFacts,
  workings: Workings,
): FetchStep {
  const { subgraph, operation, operationName, operationKind, variables, outputRewrites = [] } = fetch;
  const { selection, entities } = asked;
  const representations = new Map(entities.map((each) => [each.responseKey, each.representation]));
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
    entities:
      fetch.entities &&
      entities.map((each) => ({
        responseKey: each.responseKey,
        variable: each.variable,
        paths: each.paths,
        ways: each.paths.map(wayOf),
        collect: workings.collector(each.representation),
        representation: each.representation,
        selection: each.selection,
        merge: workings.merger(each.selection),
        outputRewrites: each.outputRewrites,
        checks: checked.checks.get(each.responseKey) ?? new Map(),
      })),
  };
}

const headOf = (operation: string): string => `{"query":${JSON.stringify(operation)},"variables":{`;
