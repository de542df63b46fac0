/**
 * The generation that answers, and how the next one takes its place: it is made beside the running one, gets ready for
 * what is asked most, and then takes over at once. Where it cannot be made, nothing changes but what is known to be wrong.
 */
import { type Issue, isError, issue, printIssue } from '../subgraphs/kit/errors/issue.ts';
import type { CostModel } from './engine/demand/cost-model.ts';
import type { Engine } from './engine/engine.ts';
import { createLiveEngine, type LiveEngine, type LiveEngineOptions } from './engine/live-engine.ts';
import type { Log } from './engine/log.ts';
import type { Generation } from './generation.ts';
import { collectingOften } from './processes/heap.ts';
import type { ReadGraph } from './registry/read-graph.ts';

export interface Reloaded {
  readonly issues: readonly Issue[];
  /** Whether another generation answers now. */
  readonly changed: boolean;
}

export interface LiveGraph {
  readonly graph: LiveEngine;
  readonly catalog: LiveEngine;
  readonly current: Generation;
  /** What is wrong with the mesh as it was read last. */
  issues(): readonly Issue[];
  costModelOf(schema: Engine['schema']): CostModel | undefined;
  /** Reads the mesh again. One at a time: who asks while one runs gets the next. */
  reload(): Promise<Reloaded>;
  close(): Promise<void>;
}

export interface LiveGraphOptions extends LiveEngineOptions {
  readonly first: Generation;
  readonly read: (signal: AbortSignal) => Promise<ReadGraph>;
  readonly create: (read: ReadGraph) => Promise<Generation>;
  readonly log: Log;
}

/** Operations that are made ready before the swap. */
const mostPrepared = 200;

export function createLiveGraph({ first, read, create, log, patience }: LiveGraphOptions): LiveGraph {
  let current = first;
  let issues = first.issues;
  const graph = createLiveEngine(first.graph?.engine, { patience });
  const catalog = createLiveEngine(standalone(first), { patience });
  const costModels = new WeakMap<Engine['schema'], CostModel>();
  const priceBy = (loaded: Generation['graph']): void => {
    if (loaded) costModels.set(loaded.engine.schema, loaded.costModel);
  };
  priceBy(first.graph);
  tell(issues, log);
  const closing = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Reloaded> | undefined;

  return {
    graph,
    catalog,
    get current() {
      return current;
    },
    issues: () => issues,
    costModelOf: (schema) => costModels.get(schema),
    reload() {
      next ??= running.then(() => {
        next = undefined;
        const reloading = collectingOften(reloadNow);
        running = reloading.catch(() => {});
        return reloading;
      });
      return next;
    },
    async close() {
      closing.abort();
      await running;
      await Promise.all([graph.close(), catalog.close()]);
      await current.catalog.close();
    },
  };

  async function reloadNow(): Promise<Reloaded> {
    const found = await read(closing.signal);
    // Without a subgraph, nothing was read: a catalog of that would be emptier than the one there is.
    if (!found.composed && (current.graph || found.mesh.subgraphs.length === 0)) return stay(found.issues);
    if (found.digest === current.digest && !closing.signal.aborted) {
      issues = current.issues;
      return { issues, changed: false };
    }
    const made = await create(found);
    if (!made.graph && current.graph) {
      await made.catalog.close();
      return stay(made.issues);
    }
    if (made.graph && !closing.signal.aborted) await getReady(made.graph.engine);
    if (closing.signal.aborted) {
      await Promise.all([made.graph?.engine.close(), made.catalog.close()]);
      return { issues, changed: false };
    }
    takeOver(made);
    return { issues, changed: true };
  }

  /** An engine that nobody will ask is closed at once: it then has nothing left to plan. */
  async function getReady(engine: Engine): Promise<void> {
    const stop = (): void => void engine.close();
    closing.signal.addEventListener('abort', stop);
    await engine.prepare?.(current.graph?.engine.recent?.() ?? [], mostPrepared);
    closing.signal.removeEventListener('abort', stop);
  }

  function stay(found: readonly Issue[]): Reloaded {
    const message = 'The mesh has changed and does not compose; the graph from before answers.';
    issues = current.graph ? [issue('GRAPH_OUTDATED', message), ...found] : found;
    if (!closing.signal.aborted) tell(issues, log);
    return { issues, changed: false };
  }

  function takeOver(made: Generation): void {
    const old = current;
    current = made;
    issues = made.issues;
    priceBy(made.graph);
    tell(issues, log);
    const drained = [catalog.swap(standalone(made)), ...(made.graph ? [graph.swap(made.graph.engine)] : [])];
    // The old engine may ask the old catalog until it has drained.
    Promise.all(drained)
      .then(() => old.catalog.close())
      .catch((error: Error) => log(`An old graph could not be closed: ${error.message}`, { level: 'error' }));
  }
}

/** Its generation closes it. */
const standalone = ({ catalog }: Generation): Engine => ({ ...catalog, async close() {} });

function tell(issues: readonly Issue[], log: Log): void {
  for (const each of issues) log(printIssue(each), { level: isError(each) ? 'error' : 'warn' });
}
