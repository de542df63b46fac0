/**
 * `weft gateway --workers N`: so many gateways behind one port, one for each core. This process answers nothing; it
 * starts the workers, starts another where one dies, and ends with all of them.
 */
import cluster, { type Worker } from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../gateway/config.ts';
import type { Gateway } from '../gateway/main.ts';
import { isSemiSpaceSet, semiSpaceFlag } from '../gateway/processes/heap.ts';
import type { Reloaded } from '../gateway/reload.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { say } from './terminal.ts';
import { configVariable, type FromWorker, type ToWorker } from './worker-messages.ts';

const steadyMs = 60_000;
const longestWaitMs = 30_000;
/** Beyond what draining may take. */
const graceMs = 5_000;

export type GatewayOfWorkers = Pick<Gateway, 'url' | 'reload' | 'close'>;

/** Resolves when all listen. @throws WeftError what the first worker that cannot start says; none is left then. */
export async function superviseWorkers(config: Config, count: number): Promise<GatewayOfWorkers> {
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
  const stopping = new AbortController();
  let crashes = 0;

  const start = (): Promise<string> => {
    const worker = cluster.fork({ [configVariable]: JSON.stringify(config) });
    const startedAt = performance.now();
    workers.add(worker);
    worker.once('exit', async (code, signal) => {
      workers.delete(worker);
      listening.delete(worker);
      if (stopping.signal.aborted) return;
      crashes = performance.now() - startedAt > steadyMs ? 1 : crashes + 1;
      const waitMs = Math.min(500 * 2 ** (crashes - 1), longestWaitMs);
      say(
        `worker ${worker.process.pid} ended with ${signal ?? `exit code ${code}`}; another starts in ${waitMs / 1000} s`,
      );
      await wait(waitMs, undefined, { signal: stopping.signal })
        .then(start)
        // One that cannot start ends, which is seen above; one that is not wanted any more has nothing to say.
        .then(
          () => say('another worker listens'),
          () => {},
        );
    });
    return urlOf(worker).then((url) => {
      listening.add(worker);
      return url;
    });
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
    return { url: urls[0] ?? '', reload: () => reloadAll(listening), close };
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
  const message = await answerOf(worker);
  if (message?.kind === 'listening') return message.url;
  if (message?.kind !== 'refused') throw new Error('A worker of the gateway ended before it listened.');
  const { code, message: text, help, issues } = message;
  throw new WeftError(code, text, { help, issues });
}

/** Those that start meanwhile read the mesh as it is then. One after the other: composing takes memory, and meanwhile the others answer undisturbed. */
async function reloadAll(workers: ReadonlySet<Worker>): Promise<Reloaded> {
  let last: Reloaded = { issues: [], changed: false };
  for (const worker of [...workers]) {
    if (!worker.isConnected()) continue;
    worker.send({ kind: 'reload' } satisfies ToWorker);
    const message = await answerOf(worker);
    if (message?.kind === 'notReloaded') throw new Error(message.reason);
    if (message?.kind === 'reloaded') last = message.reloaded;
  }
  return last;
}

/** The next message; undefined where the worker ends instead. */
function answerOf(worker: Worker): Promise<FromWorker | undefined> {
  return new Promise((resolve) => {
    const onMessage = (message: FromWorker): void => {
      worker.off('exit', onExit);
      resolve(message);
    };
    const onExit = (): void => {
      worker.off('message', onMessage);
      resolve(undefined);
    };
    worker.once('message', onMessage);
    worker.once('exit', onExit);
  });
}
