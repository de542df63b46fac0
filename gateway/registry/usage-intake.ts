/** Takes what is counted: by this gateway, and by others, which report it. */
import type { GraphQLSchema } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { readUsageReport } from './operations/reported-usage.ts';
import type { UsageBatch } from './operations/usage-batch.ts';
import type { RegistryDatabase } from './store/open.ts';
import { addUsage, countedDays, dayBefore, forgetUsage, knownOperations } from './store/usage-days.ts';
import { createTurns } from './turns.ts';

export interface UsageIntake {
  /** @returns of how many requests nothing is kept. */
  add(batch: UsageBatch): number;
  /**
   * What another gateway has counted, as JSON: all of it or nothing. One after the other, since each may take seconds.
   * @throws WeftError USAGE_INVALID, USAGE_INCOMPLETE, NOTHING_PUBLISHED, REGISTRY_BUSY
   * @returns of how many requests nothing is kept.
   */
  report(text: string): Promise<number>;
}

/** Hashes, of 64 characters. */
const mostRemembered = 50_000;

export function createUsageIntake(
  database: RegistryDatabase,
  schema: () => Promise<GraphQLSchema | undefined>,
  now: () => number,
): UsageIntake {
  const alone = createTurns(1, 'The registry reads another report of usage.');
  let forgottenBefore = '';
  /** See reported-usage.ts. */
  let readAs = new Map<string, string | undefined>();
  let readBy: GraphQLSchema | undefined;

  function add(batch: UsageBatch): number {
    const dropped = addUsage(database, batch, dayBefore(now(), 0));
    const day = dayBefore(now(), countedDays);
    if (day !== forgottenBefore) forgetUsage(database, day);
    forgottenBefore = day;
    return dropped;
  }

  return {
    add,
    report: (text) =>
      alone(async () => {
        const current = await schema();
        if (!current) throw new WeftError('NOTHING_PUBLISHED', 'There is no graph yet that consumers could have used.');
        // By another graph, all of them may be read otherwise: they are asked for once more.
        if (current !== readBy || readAs.size > mostRemembered) readAs = new Map();
        readBy = current;
        const known = (hashes: readonly string[]) => knownOperations(database, hashes);
        // Clocks differ, and nowhere by a day.
        const days = { firstDay: dayBefore(now(), countedDays), lastDay: dayBefore(now(), -1) };
        return add(await readUsageReport(text, { schema: current, known, readAs, ...days }));
      }),
  };
}
