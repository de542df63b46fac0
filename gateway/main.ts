/** The gateway: reads the mesh, composes it, and answers for it. The only file that wires. */
import { type Issue, isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { createCatalog } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import { createApolloEngine } from './engine/apollo.ts';
import type { CreateEngine, Engine, FetchSubgraph } from './engine/engine.ts';
import { createJsonClient } from './http/json-request.ts';
import { type Log, logToStderr } from './http/log.ts';
import { createObservationFetch } from './http/observability.ts';
import { startServer } from './http/server.ts';
import { createSubgraphFetch } from './http/subgraphs.ts';
import { composeMesh } from './registry/compose.ts';
import { readMesh } from './registry/mesh.ts';
import { catalogName } from './registry/supergraph-file.ts';

export interface Gateway {
  /** For example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What is wrong with the mesh. With errors of composition among them, only `/catalog` answers. */
  readonly issues: readonly Issue[];
  /** Lets running requests finish, then stops. */
  close(): Promise<void>;
}

const engines: Readonly<Record<Config['engine'], CreateEngine>> = { apollo: createApolloEngine };

/**
 * A mesh that does not compose still starts: `/catalog` and `/health` answer, `/graphql` says 503 and why. Only a mesh
 * file that cannot be read at all leaves nothing to serve. @throws WeftError MESH_FILE_INVALID with the issues, PORT_IN_USE.
 */
export async function startGateway(config: Config, log: Log = logToStderr): Promise<Gateway> {
  const { mesh, issues } = await readMesh(config.supergraph);
  if (mesh.subgraphs.length === 0 && issues.some(isError)) {
    throw new WeftError('MESH_FILE_INVALID', `${config.supergraph} gives no subgraph to start with.`, { issues });
  }
  const composed = composeMesh(mesh, `http://${config.host}:${config.port}/catalog`);
  const client = createJsonClient();
  const fetchSubgraph = createSubgraphFetch({
    client,
    local: { [catalogName]: (request, context) => catalog.execute(request, context) },
    timeoutMs: config.subgraphTimeoutMs,
    log,
  });
  const graph = await loadGraph(composed, engines[config.engine], fetchSubgraph);
  const catalog = createCatalog({ mesh, graph: graph.loaded, fetchObservation: createObservationFetch(client) });
  const allIssues = [...issues, ...graph.issues];
  for (const each of allIssues) log(printIssue(each));
  const closeOthers = async (): Promise<void> => {
    await graph.loaded?.engine.close();
    await client.close();
    catalog.close();
  };
  const server = await startServer({
    host: config.host,
    port: config.port,
    engine: graph.loaded?.engine,
    issues: allIssues,
    catalogSchema: catalog.schema,
    defaultQuery: config.defaultQuery,
    log,
  }).catch(async (error: unknown) => {
    await closeOthers();
    throw error;
  });
  return {
    url: server.url,
    issues: allIssues,
    async close() {
      await server.close();
      await closeOthers();
    },
  };
}

interface Graph {
  readonly loaded?: { readonly supergraphSdl: string; readonly schema: Engine['schema']; readonly engine: Engine };
  readonly issues: readonly Issue[];
}

/** What composes may still be refused by the engine; to whoever runs the mesh that is the same: no graph, and why. */
async function loadGraph(
  composed: ReturnType<typeof composeMesh>,
  createEngine: CreateEngine,
  fetchSubgraph: FetchSubgraph,
): Promise<Graph> {
  if (!('supergraphSdl' in composed)) return { issues: composed.issues };
  const { supergraphSdl, issues } = composed;
  try {
    const engine = await createEngine(supergraphSdl, { fetchSubgraph });
    return { loaded: { supergraphSdl, schema: engine.schema, engine }, issues };
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { code, message, help } = error;
    return { issues: [...issues, { code, severity: 'error', message, help }] };
  }
}
