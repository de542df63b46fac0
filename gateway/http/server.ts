/** HTTP in: `/graphql`, `/catalog`, `/health` and GraphiQL at `/`. */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { portInUse } from '../../subgraphs/kit/errors/port-in-use.ts';
import { createBudget } from '../engine/demand/budget.ts';
import { type CostModel, noCosts } from '../engine/demand/cost-model.ts';
import { type DemandLimits, defaultLimits } from '../engine/demand/limits.ts';
import type { LiveEngine } from '../engine/live-engine.ts';
import type { Log } from '../engine/log.ts';
import type { Identity } from '../identity/identity.ts';
import type { Watch } from '../observability/watch.ts';
import type { Usage } from '../registry/operations/usage.ts';
import { createAdmission } from './admission.ts';
import { type ArtefactsOptions, serveArtefacts } from './artefacts.ts';
import { askersOf } from './askers.ts';
import { type DoorLimits, doorLimitsOf } from './door-limits.ts';
import { type DrainTimes, drainOf } from './drain.ts';
import { type OverloadProbe, probeProcess } from './event-loop-probe.ts';
import { answerBrokenHttp, answerFaults, refuse } from './faults.ts';
import { graphiqlHandler } from './graphiql.ts';
import { serveHealth } from './health.ts';
import { readJsonBodies, refuseEncodedBodies } from './json-body.ts';
import { type LiveGraphQL, liveGraphQL } from './live-graphql.ts';
import { createOverload, shedOverload } from './overload.ts';
import { type ContextOptions, contextOf as contextOfSocket, requestContextOf } from './request-context.ts';
import { requestIdOf } from './request-id.ts';
import { serveMetrics } from './serve-metrics.ts';
import { type StreamsOptions, serveStreams } from './streams/serve-streams.ts';
import { type StreamLimits, streamLimitsOf } from './streams/stream-limits.ts';
import { serveUsageReports, type UsageReportsOptions } from './usage-reports.ts';
import { watchRequests } from './watched-requests.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Without an engine while there is no composed graph: `/graphql` then answers 503 with the issues. */
  readonly graph: LiveEngine;
  readonly catalog: LiveEngine;
  /** What is wrong with the mesh now. */
  readonly issues: () => readonly Issue[];
  readonly defaultQuery: string;
  readonly log: Log;
  /** Absent where nobody watches. */
  readonly watch?: Watch | undefined;
  /** What the graph of a schema says about its cost; nothing, where absent. */
  readonly costModelOf?: ((schema: GraphQLSchema) => CostModel) | undefined;
  /** Units of cost that one principal may spend in a minute; as many as it likes, where absent. */
  readonly costPerMinute?: number | undefined;
  readonly demandLimits?: Partial<DemandLimits>;
  readonly doorLimits?: Partial<DoorLimits>;
  readonly requests?: Partial<ContextOptions>;
  /** Finds out who asks; everybody is anonymous, where absent. */
  readonly identity?: Identity | undefined;
  readonly hideSchemaDetails?: boolean;
  /** Counts who sends what; absent where nobody counts. */
  readonly usage?: Usage | undefined;
  /** What other gateways are given and report, and who may; absent where this one has no registry. */
  readonly delivery?:
    | (Pick<ArtefactsOptions, 'artefacts' | 'authorise'> & Pick<UsageReportsOptions, 'takeUsage'>)
    | undefined;
  readonly streams?: Pick<StreamsOptions, 'allowedOrigins' | 'onAccessChange'> & {
    readonly limits?: Partial<StreamLimits> | undefined;
  };
  readonly drain?: Partial<DrainTimes>;
  /** Of this process, where absent. */
  readonly probe?: OverloadProbe | undefined;
}

