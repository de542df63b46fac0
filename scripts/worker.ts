/** One of the gateway's workers: a gateway like any other, whose port is that of all of them. */
import { type Gateway, startGateway } from '../gateway/main.ts';
import { settleHeap } from '../gateway/processes/heap.ts';
import { invariant, WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { untilStopped } from './stop-signal.ts';
import { done, failure } from './terminal.ts';
import { type FromWorker, orderVariable, type ToWorker, type WorkerOrder } from './worker-messages.ts';

export async function serveAsWorker(): Promise<number> {
  const stopped = untilStopped();
  process.channel?.ref(); // The port is opened by the first process: its answer is worth waiting for.
  process.on('SIGHUP', () => {}); // Of a terminal that was closed: reloading is the first process's to ask for.
  const given = process.env[orderVariable];
  invariant(given, 'a worker is started with its order');
  const { config, needsGraph }: WorkerOrder = JSON.parse(given);
  let server: Gateway;
  try {
    server = await startGateway(config, undefined, undefined, needsGraph);
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { code, message, help, issues } = error;
    await tell({ kind: 'refused', code, message, help, issues });
    return failure;
  }
  settleHeap();
  process.on('message', async ({ kind }: ToWorker) => {
    if (kind === 'reload') await tell(await reloaded(server));
  });
  await tell({ kind: 'listening', url: server.url, hasGraph: server.hasGraph });
  await stopped;
  await server.close();
  return done;
}

async function reloaded(server: Gateway): Promise<FromWorker> {
  try {
    const reloaded = await server.reload();
    return { kind: 'reloaded', reloaded, hasGraph: server.hasGraph };
  } catch (error) {
    return { kind: 'notReloaded', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Resolves when it has been sent, or when nobody listens any more. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
