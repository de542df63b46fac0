/** What is counted, for Prometheus. Labels have few values: none is what a consumer or a subgraph freely says. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { knownCode } from './known-codes.ts';
import { createOperationNames } from './operation-names.ts';

export interface Metrics {
  requestStarted(): void;
  /** @param codes of the errors in the answer. */
  requestEnded(operation: string | null, status: number, seconds: number, codes: readonly unknown[]): void;
  /** @param code undefined where the subgraph answered without an error. */
  fetchEnded(subgraph: string, owner: string, code: unknown, seconds: number): void;
  operationKnown(): void;
  operationPrepared(seconds: number): void;
  subscriptionStarted(): void;
  subscriptionEnded(): void;
  /** What this process has counted: for metrics-sum.ts. */
  counted(): Promise<Counted>;
  /** In Prometheus' text format. */
  print(): Promise<{ readonly type: string; readonly text: string }>;
}

/** Each metric with its values, in objects that can be sent to another process. */
export type Counted = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What is printed instead where several processes answer as one: what all of them have counted. */
export type PrintAll = () => Promise<string>;

/** How a subgraph fares, as gateway/transport sees it. */
export type ConditionOf = (
  subgraph: string,
) => { readonly circuit: string; readonly running: number; readonly waiting: number } | undefined;

/** Seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const circuits = ['closed', 'open', 'half-open'];

export function createMetrics(conditionOf: ConditionOf, printAll?: PrintAll): Metrics {
  const registry = new Registry();
  const print = printAll ?? (() => registry.metrics());
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const nameOf = createOperationNames();
  const subgraphs = new Set<string>();

  const requests = new Counter({
    name: 'weft_requests_total',
    help: 'Requests of consumers, by operation and class of HTTP status.',
    labelNames: ['operation', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'weft_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer.',
    labelNames: ['operation'],
    buckets,
    registers,
  });
  const inFlight = new Gauge({
    name: 'weft_requests_in_flight',
    help: 'Requests of consumers that are being answered.',
    registers,
  });
  const errors = new Counter({
    name: 'weft_errors_total',
    help: 'Errors in answers to consumers, by code.',
    labelNames: ['code'],
    registers,
  });
  const fetches = new Counter({
    name: 'weft_fetches_total',
    help: 'Fetches from subgraphs, by the owning team and the code of the first error (ok: none).',
    labelNames: ['subgraph', 'owner', 'code'],
    registers,
  });
  const fetchDurations = new Histogram({
    name: 'weft_fetch_duration_seconds',
    help: 'Fetches from subgraphs, a second attempt included.',
    labelNames: ['subgraph'],
    buckets,
    registers,
  });
  const plans = new Histogram({
    name: 'weft_plan_duration_seconds',
    help: 'Planning and compiling an operation that was not known, waiting included.',
    buckets,
    registers,
  });
  const lookups = new Counter({
    name: 'weft_operation_cache_lookups_total',
    help: 'Operations that were known (hit) and that had to be planned (miss).',
    labelNames: ['result'],
    registers,
  });
  const subscriptions = new Gauge({
    name: 'weft_subscriptions_active',
    help: 'Subscriptions of consumers that are open.',
    registers,
  });
  new Gauge({
    name: 'weft_subgraph_circuit',
    help: 'The state of the circuit breaker: for each, how many processes have it in that state.',
    labelNames: ['subgraph', 'state'],
    registers,
    collect() {
      eachCondition((subgraph, { circuit }) => {
        for (const state of circuits) this.set({ subgraph, state }, state === circuit ? 1 : 0);
      });
    },
  });
  new Gauge({
    name: 'weft_subgraph_requests',
    help: 'Requests to a subgraph that are under way, and that wait for one of them to end.',
    labelNames: ['subgraph', 'state'],
    registers,
    collect() {
      eachCondition((subgraph, { running, waiting }) => {
        this.set({ subgraph, state: 'running' }, running);
        this.set({ subgraph, state: 'waiting' }, waiting);
      });
    },
  });

  return {
    requestStarted: () => inFlight.inc(),
    requestEnded(operation, status, seconds, codes) {
      const name = nameOf(operation);
      inFlight.dec();
      requests.inc({ operation: name, status: `${Math.floor(status / 100)}xx` });
      durations.observe({ operation: name }, seconds);
      for (const code of codes) errors.inc({ code: knownCode(code) });
    },
    fetchEnded(subgraph, owner, code, seconds) {
      subgraphs.add(subgraph);
      fetches.inc({ subgraph, owner, code: code === undefined ? 'ok' : knownCode(code) });
      fetchDurations.observe({ subgraph }, seconds);
    },
    operationKnown: () => lookups.inc({ result: 'hit' }),
    operationPrepared(seconds) {
      lookups.inc({ result: 'miss' });
      plans.observe(seconds);
    },
    subscriptionStarted: () => subscriptions.inc(),
    subscriptionEnded: () => subscriptions.dec(),
    counted: () => registry.getMetricsAsJSON(),
    print: async () => ({ type: registry.contentType, text: await print() }),
  };

  /** Of those asked so far. */
  function eachCondition(tell: (subgraph: string, condition: NonNullable<ReturnType<ConditionOf>>) => void): void {
    for (const subgraph of subgraphs) {
      const condition = conditionOf(subgraph);
      if (condition) tell(subgraph, condition);
    }
  }
}