/** @throws WeftError PORT_IN_USE. Nothing stays open then. */
export async function startServer(options: ServerOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { graph, catalog, issues, costModelOf = () => noCosts, log, watch } = options;
  const streams = streamLimitsOf(options.streams?.limits);
  const door = doorLimitsOf(options.doorLimits ?? {}, streams.webSockets + streams.eventStreams);
  const limits = { ...defaultLimits, ...options.demandLimits };
  const requests = { timeoutMs: 5_000, forwardHeaders: [], labels: new Set<string>(), ...options.requests };
  const budget = options.costPerMinute
    ? createBudget({ perMinute: options.costPerMinute, now: () => performance.now() })
    : undefined;
  const server = createHttpServer(door, watch?.metrics ? { ...methods, '/metrics': 'GET, HEAD' } : methods, log);
  const watched = watch && watchRequests(server, watch);

  const askers = askersOf(options.identity);
  const admit = createAdmission(limits);
  const contextOf = (request: FastifyRequest, reply: FastifyReply) => {
    const context = requestContextOf(request, reply, askers.of(request), requests);
    return watched ? { ...context, observer: watched(request) } : context;
  };
  const shared = {
    hideSchemaDetails: options.hideSchemaDetails ?? false,
    isWatched: watch !== undefined,
    admit,
    contextOf,
    issues,
    log,
  };
  const atCatalog = liveGraphQL({ ...shared, live: catalog, demand: { limits, modelOf: () => noCosts, budget } });
  const atGraph = liveGraphQL({
    ...shared,
    usage: options.usage,
    live: graph,
    demand: { limits, modelOf: costModelOf, budget },
  });
  const probe = options.probe ?? probeProcess();
  const { isDraining, drain } = drainOf(server, { delayMs: 0, timeoutMs: 20_000, ...options.drain }, async () => {
    await Promise.all([atCatalog.stop(), atGraph.stop()]);
    probe.close();
  });
  const overload = createOverload(door, probe);
  const { shed, release } = shedOverload(overload);
  const graphState = () => {
    if (!graph.current) return 'unavailable';
    return issues().some(({ code }) => code === 'GRAPH_OUTDATED') ? 'outdated' : 'composed';
  };
  const serveGraphQL = (url: keyof typeof askers.at, handler: LiveGraphQL['handler'], bodyLimit = door.bodyBytes) => {
    server.route({
      method: ['GET', 'POST'],
      url,
      exposeHeadRoute: false,
      bodyLimit,
      onRequest: [shed, refuseEncodedBodies, askers.at[url]],
      handler,
    });
  };
  const streaming = serveStreams(server, atGraph.handler, {
    allowedOrigins: options.streams?.allowedOrigins,
    onAccessChange: options.streams?.onAccessChange,
    limits: streams,
    live: graph,
    execute: atGraph.execute,
    contextOfSocket: (came, gone, asker) => contextOfSocket(came, gone, asker, requests),
    identify: askers.identify,
    whileInForce: options.identity?.whileInForce,
    timeoutMs: requests.timeoutMs,
    admit,
    contextOf,
    overload,
    release,
    log,
    watch,
  });
  // A schema of thousands of fields, with the contracts of its domain, comes in one request.
  serveGraphQL('/catalog', atCatalog.handler, options.delivery ? publicationBytes : undefined);
  serveGraphQL('/graphql', streaming);
  server.get('/', { onRequest: shed }, graphiqlHandler(options.defaultQuery));
  if (watch?.metrics) serveMetrics(server, watch.metrics);
  serveHealth(server, { graph: graphState, isDraining });
  if (options.delivery) {
    serveArtefacts(server, options.delivery);
    serveUsageReports(server, options.delivery);
  }

  try {
    const url = await server.listen({ host: options.host, port: options.port }).catch(portInUse(options.port));
    return { url, close: drain };
  } catch (error) {
    await drain();
    throw error;
  }
}

const publicationBytes = 16 * 1024 * 1024;

const methods: Readonly<Record<string, string>> = {
  '/': 'GET, HEAD',
  '/graphql': 'GET, POST',
  '/catalog': 'GET, POST',
  '/health': 'GET, HEAD',
  '/health/live': 'GET, HEAD',
  '/health/ready': 'GET, HEAD',
};

/** A slow client holds a socket for a while, and never the gateway. */
function createHttpServer(door: DoorLimits, allowed: typeof methods, log: Log): FastifyInstance {
  const server = fastify({
    bodyLimit: door.bodyBytes,
    requestTimeout: door.requestMs,
    http: { headersTimeout: door.headersMs, connectionsCheckingInterval: 1_000 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: requestIdOf,
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void refuse(reply, 'REQUEST_INVALID', 'The path cannot be read.');
    },
  });
  server.server.maxConnections = door.sockets;
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  readJsonBodies(server);
  answerFaults(server, allowed, log);
  return server;
}
