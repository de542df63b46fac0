import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { batch } from './batch-fetches.ts';
import { dependsOn, isAtPlacesOf } from './fetch-places.ts';
import type { Fetch, PlanNode } from './plan.ts';
import { fetchesOf, replaceFetches } from './plan-nodes.ts';

/**
 * A fetch of entities rides with a later one that asks the same subgraph at the same places, where nothing in between
 * needs what it brings. @returns the same node where there is no such fetch, otherwise one with one request less.
 */
export function fold(node: PlanNode): PlanNode {
  const found = findFold(node);
  if (!found) return node;
  const { early, late } = found;
  const folded = replaceFetches(node, (fetch) =>
    fetch === late ? batch(late, early) : fetch === early ? undefined : fetch,
  );
  invariant(folded, 'a fetch that takes another along is left');
  return folded;
}

interface Fold {
  readonly early: Fetch;
  readonly late: Fetch;
}

function findFold(node: PlanNode): Fold | undefined {
  if (node.kind === 'Fetch') return undefined;
  const found = node.kind === 'Parallel' ? foldAcross(node.nodes) : foldAlong(node.nodes);
  if (found) return found;
  for (const child of node.nodes) {
    const inside = findFold(child);
    if (inside) return inside;
  }
  return undefined;
}

/** Parallel nodes need nothing of each other, and what comes after them waits for all of them. */
function foldAcross(nodes: readonly PlanNode[]): Fold | undefined {
  for (const early of nodes) {
    if (early.kind !== 'Fetch') continue;
    const others = nodes.filter((other) => other !== early).flatMap(fetchesOf);
    const late = others.some(isMutation) ? undefined : others.find((other) => canTake(other, early));
    if (late) return { early, late };
  }
  return undefined;
}

function foldAlong(nodes: readonly PlanNode[]): Fold | undefined {
  for (const [at, node] of nodes.entries()) {
    for (const early of lastFetchesOf(node)) {
      for (const [distance, next] of nodes.slice(at + 1).entries()) {
        const late = fetchesOf(next).find((fetch) => canTake(fetch, early));
        if (!late) continue;
        const passed = nodes.slice(at + 1, at + 2 + distance).flatMap(fetchesOf);
        // Behind a mutation, the same entity may be another.
        if (passed.some((fetch) => isMutation(fetch) || dependsOn(fetch, early))) break;
        return { early, late };
      }
    }
  }
  return undefined;
}

/** Those that nothing inside of the node waits for. */
function lastFetchesOf(node: PlanNode): readonly Fetch[] {
  if (node.kind === 'Fetch') return [node];
  return node.kind === 'Parallel' ? node.nodes.flatMap(lastFetchesOf) : node.nodes.slice(-1).flatMap(lastFetchesOf);
}

const canTake = (late: Fetch, early: Fetch): boolean =>
  late !== early && late.subgraph === early.subgraph && isAtPlacesOf(early, late);

const isMutation = ({ operationKind }: Fetch): boolean => operationKind === 'mutation';
