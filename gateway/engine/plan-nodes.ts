import type { Fetch, PlanNode } from './plan.ts';

/** Sequences in sequences, and parallels in parallels, become one; empty ones go. */
export function simplify(node: PlanNode): PlanNode | undefined {
  if (node.kind === 'Fetch') return node;
  const nodes = node.nodes.flatMap((child) => {
    const simple = simplify(child);
    if (!simple) return [];
    return simple.kind === node.kind ? simple.nodes : simple;
  });
  return nodes.length > 1 ? { kind: node.kind, nodes } : nodes[0];
}

/** In the order of the plan. */
export const fetchesOf = (node: PlanNode): readonly Fetch[] =>
  node.kind === 'Fetch' ? [node] : node.nodes.flatMap(fetchesOf);

/** Each fetch as `replace` gives it back; without it where it is undefined. */
export function replaceFetches(node: PlanNode, replace: (fetch: Fetch) => Fetch | undefined): PlanNode | undefined {
  if (node.kind === 'Fetch') return replace(node);
  return simplify({ kind: node.kind, nodes: node.nodes.flatMap((child) => replaceFetches(child, replace) ?? []) });
}
