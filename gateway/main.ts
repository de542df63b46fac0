/** The gateway: reads the mesh, composes it, and answers for it. The only file that wires. */
import { type Issue, isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { createCatalog } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import { createApolloEngine } from './engine/apollo.ts';
import { costModelOf } from './engine/demand/cost-model.ts';
import type { CreateEngine, Engine, FetchSubgraph } from './engine/engine.ts';
import { createUnseenBudget } from './engine/unseen-budget.ts';
import { createWeftEngine } from './engine/weft.ts';
import { type Log, logToStderr } from './http/log.ts';
import { createObservationFetch } from './http/observability.ts';
import { startServer } from './http/server.ts';
import { createPlanner } from './planner/planner.ts';
import { composeMesh } from './registry/compose.ts';
import { readMesh } from './registry/mesh.ts';
import { catalogName } from './registry/supergraph-file.ts';
import { createHttpClient } from './transport/http-client.ts';
import { createSubgraphFetch } from './transport/subgraphs.ts';

export interface Gateway {
  /** For example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What is wrong with the mesh. With errors of composition among them, only `/catalog` answers. */
  readonly issues: readonly Issue[];
  /** Lets running requests finish, then stops. */
  close(): Promise<void>;
}

function engineOf({ engine, newOperationsPerSecond: perSecond }: Config): CreateEngine {
  if (engine === 'apollo') return createApolloEngine;
  const now = (): number => performance.now();
  const unseenBudget = createUnseenBudget({ perSecond, burst: 2 * perSecond, now });
  return createWeftEngine({ createPlanner: createPlanner(), unseenBudget });
}

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
  const http = createHttpClient({ largestAnswerBytes: config.largestAnswerBytes });
  const fetchSubgraph = createSubgraphFetch({
    http,
    local: new Map([[catalogName, (request, context) => catalog.execute(request, context)]]),
    timeoutMs: config.subgraphTimeoutMs,
    shareEqual: config.shareEqualFetches,
    log,
  });
  const graph = await loadGraph(composed, engineOf(config), fetchSubgraph, (coordinate) => catalog.ownerOf(coordinate));
  const catalog = createCatalog({ mesh, graph: graph.loaded, fetchObservation: createObservationFetch(http) });
  const allIssues = [...issues, ...graph.issues];
  for (const each of allIssues) log(printIssue(each));
  const closeOthers = async (): Promise<void> => {
    await graph.loaded?.engine.close();
    await http.close();
    catalog.close();
  };
  const server = await startServer({
    host: config.host,
    port: config.port,
    engine: graph.loaded?.engine,
    issues: allIssues,
    catalogSchema: catalog.schema,
    defaultQuery: config.defaultQuery,
    costModel: graph.loaded && costModelOf(graph.loaded.supergraphSdl),
    costPerMinute: config.costPerMinute,
    demandLimits: { cost: config.maxCost },
    doorLimits: { lagMs: config.maxLagMs, inFlight: config.maxInFlight },
    requests: {
      timeoutMs: config.requestTimeoutMs,
      forwardHeaders: namesIn(config.forwardHeaders.toLowerCase()),
      labels: new Set(namesIn(config.overrideLabels)),
      ...(config.principalHeader && { principalHeader: config.principalHeader }),
    },
    hideSchemaDetails: config.hideSchemaDetails,
    drain: { delayMs: config.drainDelayMs, timeoutMs: config.drainTimeoutMs },
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

const namesIn = (list: string): string[] => list.split(/[\s,]+/).filter(Boolean);

interface Graph {
  readonly loaded?: { readonly supergraphSdl: string; readonly schema: Engine['schema']; readonly engine: Engine };
  readonly issues: readonly Issue[];
}

/** What composes may still be refused by the engine; to whoever runs the mesh that is the same: no graph, and why. */
async function loadGraph(
  composed: ReturnType<typeof composeMesh>,
  createEngine: CreateEngine,
  fetchSubgraph: FetchSubgraph,
  ownerOf: (coordinate: string) => string | undefined,
): Promise<Graph> {
  if (!('supergraphSdl' in composed)) return { issues: composed.issues };
  const { supergraphSdl, issues } = composed;
  try {
    const engine = await createEngine(supergraphSdl, { fetchSubgraph, ownerOf });
    return { loaded: { supergraphSdl, schema: engine.schema, engine }, issues };
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { code, message, help } = error;
    return { issues: [...issues, { code, severity: 'error', message, help }] };
  }
}
