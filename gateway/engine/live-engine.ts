/**
 * The engine that answers now, and how another takes its place: new requests see the new one at once, running requests
 * end on the one that they began with.
 */
import type { GraphQLSchema } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Engine } from './engine.ts';

export interface LiveEngine {
  /** Answers new requests; absent until there is a graph to answer from. To be used within `during`. */
  readonly current: Engine | undefined;
  /** The engine whose schema a request was validated against: it answers it, whatever is current by then. */
  engineOf(schema: GraphQLSchema): Engine;
  /** Runs one request. Every engine that was current since it began stays open until it ends. */
  during<Answer>(request: () => Promise<Answer>): Promise<Answer>;
  /** `next` is current at once. Resolves when the requests that were running have ended and the old engine is closed. */
  swap(next: Engine): Promise<void>;
  /** Calls at each swap, before anything else runs. @returns what ends that */
  onSwap(listener: (next: Engine) => void): () => void;
  /** Closes the current engine, and those that still wait for requests to end. */
  close(): Promise<void>;
}

export interface LiveEngineOptions {
  /** Resolves when requests have had long enough to end; aborted when all of them have. */
  readonly patience: (ended: AbortSignal) => Promise<unknown>;
}

export function createLiveEngine(first: Engine | undefined, { patience }: LiveEngineOptions): LiveEngine {
  let current = first;
  const bySchema = new WeakMap<GraphQLSchema, Engine>();
  if (first) bySchema.set(first.schema, first);
  const listeners = new Set<(next: Engine) => void>();
  let era = beginEra();
  /** Resolves when every request of the eras before has ended. */
  let before = Promise.resolve();
  const draining = new Map<Engine, Promise<void>>();

  return {
    get current() {
      return current;
    },
    engineOf(schema) {
      const engine = bySchema.get(schema);
      invariant(engine, 'a request is validated against the schema of an engine');
      return engine;
    },
    async during(request) {
      const { enter, leave } = era;
      enter();
      try {
        return await request();
      } finally {
        leave();
      }
    },
    async swap(next) {
      const old = current;
      current = next;
      bySchema.set(next.schema, next);
      for (const listener of listeners) listener(next);
      before = Promise.all([before, era.end()]).then(() => {});
      era = beginEra();
      if (!old) return;
      const drained = drain(old).finally(() => draining.delete(old));
      draining.set(old, drained);
      await drained;
    },
    onSwap(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([current?.close(), ...[...draining.keys()].map((engine) => engine.close())]);
      current = undefined;
    },
  };

  /** Whoever may use the old engine is running now: what begins later sees the next one. */
  async function drain(old: Engine): Promise<void> {
    const ended = new AbortController();
    await Promise.race([before, patience(ended.signal).catch(() => {})]);
    ended.abort();
    if (bySchema.get(old.schema) === old) bySchema.delete(old.schema);
    await old.close();
  }
}

/**
 * From one swap to the next. Its requests are counted: a set that held them, changing all the time, would leave its
 * outgrown tables in the old generation of V8's heap, and their answers with them.
 */
function beginEra() {
  let running = 0;
  let over = (): void => {};
  return {
    enter: () => void running++,
    leave: () => {
      running--;
      if (running === 0) over();
    },
    /** Nothing enters any more. Resolves when what entered has left. */
    async end(): Promise<void> {
      if (running > 0) await new Promise<void>((resolve) => (over = resolve));
    },
  };
}
