/** An operation as somebody has asked it: what other policies are held against. */
import type { AnyAsker } from '../asker-access.ts';

/** Who asked is kept as far as policies look at it, and never the token. */
export interface AskedOperation extends AnyAsker {
  readonly operation: {
    readonly hash: string;
    readonly name: string | null;
    /** Of one operation. The values of its literals make no difference. */
    readonly text: string;
  };
  /** As it says in `apollographql-client-name`; empty where it does not. */
  readonly client: string;
  /** Coordinates of input fields and enum values that stood in the values of variables. */
  readonly inputs: readonly string[];
  readonly requests: number;
  /** ISO 8601, in UTC. */
  readonly lastSeen: string;
}

/**
 * Everything that has been asked since a moment (ISO 8601, in UTC), page by page: about a thousand at a time, so that nobody
 * else waits long. Each operation once for each asker that policies tell apart.
 */
export type AskedOperations = (since: string) => AsyncIterable<readonly AskedOperation[]>;
