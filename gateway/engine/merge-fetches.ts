import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Fetch, PlanNode, PlanPath } from './plan.ts';
import { simplify } from './plan-nodes.ts';

/**
 * The same fetch at several places of one Parallel becomes one fetch with several paths. Where it is the first step of
 * sequences, their other steps become parallel to each other behind it.
 */
export function mergeFetches(node: PlanNode): PlanNode {
  if (node.kind === 'Fetch') return node;
  if (node.kind === 'Sequence') return simplified({ kind: 'Sequence', nodes: node.nodes.map(mergeFetches) });
  const groups = new Map<unknown, PlanNode[]>();
  for (const child of node.nodes) {
    const first = child.kind === 'Sequence' ? child.nodes[0] : child;
    const key = first?.kind === 'Fetch' && first.entities ? withoutPaths(first) : child;
    groups.set(key, [...(groups.get(key) ?? []), child]);
  }
  const nodes = [...groups.values()].map((group) => (group.length > 1 ? mergeGroup(group) : group.map(mergeFetches)));
  return simplified({ kind: 'Parallel', nodes: nodes.flat() });
}

/** Children of a Parallel that begin with the same fetch. */
function mergeGroup(group: readonly PlanNode[]): PlanNode {
  const firsts = group.map((child) => (child.kind === 'Sequence' ? child.nodes[0] : child));
  const rests = group.flatMap((child): PlanNode[] =>
    child.kind === 'Sequence' ? [{ kind: 'Sequence', nodes: child.nodes.slice(1) }] : [],
  );
  const first = firsts.filter((node): node is Fetch => node?.kind === 'Fetch').reduce(withPathsOf);
  const rest = simplify({ kind: 'Parallel', nodes: rests });
  return rest ? simplified({ kind: 'Sequence', nodes: [first, mergeFetches(rest)] }) : first;
}

const withoutPaths = (fetch: Fetch): string =>
  JSON.stringify({ ...fetch, entities: fetch.entities?.map((entity) => ({ ...entity, paths: [] })) });

function withPathsOf(fetch: Fetch, other: Fetch): Fetch {
  const entities = fetch.entities?.map((entity, at) => {
    const paths = new Map<string, PlanPath>();
    for (const path of [...entity.paths, ...(other.entities?.[at]?.paths ?? [])]) paths.set(JSON.stringify(path), path);
    return { ...entity, paths: [...paths.values()] };
  });
  return { ...fetch, ...(entities && { entities }) };
}

function simplified(node: PlanNode): PlanNode {
  const simple = simplify(node);
  invariant(simple, 'fetches are merged, not removed');
  return simple;
}
