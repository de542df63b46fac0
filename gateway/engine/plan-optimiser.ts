/**
 * Fewer requests for the same fields. Planners decide which subgraph is asked for what; this decides only which of those
 * fetches share a request, and never makes one wait for what it did not have to wait for anyway.
 *
 *   Parallel { stock at members.item  stock at best.item }        one request for both places (merge-fetches.ts)
 *   Parallel { stock at item  Sequence { shop at item  stock at item } }   the first rides with the last (fold-fetches.ts)
 *
 * What each request fetches for which places stays apart in it, so that one that fails takes nothing else with it.
 */
import { fold } from './fold-fetches.ts';
import { mergeFetches } from './merge-fetches.ts';
import type { PlanNode, QueryPlan } from './plan.ts';
import { simplify } from './plan-nodes.ts';

export function optimisePlan(plan: QueryPlan): QueryPlan {
  const { node, ...rest } = plan;
  const simple = node && simplify(node);
  return simple ? { ...rest, node: fewerFetches(simple) } : rest;
}

function fewerFetches(node: PlanNode): PlanNode {
  const merged = mergeFetches(node);
  const folded = fold(merged);
  return folded === merged ? merged : fewerFetches(folded);
}
