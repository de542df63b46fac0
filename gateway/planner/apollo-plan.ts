/** A plan of Apollo's planner as the engine reads it. */
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Fetch, PlanNode, PlanPath, QueryPlan, Requirement, Rewrite, RewritePath } from '../engine/plan.ts';

/** As `@apollo/query-planner` writes it (QueryPlan.ts there). */
export interface ApolloPlan {
  readonly node?: ApolloNode | ApolloSubscription | undefined;
}

interface ApolloSubscription {
  readonly kind: 'Subscription';
  readonly primary: ApolloFetch;
  readonly rest?: ApolloNode | undefined;
}

type ApolloNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly ApolloNode[] }
  | { readonly kind: 'Flatten'; readonly path: readonly (string | number)[]; readonly node: ApolloNode }
  | { readonly kind: 'Condition' | 'Defer' }
  | ApolloFetch;

interface ApolloFetch {
  readonly kind: 'Fetch';
  readonly serviceName: string;
  readonly operationKind: Fetch['operationKind'];
  readonly operation: string;
  readonly variableUsages?: readonly string[];
  readonly requires?: readonly ApolloSelection[];
  readonly inputRewrites?: readonly ApolloRewrite[];
  readonly outputRewrites?: readonly ApolloRewrite[];
}

type ApolloSelection =
  | { readonly kind: 'Field'; readonly name: string; readonly selections?: readonly ApolloSelection[] }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition?: string;
      readonly selections: readonly ApolloSelection[];
    };

type ApolloRewrite =
  | { readonly kind: 'ValueSetter'; readonly path: readonly string[]; readonly setValueTo: unknown }
  | { readonly kind: 'KeyRenamer'; readonly path: readonly string[]; readonly renameKeyTo: string };

export function planOfApollo({ node }: ApolloPlan): QueryPlan {
  if (!node) return {};
  if (node.kind !== 'Subscription') return { node: nodeOf(node) };
  return { subscription: fetchOf(node.primary), ...(node.rest && { node: nodeOf(node.rest) }) };
}

function nodeOf(node: ApolloNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, nodes: node.nodes.map(nodeOf) };
    case 'Fetch':
      return fetchOf(node);
    case 'Flatten':
      invariant(node.node.kind === 'Fetch', `a ${node.node.kind} is flattened`);
      return fetchOf(node.node, pathOf(node.path));
    default:
      throw new Error(`Operations are planned without @skip, @include and @defer, but the plan has a ${node.kind}.`);
  }
}

function fetchOf(fetch: ApolloFetch, path?: PlanPath): Fetch {
  const request: Fetch = {
    kind: 'Fetch',
    subgraph: fetch.serviceName,
    operationKind: fetch.operationKind,
    operation: fetch.operation,
    variables: fetch.variableUsages ?? [],
  };
  const outputRewrites = fetch.outputRewrites?.length ? { outputRewrites: fetch.outputRewrites.map(rewrite) } : {};
  if (!path) return { ...request, ...outputRewrites };
  const entity = {
    responseKey: '_entities',
    variable: 'representations',
    paths: [path],
    requires: requirements(fetch.requires),
    ...(fetch.inputRewrites?.length && { inputRewrites: fetch.inputRewrites.map(rewrite) }),
    ...outputRewrites,
  };
  return { ...request, entities: [entity] };
}

const pathOf = (path: readonly (string | number)[]): PlanPath =>
  path.map((segment) => {
    invariant(typeof segment === 'string', 'a plan names an element of a list');
    return typeOf(segment) ?? segment;
  });

const requirements = (selections: readonly ApolloSelection[] = []): Requirement[] =>
  selections.flatMap((selection) => {
    if (selection.kind === 'Field') {
      const { kind, name, selections: own } = selection;
      return { kind, name, ...(own?.length && { selections: requirements(own) }) };
    }
    const { kind, typeCondition, selections: own } = selection;
    return typeCondition ? { kind, typeCondition, selections: requirements(own) } : requirements(own);
  });

function rewrite(given: ApolloRewrite): Rewrite {
  const path: RewritePath = given.path.map((segment) => typeOf(segment) ?? segment);
  return given.kind === 'KeyRenamer'
    ? { kind: given.kind, path, key: given.renameKeyTo }
    : { kind: given.kind, path, value: given.setValueTo };
}

/** `... on Book` in a path. */
function typeOf(segment: string): { types: string[] } | undefined {
  return segment.startsWith('... on ') ? { types: [segment.slice('... on '.length)] } : undefined;
}
