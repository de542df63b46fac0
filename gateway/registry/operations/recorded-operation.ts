/** An operation as consumers have sent it: what a new graph is held against. */
export interface RecordedOperation {
  /** Of `text`; see operation-text.ts. */
  readonly hash: string;
  readonly name: string | null;
  /** Without the values of its literals. */
  readonly text: string;
  /** All that it uses; see used-coordinates.ts. */
  readonly coordinates: readonly string[];
  readonly clients: readonly RecordedClient[];
}

/** Who sends it. */
export interface RecordedClient {
  /** Empty where the client does not say. */
  readonly name: string;
  /** Empty where the client does not say. */
  readonly version: string;
  /** ISO 8601, in UTC. */
  readonly lastSeen: string;
  readonly callsPerDay: number;
}

/** What a change of the graph does to an operation. */
export interface Finding {
  /** What has changed (GraphQL, "Schema Coordinates"). */
  readonly coordinate: string;
  /** How, as the end of a sentence about the coordinate: `is gone`. */
  readonly change: string;
  /** Types, where it is a type that changes. */
  readonly before?: string;
  readonly after?: string;
}

/** An operation that a new graph breaks, or endangers. */
export interface AffectedOperation {
  readonly operation: RecordedOperation;
  /** One for each coordinate, at least one. */
  readonly findings: readonly Finding[];
}
