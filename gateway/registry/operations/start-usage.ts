import { issue, printIssue } from '../../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Log } from '../../engine/log.ts';
import { createUsage, type Usage } from './usage.ts';
import type { UsageBatch } from './usage-batch.ts';

export interface StartedUsage {
  readonly usage: Usage;
  /** Hands over what is left. */
  stop(): Promise<void>;
}

/** @returns of how many requests nothing is kept, those that were not counted included. */
export type TakeUsage = (batch: UsageBatch) => Promise<number>;

/** What was counted since the last time is lost with the process: no more than that. */
const everyMs = 10_000;

/** Counts, and hands over now and then what was counted. While that fails, it goes on counting, and says so once. */
export function startUsage(handOver: TakeUsage, log: Log): StartedUsage {
  let told = '';
  const tell = (message: string): void => {
    if (message !== told) log(message, { level: 'warn' });
    told = message;
  };
  const usage = createUsage({
    now: Date.now,
    async flush(batch) {
      const dropped = await handOver(batch);
      if (dropped > 0) tell('Consumers send more different operations than can be counted or kept: some are not.');
      else told = '';
    },
  });
  const flush = (): Promise<void> =>
    usage.flush().catch((error: Error) => {
      const message = error instanceof WeftError ? printIssue(issue(error.code, error.message)) : error.message;
      tell(`What consumers use could not be recorded: ${message}`);
    });
  const timer = setInterval(flush, everyMs).unref();
  return {
    usage,
    async stop() {
      clearInterval(timer);
      // One may be under way, without what came since.
      await flush();
      await flush();
    },
  };
}
