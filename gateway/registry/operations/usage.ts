/**
 * Who uses what, counted in memory and given away in batches. Of a request nothing is kept that it holds: an operation is
 * its text without the values of literals, and of variables only the names of input fields and enum values.
 */
import { randomUUID } from 'node:crypto';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { usedCoordinates } from '../../engine/operation/used-coordinates.ts';
import { useVariables, type Variables, variablesWithNames } from '../../engine/operation/used-in-values.ts';
import { operationHash, operationText } from './operation-text.ts';
import { createTally, type DescribedOperation, type Tally, type UsageClient, untold } from './tally.ts';
import { type UsageBatch, type UsageBounds, usageBounds } from './usage-batch.ts';

export interface Usage {
  /** Once for each valid operation that was answered. Costs a few look-ups where the operation is known. */
  record(request: UsedRequest): void;
  /** What has been counted since the last time, and forgets it. */
  take(): UsageBatch;
  /**
   * Hands over what has been counted, if there is anything.
   * @throws what `flush` throws. The batch is kept then, and is the first to be handed over the next time, with all of its
   *   operations; unless it is USAGE_INVALID, and so would be the next time.
   */
  flush(): Promise<void>;
}

export interface UsedRequest {
  /** That the document is valid against. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly client: UsageClient;
  /** Whether the answer has errors. */
  readonly failed: boolean;
}

export interface UsageOptions extends Partial<UsageBounds> {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Writes a batch; rejects where it could not. */
  readonly flush: (batch: UsageBatch) => Promise<void>;
}

export function createUsage({ now, flush, ...given }: UsageOptions): Usage {
  const bounds = { ...usageBounds, ...given };
  const described = new WeakMap<OperationDefinitionNode, DescribedOperation>();
  const dayOf = createDayOf();
  const sender = randomUUID();
  let tally = createTally(bounds);
  let last = 0;
  let unwritten: Sealed | undefined;
  let flushing: Promise<void> | undefined;

  return {
    record({ schema, document, operation, variables, client, failed }) {
      const form = described.get(operation) ?? describe(schema, document, operation);
      const at = now();
      const counter = form && tally.counterOf(form, dayOf(at), client);
      if (!counter) return tally.drop();
      if (form.variables.length > 0) useVariables(form.variables, variables, form.coordinates);
      counter.requests += 1;
      if (failed) counter.errors += 1;
      counter.lastSeen = at;
    },
    take: () => batchOf(seal()),
    flush() {
      flushing ??= handOver().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
  };

  /** Not done where there is no room: describing takes longer than all the rest. */
  function describe(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    if (!tally.hasRoom()) return undefined;
    const name = operation.name?.value ?? null;
    const text = operationText(schema, document, name);
    const form: DescribedOperation = {
      ...{ hash: operationHash(text), name, text, coordinates: usedCoordinates(schema, document, name) },
      ...{ variables: variablesWithNames(schema, operation), told: untold },
    };
    described.set(operation, form);
    return form;
  }

  /** What comes from now on, is of the next batch. */
  function seal(): Sealed {
    last += 1;
    const sealed = { number: last, tally };
    tally = createTally(bounds);
    return sealed;
  }

  function batchOf({ number, tally: counted }: Sealed): UsageBatch {
    return { sender, number, ...counted.batch(dayOf(now())) };
  }

  async function handOver(): Promise<void> {
    if (unwritten) await give(unwritten);
    if (tally.isEmpty()) return;
    unwritten = seal();
    await give(unwritten);
  }

  async function give(sealed: Sealed): Promise<void> {
    try {
      await flush(batchOf(sealed));
      unwritten = undefined;
    } catch (error) {
      sealed.tally.tellAgain();
      if (error instanceof WeftError && error.code === 'USAGE_INVALID') unwritten = undefined;
      throw error;
    }
  }
}

interface Sealed {
  readonly number: number;
  readonly tally: Tally;
}

/** In UTC. Making the text takes longer than all the rest of counting. */
function createDayOf(): (at: number) => string {
  let number = Number.NaN;
  let text = '';
  return (at) => {
    const today = Math.floor(at / 86_400_000);
    if (today !== number) {
      number = today;
      text = new Date(at).toISOString().slice(0, 10);
    }
    return text;
  };
}
