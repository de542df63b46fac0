/**
 * Who uses what, counted in memory and given away in batches. Of a request nothing is kept that it holds: an operation is
 * its text without the values of literals, and of variables only the names of input fields and enum values.
 */
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { operationHash, operationText } from './operation-text.ts';
import { usedCoordinates } from './used-coordinates.ts';
import { useVariables, type Variables, type VariableWithNames, variablesWithNames } from './used-in-values.ts';

export interface Usage {
  /** Once for each valid operation that was answered. Costs a few look-ups where the operation is known. */
  record(request: UsedRequest): void;
  /** What has been counted since the last time, and forgets it. */
  take(): UsageBatch;
  /**
   * Hands over a batch, if there is anything in one.
   * @throws what `flush` throws. The batch is kept then, and is the first to be handed over the next time.
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

/** As the client says in its headers; empty where it does not. */
export interface UsageClient {
  readonly name: string;
  readonly version: string;
}

/** To be written in one transaction. */
export interface UsageBatch {
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

export interface UsageOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Writes a batch; rejects where it could not. */
  readonly flush: (batch: UsageBatch) => Promise<void>;
  /** Bounds of one batch. */
  readonly mostOperations?: number;
  /** Combinations of an operation, a client, its version and a day. */
  readonly mostCounts?: number;
  /** Characters of operations and their coordinates. */
  readonly mostCharacters?: number;
}

export function createUsage(options: UsageOptions): Usage {
  const { mostOperations = 10_000, mostCounts = 50_000, mostCharacters = 32 * 1024 * 1024 } = options;
  const described = new WeakMap<OperationDefinitionNode, Described>();
  const dayOf = createDayOf();
  let batch = emptyBatch();
  let unwritten: UsageBatch | undefined;
  let flushing: Promise<void> | undefined;

  return {
    record({ schema, document, operation, variables, client, failed }) {
      const form = described.get(operation) ?? describe(schema, document, operation);
      const counted = form && (batch.operations.get(form.hash) ?? admit(form));
      const at = options.now();
      const counter = counted && counterOf(counted, dayOf(at), client);
      if (!counter) {
        batch.dropped += 1;
        return;
      }
      counted.forms.add(form);
      if (form.variables.length > 0) useVariables(form.variables, variables, form.coordinates);
      counter.requests += 1;
      if (failed) counter.errors += 1;
      counter.lastSeen = at;
    },
    take,
    flush() {
      flushing ??= handOver().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
  };

  /** Not done where there is no room: describing takes longer than all the rest. */
  function describe(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    if (batch.operations.size >= mostOperations || batch.characters >= mostCharacters) return undefined;
    const name = operation.name?.value ?? null;
    const text = operationText(schema, document, name);
    const form: Described = {
      ...{ hash: operationHash(text), name, text, coordinates: usedCoordinates(schema, document, name) },
      ...{ variables: variablesWithNames(schema, operation), told: { day: '', coordinates: 0 } },
    };
    described.set(operation, form);
    return form;
  }

  function admit(form: Described): Counted | undefined {
    const characters = form.text.length + [...form.coordinates].reduce((sum, each) => sum + each.length, 0);
    if (batch.operations.size >= mostOperations || batch.characters + characters > mostCharacters) return undefined;
    batch.characters += characters;
    const counted: Counted = { forms: new Set(), counters: new Map() };
    batch.operations.set(form.hash, counted);
    return counted;
  }

  function counterOf({ counters }: Counted, day: string, { name, version }: UsageClient): Counter | undefined {
    const key = `${day}\n${name}\n${version}`;
    const before = counters.get(key);
    if (before || batch.counts >= mostCounts || key.length > longestKey) return before;
    batch.counts += 1;
    const counter: Counter = { day, client: name, clientVersion: version, requests: 0, errors: 0, lastSeen: 0 };
    counters.set(key, counter);
    return counter;
  }

  function take(): UsageBatch {
    const { operations, dropped } = batch;
    const today = dayOf(options.now());
    batch = emptyBatch();
    return {
      operations: [...operations.values()].flatMap(({ forms }) => news([...forms], today)),
      counts: [...operations].flatMap(([operation, { counters }]) =>
        [...counters.values()].map((each) => ({ ...each, operation, lastSeen: new Date(each.lastSeen).toISOString() })),
      ),
      dropped,
    };
  }

  async function handOver(): Promise<void> {
    if (!unwritten && (batch.counts > 0 || batch.dropped > 0)) unwritten = take();
    if (!unwritten) return;
    await options.flush(unwritten);
    unwritten = undefined;
  }
}

/** A document as it is known to the gateway. Several may be one operation: they differ in the values of literals. */
interface Described {
  readonly hash: string;
  readonly name: string | null;
  readonly text: string;
  readonly coordinates: Set<string>;
  readonly variables: readonly VariableWithNames[];
  /** When a batch held it, and how many coordinates it had. Each day anew: the reader may forget what is old. */
  told: { readonly day: string; readonly coordinates: number };
}

interface Counted {
  readonly forms: Set<Described>;
  readonly counters: Map<string, Counter>;
}

interface Counter {
  readonly day: string;
  readonly client: string;
  readonly clientVersion: string;
  requests: number;
  errors: number;
  lastSeen: number;
}

/** Characters of a client's name, its version and the day: who says more is not counted. */
const longestKey = 250;

const emptyBatch = () => ({ operations: new Map<string, Counted>(), counts: 0, characters: 0, dropped: 0 });

/** The forms of one operation, as far as nobody has been told of them today. */
function news(forms: readonly Described[], day: string): UsedOperation[] {
  const untold = forms.filter(({ told, coordinates }) => told.day !== day || told.coordinates !== coordinates.size);
  const [first] = untold;
  if (!first) return [];
  for (const form of untold) form.told = { day, coordinates: form.coordinates.size };
  const { hash, name, text } = first;
  return [
    { hash, name, text, coordinates: [...new Set(untold.flatMap(({ coordinates }) => [...coordinates]))].sort() },
  ];
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
