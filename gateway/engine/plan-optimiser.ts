/**
 * Fewer requests for the same fields. Planners decide which subgraph is asked for what; this decides only which of those
 * fetches share a request, and never makes an answer wait for what it did not have to wait for anyway.
 *
 *   Parallel { stock at members.item  stock at best.item }        one request for both places (merge-fetches.ts)
 *   Parallel { stock at item  Sequence { shop at item  stock at item } }   the first rides with the last (fold-fetches.ts)
 *
 * What each request fetches for which places stays apart in it, so that one that fails takes nothing else with it.
 */
import { isAtPlacesOf } from './fetch-places.ts';
import { fold, type MayRide } from './fold-fetches.ts';
import { mergeFetches } from './merge-fetches.ts';
import type { PlanNode, QueryPlan } from './plan.ts';
import { simplify } from './plan-nodes.ts';

/** Nothing waits longer than it did: also not what an answer in parts needs for its first part. */
export function optimisePlan(plan: QueryPlan): QueryPlan {
  const { node, ...rest } = plan;
  const simple = node && simplify(node);
  return simple ? { ...rest, node: fewerFetches(simple, isAtPlacesOf) } : rest;
}

/**
 * For an answer that is given whole, and so is there when the last fetch is: what nothing waits for rides with a later
 * request to its subgraph, wherever in the answer that one fetches.
 */
export function optimiseForWhole(plan: QueryPlan): QueryPlan {
  const { node, ...rest } = plan;
  return node ? { ...rest, node: fewerFetches(node, areEntities) } : rest;
}

function fewerFetches(node: PlanNode, mayRide: MayRide): PlanNode {
  const merged = mergeFetches(node);
  const folded = fold(merged, mayRide);
  return folded === merged ? merged : fewerFetches(folded, mayRide);
}

const areEntities: MayRide = (early, late) => early.entities !== undefined && late.entities !== undefined;
