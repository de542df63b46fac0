import cluster from 'node:cluster';
import { readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { isSemiSpaceSet, settleHeap } from '../../gateway/processes/heap.ts';
import { openMesh } from '../mesh-folder.ts';
import { reloadGateway } from '../reload-gateway.ts';
import { untilStopped } from '../stop-signal.ts';
import { done, printJson, say } from '../terminal.ts';
import { watchMesh } from '../watch-mesh.ts';
import { serveAsWorker } from '../worker.ts';
import { superviseWorkers } from '../workers.ts';

export interface GatewayOptions {
  readonly port?: number;
  readonly supergraph?: string;
  readonly workers?: number;
  readonly watch?: true;
  readonly json?: true;
}

/** `weft gateway`: the mesh's one door, until Ctrl-C. SIGHUP reads the mesh again. */
export async function gateway(options: GatewayOptions): Promise<number> {
  if (cluster.isWorker) return serveAsWorker();
  const stopped = untilStopped();
  let reload = async (): Promise<void> => {};
  process.on('SIGHUP', () => void reload());
  const { file } = openMesh(options.supergraph);
  const config = readConfig(process.env, { supergraph: file, port: options.port });
  if (!options.workers && !isSemiSpaceSet()) {
    say('a larger semi-space makes answers cheaper: `weft gateway --workers 1` sets it (--max-semi-space-size=64)');
  }
  const server = options.workers ? await superviseWorkers(config, options.workers) : await startGateway(config);
  if (!options.workers) settleHeap();
  reload = () => reloadGateway(server.reload);
  const watching = options.watch && watchMesh(file, () => void reload());
  if (options.json) printJson({ url: server.url });
  say(`the gateway listens at ${server.url}`);
  await stopped;
  if (watching) watching.close();
  await server.close();
  return done;
}
