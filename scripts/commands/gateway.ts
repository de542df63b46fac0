import { readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { openMesh } from '../mesh-folder.ts';
import { untilStopped } from '../stop-signal.ts';
import { done, printJson, say } from '../terminal.ts';

export interface GatewayOptions {
  readonly port?: number;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft gateway`: the mesh's one door, until Ctrl-C. */
export async function gateway(options: GatewayOptions): Promise<number> {
  const stopped = untilStopped();
  const { file } = openMesh(options.supergraph);
  const server = await startGateway(readConfig(process.env, { supergraph: file, port: options.port }));
  if (options.json) printJson({ url: server.url });
  say(`the gateway listens at ${server.url}`);
  await stopped;
  await server.close();
  return done;
}
