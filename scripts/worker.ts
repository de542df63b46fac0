/** One of the gateway's workers: a gateway like any other, whose port is that of all of them. */
import { type Gateway, startGateway } from '../gateway/main.ts';
import { settleHeap } from '../gateway/processes/heap.ts';
import { invariant, WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { createMetricsOfAll } from './metrics-of-all.ts';
import { untilStopped } from './stop-signal.ts';
import { done, failure } from './terminal.ts';
import {
  type FromWorker,
  orderVariable,
  type ToWorker,
  tellFirstProcess,
  type WorkerOrder,
} from './worker-messages.ts';

export async function serveAsWorker(): Promise<number> {
  const stopped = untilStopped();
  process.channel?.ref(); // The port is opened by the first process: its answer is worth waiting for.
  process.on('SIGHUP', () => {}); // Of a terminal that was closed: reloading is the first process's to ask for.
  const given = process.env[orderVariable];
  invariant(given, 'a worker is started with its order');
  const { config, needsGraph }: WorkerOrder = JSON.parse(given);
  let server: Gateway;
  try {
    const printAll = config.metrics && { printAllMetrics: createMetricsOfAll() };
    server = await startGateway(config, undefined, { needsGraph, ...printAll });
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { code, message, help, issues } = error;
    await tellFirstProcess({ kind: 'refused', code, message, help, issues });
    return failure;
  }
  settleHeap();
  process.on('message', async (message: ToWorker) => {
    if (message.kind === 'reload') await tellFirstProcess(await reloaded(server));
    if (message.kind !== 'count') return;
    await tellFirstProcess({ kind: 'counted', id: message.id, counted: await server.counted() });
  });
  await tellFirstProcess({ kind: 'listening', url: server.url, hasGraph: server.hasGraph });
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
