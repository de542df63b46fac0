/**
 * What a domain reports about its output ports, at `GET /observability` of its subgraph: the ODPS management port of
 * content `observability`. Words follow the Open Observability Results Standard (status, severity, dimension) and
 * OpenLineage (run states). Counts and verdicts only: never a value from a row.
 */
import * as z from 'zod';

const checkResult = z.object({
  name: z.string(),
  /** `orders` or `orders.order_id`. */
  target: z.string(),
  /** The metric of a library rule (`nullValues`, …), else the rule's type, else a check of Weft's own (`quarantine`). */
  metric: z.string(),
  dimension: z.string().nullable(),
  severity: z.string().nullable(),
  /** `error`: there is no verdict, which is not the same as `fail`. */
  status: z.enum(['pass', 'fail', 'warn', 'error', 'skip']),
  value: z.number().nullable(),
  /** The expectation in words, for example `mustBe 0 rows`. */
  expected: z.string(),
  message: z.string().nullable(),
});
export type CheckResult = z.infer<typeof checkResult>;

const runRecord = z.object({
  id: z.string(),
  /** Name of the contract object that the run loads. */
  object: z.string(),
  state: z.enum(['RUNNING', 'COMPLETE', 'FAIL', 'ABORT']),
  load: z.enum(['full', 'incremental']),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  rowsIn: z.number(),
  rowsOut: z.number(),
  rowsQuarantined: z.number(),
  checks: z.array(checkResult),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type RunRecord = z.infer<typeof runRecord>;

const outputObservation = z.object({
  contractId: z.string(),
  object: z.string(),
  rowCount: z.number().nullable(),
  /** When the snapshot that is being served was completed; null before the first load. */
  asOf: z.string().nullable(),
  /** The last run, whether or not it changed what is served. */
  lastRun: runRecord.nullable(),
});
export type OutputObservation = z.infer<typeof outputObservation>;

export const domainObservation = z.object({
  domain: z.string(),
  observedAt: z.string(),
  outputs: z.array(outputObservation),
});
export type DomainObservation = z.infer<typeof domainObservation>;
