/** A plan of Hive's planner as the engine reads it. */
import type * as Hive from '@graphql-hive/router-query-planner';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { EntityFetch, Fetch, PlanNode, PlanPath, QueryPlan, Requirement, Rewrite } from '../engine/plan.ts';
import { unmarked } from './interface-objects-last.ts';

export function planOfHive({ node }: Hive.QueryPlan): QueryPlan {
  if (!node) return {};
  const [first, ...rest] = node.kind === 'Sequence' ? node.nodes : [node];
  if (first?.kind !== 'Subscription') return { node: nodeOf(node) };
  const subscription = rootFetch(first.primary);
  return rest.length === 0 ? { subscription } : { subscription, node: { kind: 'Sequence', nodes: rest.map(nodeOf) } };
}

function nodeOf(node: Hive.PlanNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, nodes: node.nodes.map(nodeOf) };
    case 'Fetch':
      return rootFetch(node);
    case 'Flatten':
      invariant(node.node.kind === 'Fetch', `a ${node.node.kind} is flattened`);
      return entityFetch(node.node, node.path);
    case 'BatchFetch':
      return { ...request(node), entities: node.entityBatch.aliases.map(batchedEntities) };
    default:
      throw new Error(`Operations are planned without @skip, @include and @defer, but the plan has a ${node.kind}.`);
  }
}

const rootFetch = (fetch: Hive.FetchNode): Fetch => ({ ...request(fetch), ...outputRewrites(fetch) });

function entityFetch(fetch: Hive.FetchNode, path: readonly Hive.FlattenNodePathSegment[]): Fetch {
  const entity: EntityFetch = {
    responseKey: '_entities',
    variable: 'representations',
    paths: [pathOf(path)],
    requires: (fetch.requires ?? []).map(requirement),
    ...inputRewrites(fetch),
    ...outputRewrites(fetch),
  };
  return { ...request(fetch), entities: [entity] };
}

const batchedEntities = (batched: Hive.EntityBatchAlias): EntityFetch => ({
  responseKey: batched.alias,
  variable: batched.representationsVariableName,
  paths: batched.paths.map(pathOf),
  requires: batched.requires.map(requirement),
  ...inputRewrites(batched),
  ...outputRewrites(batched),
});

const request = (fetch: Hive.FetchNode | Hive.BatchFetchNode): Fetch => ({
  kind: 'Fetch',
  subgraph: unmarked(fetch.serviceName),
  operationKind: fetch.operationKind ?? 'query',
  ...(fetch.operationName && { operationName: fetch.operationName }),
  operation: fetch.operation,
  variables: fetch.variableUsages ?? [],
});

const pathOf = (path: readonly Hive.FlattenNodePathSegment[]): PlanPath =>
  path.map((segment) => {
    if (segment === '@') return segment;
    return 'Field' in segment ? segment.Field : { types: segment.TypeCondition };
  });

/** `name` is where the value is in the answer so far, `alias` what the subgraph knows it by. */
function requirement(selection: Hive.RequiresSelection): Requirement {
  invariant(selection.kind !== 'FragmentSpread', 'a requirement spreads a fragment');
  if (selection.kind === 'InlineFragment') {
    const { kind, typeCondition, selections } = selection;
    return { kind, typeCondition, selections: selections.map(requirement) };
  }
  const { kind, name, alias, selections } = selection;
  return {
    kind,
    name,
    ...(alias && { alias }),
    ...(selections?.length && { selections: selections.map(requirement) }),
  };
}

type Rewritten = Pick<Hive.FetchNode, 'inputRewrites' | 'outputRewrites'>;

const inputRewrites = ({ inputRewrites: given }: Rewritten): { inputRewrites?: Rewrite[] } =>
  given?.length ? { inputRewrites: given.map(rewrite) } : {};

const outputRewrites = ({ outputRewrites: given }: Rewritten): { outputRewrites?: Rewrite[] } =>
  given?.length ? { outputRewrites: given.map(rewrite) } : {};

function rewrite(given: Hive.InputRewrite): Rewrite {
  if ('KeyRenamer' in given) {
    const { path, renameKeyTo } = given.KeyRenamer;
    return { kind: 'KeyRenamer', path: path.map(rewriteSegment), key: renameKeyTo };
  }
  const { path, setValueTo } = 'ValueSetter' in given ? given.ValueSetter : given;
  return { kind: 'ValueSetter', path: path.map(rewriteSegment), value: setValueTo };
}

const rewriteSegment = (segment: Hive.FetchNodePathSegment): string | { types: readonly string[] } =>
  'Key' in segment ? segment.Key : { types: segment.TypenameEquals };
