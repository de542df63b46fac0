/** One of the gateway's workers: a gateway like any other, whose port is that of all of them. */
import { type Gateway, startGateway } from '../gateway/main.ts';
import { settleHeap } from '../gateway/processes/heap.ts';
import type { Reloaded } from '../gateway/reload.ts';
import { invariant, WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { untilStopped } from './stop-signal.ts';
import { done, failure } from './terminal.ts';
import { configVariable, type FromWorker, type ToWorker } from './worker-messages.ts';

export async function serveAsWorker(): Promise<number> {
  const stopped = untilStopped();
  process.channel?.ref(); // The port is opened by the first process: its answer is worth waiting for.
  process.on('SIGHUP', () => {}); // Of a terminal that was closed: reloading is the first process's to ask for.
  const given = process.env[configVariable];
  invariant(given, 'a worker is started with its configuration');
  let server: Gateway;
  try {
    server = await startGateway(JSON.parse(given));
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { code, message, help, issues } = error;
    await tell({ kind: 'refused', code, message, help, issues });
    return failure;
  }
  settleHeap();
  process.on('message', async ({ kind }: ToWorker) => {
    if (kind === 'reload') await tell(await reloaded(server.reload));
  });
  await tell({ kind: 'listening', url: server.url });
  await stopped;
  await server.close();
  return done;
}

async function reloaded(reload: () => Promise<Reloaded>): Promise<FromWorker> {
  try {
    return { kind: 'reloaded', reloaded: await reload() };
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
