import cluster from 'node:cluster';
import { type Config, readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { createLog } from '../../gateway/observability/log.ts';
import { isSemiSpaceSet, settleHeap } from '../../gateway/processes/heap.ts';
import { isRemote } from '../../gateway/source-of.ts';
import { findMesh, openMesh } from '../mesh-folder.ts';
import { reloadGateway } from '../reload-gateway.ts';
import { untilStopped } from '../stop-signal.ts';
import { done, printJson } from '../terminal.ts';
import { watchMesh } from '../watch-mesh.ts';
import { serveAsWorker } from '../worker.ts';
import { type GatewayOfWorkers, superviseWorkers } from '../workers.ts';

export interface GatewayOptions {
  readonly port?: number;
  readonly engine?: Config['engine'];
  readonly supergraph?: string;
  readonly workers?: number;
  readonly watch?: true;
  readonly json?: true;
}

/** `weft gateway`: the mesh's one door, until Ctrl-C. SIGHUP reads the mesh again. */
export async function gateway(options: GatewayOptions): Promise<number> {
  if (cluster.isWorker) return serveAsWorker();
  const stopped = untilStopped();
  let reload = (): void => {};
  process.on('SIGHUP', () => reload());
  // From the registry of another gateway it has all of the mesh: it needs no files.
  const file = isRemote(process.env.WEFT_REGISTRY ?? '')
    ? (options.supergraph ?? findMesh())
    : openMesh(options.supergraph).file;
  const config = readConfig(process.env, { supergraph: file, port: options.port, engine: options.engine });
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  if (!options.workers && !isSemiSpaceSet()) {
    log('a larger semi-space makes answers cheaper: `weft gateway --workers 1` sets it (--max-semi-space-size=64)');
  }
  // What changes while the gateway starts may have been read already, or not.
  let hasChanged = false;
  reload = () => {
    hasChanged = true;
  };
  const { accessPolicies } = config;
  const watching = options.watch && file !== undefined && watchMesh({ file, accessPolicies }, () => reload(), log);
  let server: GatewayOfWorkers;
  try {
    server = options.workers ? await superviseWorkers(config, options.workers, log) : await startGateway(config, log);
  } catch (error) {
    if (watching) watching.close();
    throw error;
  }
  if (!options.workers) settleHeap();
  reload = () => void reloadGateway(server.reload, log);
  if (hasChanged) reload();
  if (options.json) printJson({ url: server.url });
  log(`the gateway listens at ${server.url}`);
  await stopped;
  if (watching) watching.close();
  await server.close();
  return done;
}
