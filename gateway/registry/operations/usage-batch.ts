/** Usage as it is handed over: by a gateway to its registry, in this process or in another. */

/** To be written in one transaction. */
export interface UsageBatch {
  /** Whoever counted, by a UUID of its own, and the number of its batch, from 1 on: what comes twice counts once. */
  readonly sender: string;
  readonly number: number;
  /** Those of `counts` that are new today, or use more than was known. */
  readonly operations: readonly UsedOperation[];
  readonly counts: readonly UsageCount[];
  /** Requests that were not counted, since there was no room. */
  readonly dropped: number;
}

export interface UsedOperation {
  readonly hash: string;
  readonly name: string | null;
  readonly text: string;
  /** To be added to those that are known of the operation. */
  readonly coordinates: readonly string[];
}

/** To be added to what is known of the same day, client and operation. */
export interface UsageCount {
  /** In UTC: `2026-11-23`. */
  readonly day: string;
  readonly client: string;
  readonly clientVersion: string;
  /** Hash of the operation. */
  readonly operation: string;
  readonly requests: number;
  readonly errors: number;
  /** ISO 8601, in UTC. */
  readonly lastSeen: string;
}

/** Bounds of one batch. */
export interface UsageBounds {
  readonly mostOperations: number;
  /** Combinations of an operation, a client, its version and a day. */
  readonly mostCounts: number;
  /** Characters of operations and their coordinates. */
  readonly mostCharacters: number;
}

/** As JSON, a batch of these has less than `largestReportBytes`. */
export const usageBounds: UsageBounds = {
  mostOperations: 5_000,
  mostCounts: 20_000,
  mostCharacters: 4 * 1024 * 1024,
};

export const largestReportBytes = 24 * 1024 * 1024;
