/** Hive's planner: Rust, MIT. Its package holds binaries for Linux with glibc and for macOS. */
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { planOfHive } from './hive-plan.ts';
import { withInterfaceObjectsLast } from './interface-objects-last.ts';
import type { OpenLibrary } from './planner-library.ts';

export const openHive: OpenLibrary = (supergraph) => {
  const planner = new QueryPlanner(withInterfaceObjectsLast(supergraph));
  return {
    interruptible: true,
    // The synchronous `plan` never looks at the signal.
    plan: async (operation, { labels, percentage }, signal) =>
      planOfHive(await planner.planAsync(operation, null, new Set(labels), percentage, signal)),
  };
};
