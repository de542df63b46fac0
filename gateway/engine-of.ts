/** The engine that a gateway's settings name. */
import type { Config } from './config.ts';
import type { CreateEngine } from './engine/engine.ts';
import { createUnseenBudget } from './engine/unseen-budget.ts';
import { createWeftEngine } from './engine/weft.ts';
import { createPlanner } from './planner/planner.ts';

export async function engineOf({
  engine,
  newOperationsPerSecond: perSecond,
  shareEqualQueries: shareEqual,
}: Config): Promise<CreateEngine> {
  // Imported by those who choose it: it loads more than all of the rest.
  if (engine === 'apollo') return (await import('./engine/apollo.ts')).createApolloEngine;
  const now = (): number => performance.now();
  const unseenBudget = createUnseenBudget({ perSecond, burst: 2 * perSecond, now });
  return createWeftEngine({ createPlanner: createPlanner({ keepsProcess: true }), unseenBudget, shareEqual });
}
