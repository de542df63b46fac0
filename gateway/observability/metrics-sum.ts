/** What several processes have counted, as if it had been one. */
import { AggregatorRegistry } from 'prom-client';
import type { Counted } from './metrics.ts';
import { createOperationNames } from './operation-names.ts';

export interface MetricsSum {
  /** All that a process has counted until now. */
  tell(process: number, counted: Counted): void;
  /**
   * What a process that has ended counted stays, as it told it last; what its gauges showed is gone. Were its counters to
   * leave the sum, Prometheus would take that for a restart from zero, and all that the others ever counted for new.
   */
  end(process: number): void;
  /** In Prometheus' text format. Each metric is put together by its own aggregator: the sum, unless it has another. */
  print(): Promise<string>;
}

export function createMetricsSum(): MetricsSum {
  const last = new Map<number, Counted>();
  let ended: Promise<Counted> = Promise.resolve([]);
  const nameOf = createOperationNames();
  return {
    tell(process, counted) {
      last.set(
        process,
        counted.map((metric) => ({ ...metric, values: metric.values.map(named) })),
      );
    },
    end(process) {
      const counters = last.get(process)?.filter(isCounter);
      last.delete(process);
      if (counters) ended = ended.then((sum) => AggregatorRegistry.aggregate([sum, counters]).getMetricsAsJSON());
    },
    async print() {
      const all = [...last.values(), await ended];
      return AggregatorRegistry.aggregate(all).metrics();
    },
  };

  /** Each process names a thousand operations at most; together they name no more than that. */
  function named(value: Counted[number]['values'][number]): typeof value {
    const { operation } = value.labels;
    return operation === undefined
      ? value
      : { ...value, labels: { ...value.labels, operation: nameOf(`${operation}`) } };
  }
}

/** `type` is a word in what prom-client gives, and a number in its types. */
const isCounter = ({ type }: Counted[number]): boolean => ['counter', 'histogram'].includes(`${type}`);
