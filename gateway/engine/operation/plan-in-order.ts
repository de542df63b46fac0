/**
 * The fields of a mutation are executed one after the other (GraphQL, "Mutation": "serially"), each with all that is below
 * it. Planners keep that order for the root fields alone, and look up entities when the last of them has run: what one
 * field shows would be the work of the next. Where entities are looked up, each root field therefore has its own plan.
 */
import type { PlanNode, QueryPlan } from '../plan.ts';
import { fetchesOf } from '../plan-nodes.ts';
import type { PlannedOperation } from './planned-operation.ts';

export async function planInOrder(
  { text, serially }: PlannedOperation,
  plan: (operation: string) => Promise<QueryPlan>,
): Promise<QueryPlan> {
  if (text === undefined) return {};
  const together = await plan(text);
  const looksUp = together.node && fetchesOf(together.node).some(({ entities }) => entities);
  if (serially.length < 2 || !looksUp) return together;
  const nodes: PlanNode[] = [];
  for (const each of serially) {
    const { node } = await plan(each);
    if (node) nodes.push(node);
  }
  return { node: { kind: 'Sequence', nodes } };
}
