import type { Log } from '../engine/log.ts';
import type { ConditionOf, PrintAll } from './metrics.ts';
import type { TraceSettings } from './traces.ts';
import { createWatch, type Watch } from './watch.ts';

export interface WatchSettings {
  readonly metrics: boolean;
  readonly accessLog: boolean;
  /** Absent: nothing is traced. */
  readonly traces: TraceSettings | undefined;
}

export interface Watched {
  readonly log: Log;
  readonly teamOf: (subgraph: string) => string;
  readonly conditionOf: ConditionOf;
  readonly printAll?: PrintAll | undefined;
}

/** Undefined where nothing is on: then no request is watched, and none of the libraries is loaded. */
export async function startWatch(
  { metrics, accessLog, traces }: WatchSettings,
  { log, teamOf, conditionOf, printAll }: Watched,
): Promise<Watch | undefined> {
  if (!metrics && !accessLog && !traces) return undefined;
  return createWatch({
    metrics: metrics ? (await import('./metrics.ts')).createMetrics(conditionOf, printAll) : undefined,
    traces: traces && (await import('./traces.ts')).createTraces(traces, log),
    accessLog: accessLog ? log : undefined,
    teamOf,
  });
}
