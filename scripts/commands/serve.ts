import { inspect } from 'node:util';
import { serveDomain } from '../../subgraphs/kit/serve.ts';
import { chooseDomains, openMesh, portOf } from '../mesh-folder.ts';
import { untilStopped } from '../stop-signal.ts';
import { done, printJson, say } from '../terminal.ts';

export interface ServeOptions {
  readonly port?: number;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft serve <domain>`: its subgraph, until Ctrl-C. */
export async function serve(name: string, options: ServeOptions): Promise<number> {
  const stopped = untilStopped();
  const mesh = openMesh(options.supergraph);
  for (const { dir, routingUrl } of chooseDomains(mesh, [name])) {
    const server = await serveDomain(dir, {
      port: options.port ?? portOf(routingUrl),
      dataDir: mesh.dataDir,
      subgraph: name,
      cursorKey: process.env.WEFT_CURSOR_KEY,
      gatewaySecret: process.env.WEFT_GATEWAY_SECRET,
      open: process.env.WEFT_SUBGRAPH_OPEN === 'true',
      log: (where, error) => say(`error: ${where}: ${inspect(error)}`),
    });
    if (options.json) printJson({ url: server.url });
    say(`${name} is served at ${server.url}`);
    await stopped;
    await server.close();
  }
  return done;
}
