/**
 * `weft gateway --workers N`: so many gateways behind one port, one for each core. This process answers nothing; it
 * starts the workers, starts another where one dies, and ends with all of them.
 */
import cluster, { type Worker } from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../gateway/config.ts';
import type { Log } from '../gateway/engine/log.ts';
import type { Gateway } from '../gateway/main.ts';
import { isSemiSpaceSet, semiSpaceFlag } from '../gateway/processes/heap.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { createWorkerReloads } from './reload-workers.ts';
import { answerOf, type FromWorker, orderVariable, type WorkerOrder } from './worker-messages.ts';

const steadyMs = 60_000;
const longestWaitMs = 30_000;
/** Beyond what draining may take. */
const graceMs = 5_000;

export type GatewayOfWorkers = Pick<Gateway, 'url' | 'reload' | 'close'>;

/**
 * Resolves when all listen.
 * @throws WeftError what the first worker that cannot start says; none is left then.
 */
export async function superviseWorkers(config: Config, count: number, log: Log): Promise<GatewayOfWorkers> {
  // Workers accept by themselves. Handed over by this process, a connection would wait for ever where its worker dies
  // before it takes it (node:cluster, "How it works": round-robin).
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./weft.mjs', import.meta.url)),
    args: ['gateway'],
    execArgv: isSemiSpaceSet() ? process.execArgv : [...process.execArgv, semiSpaceFlag],
    serialization: 'advanced',
  });
  const workers = new Set<Worker>();
  const listening = new Set<Worker>();
  const withGraph = new Set<Worker>();
  const reloads = createWorkerReloads(listening);
  // Loaded where it is on, and prom-client with it.
  const metrics = config.metrics
    ? (await import('./metrics-of-workers.ts')).createMetricsOfWorkers(listening)
    : undefined;
  const stopping = new AbortController();
  let crashes = 0;

  const start = async (): Promise<string> => {
    const order: WorkerOrder = { config, needsGraph: withGraph.size > 0 };
    const worker = cluster.fork({ [orderVariable]: JSON.stringify(order) });
    const startedAt = performance.now();
    const asked = reloads.asked;
    workers.add(worker);
    metrics?.join(worker);
    worker.on('message', (message: FromWorker) => {
      if ('hasGraph' in message && message.hasGraph) withGraph.add(worker);
    });
    worker.once('exit', (code, signal) => {
      for (const set of [workers, listening, withGraph]) set.delete(worker);
      if (stopping.signal.aborted) return;
      crashes = performance.now() - startedAt > steadyMs ? 1 : crashes + 1;
      const waitMs = Math.min(500 * 2 ** (crashes - 1), longestWaitMs);
      const how = signal ?? `exit code ${code}`;
      log(`worker ${worker.process.pid} ended with ${how}; another starts in ${waitMs / 1000} s`, { level: 'warn' });
      void replaceIn(waitMs);
    });
    const url = await urlOf(worker);
    listening.add(worker);
    // It may have read the mesh before it changed.
    if (reloads.asked > asked) void reloads.reloadOne(worker).catch(report('a worker could not reload the mesh'));
    return url;
  };
  const replaceIn = async (waitMs: number): Promise<void> => {
    await wait(waitMs, undefined, { signal: stopping.signal }).then(
      // One that cannot start ends, and its end brings the next.
      () => start().then(() => log('another worker listens'), report('another worker could not start')),
      () => {}, // Nobody wants it any more.
    );
  };
  const report = (what: string) => (error: unknown) => {
    if (!stopping.signal.aborted) log(`${what}: ${reasonOf(error)}`, { level: 'error' });
  };
  const close = async (): Promise<void> => {
    stopping.abort();
    const impatient = setTimeout(
      () => {
        for (const worker of workers) worker.process.kill('SIGKILL');
      },
      config.drainDelayMs + config.drainTimeoutMs + graceMs,
    );
    await Promise.all([...workers].map(stopped));
    clearTimeout(impatient);
  };

  try {
    const urls = await Promise.all(Array.from({ length: count }, start));
    return { url: urls[0] ?? '', reload: reloads.reload, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function stopped(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.process.kill('SIGTERM');
  });
}

async function urlOf(worker: Worker): Promise<string> {
  const message = await answerOf(worker, ['listening', 'refused']);
  if (message?.kind === 'listening') return message.url;
  if (!message) throw new Error('A worker of the gateway ended before it listened.');
  const { code, message: text, help, issues } = message;
  throw new WeftError(code, text, { help, issues });
}

function reasonOf(error: unknown): string {
  if (error instanceof WeftError) return `${error.code} ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
