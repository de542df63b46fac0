import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { batch } from './batch-fetches.ts';
import { dependsOn } from './fetch-places.ts';
import type { Fetch, PlanNode } from './plan.ts';
import { fetchesOf, replaceFetches } from './plan-nodes.ts';

/** Whether a fetch of entities may ride with a later one of the same subgraph, as far as their places go. */
export type MayRide = (early: Fetch, late: Fetch) => boolean;

/**
 * Fetches of entities ride with a later one that asks the same subgraph, where nothing in between needs what they bring.
 * @returns the same node where there are no such fetches, otherwise one in which some of them are gone.
 */
export function fold(node: PlanNode, mayRide: MayRide): PlanNode {
  const found = findFold(node, mayRide);
  if (!found) return node;
  const { early, late } = found;
  const folded = replaceFetches(node, (fetch) =>
    fetch === late ? batch(late, ...early) : early.includes(fetch) ? undefined : fetch,
  );
  invariant(folded, 'a fetch that takes another along is left');
  return folded;
}

interface Fold {
  readonly early: readonly Fetch[];
  readonly late: Fetch;
}

function findFold(node: PlanNode, mayRide: MayRide): Fold | undefined {
  if (node.kind === 'Fetch') return undefined;
  const canTake = (late: Fetch, early: Fetch): boolean =>
    late !== early && late.subgraph === early.subgraph && mayRide(early, late);
  const found = node.kind === 'Parallel' ? foldAcross(node.nodes, canTake) : foldAlong(node.nodes, canTake);
  if (found) return found;
  for (const child of node.nodes) {
    const inside = findFold(child, mayRide);
    if (inside) return inside;
  }
  return undefined;
}

type CanTake = (late: Fetch, early: Fetch) => boolean;

/** Parallel nodes need nothing of each other, and what comes after them waits for all of them. */
function foldAcross(nodes: readonly PlanNode[], canTake: CanTake): Fold | undefined {
  const all = nodes.flatMap(fetchesOf);
  if (all.some(isMutation)) return undefined;
  for (const first of nodes) {
    if (first.kind !== 'Fetch') continue;
    const late = all.find((fetch) => canTake(fetch, first));
    if (late) return { early: nodes.filter((node) => node.kind === 'Fetch' && canTake(late, node)) as Fetch[], late };
  }
  return undefined;
}

function foldAlong(nodes: readonly PlanNode[], canTake: CanTake): Fold | undefined {
  for (const [at, node] of nodes.entries()) {
    const last = lastFetchesOf(node);
    for (const first of last) {
      for (const [distance, next] of nodes.slice(at + 1).entries()) {
        const late = fetchesOf(next).find((fetch) => canTake(fetch, first));
        if (!late) continue;
        const passed = nodes.slice(at + 1, at + 2 + distance).flatMap(fetchesOf);
        // Behind a mutation, the same entity may be another.
        const mayPass = (early: Fetch): boolean =>
          !passed.some((fetch) => isMutation(fetch) || dependsOn(fetch, early));
        if (!mayPass(first)) break;
        return { early: last.filter((early) => canTake(late, early) && mayPass(early)), late };
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

const isMutation = ({ operationKind }: Fetch): boolean => operationKind === 'mutation';
