/** HTTP in: `/graphql`, `/catalog`, `/health` and GraphiQL at `/`. */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { codes } from '../../subgraphs/kit/errors/codes.ts';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { portInUse } from '../../subgraphs/kit/errors/port-in-use.ts';
import { createBudget } from '../engine/demand/budget.ts';
import { type CostModel, noCosts } from '../engine/demand/cost-model.ts';
import { type DemandLimits, defaultLimits } from '../engine/demand/limits.ts';
import type { Engine } from '../engine/engine.ts';
import { createAdmission } from './admission.ts';
import { startApolloServer } from './apollo-server.ts';
import { type DoorLimits, defaultDoorLimits } from './door-limits.ts';
import { type DrainTimes, drainOf } from './drain.ts';
import { type OverloadProbe, probeProcess } from './event-loop-probe.ts';
import { answerBrokenHttp, answerFaults, errorBody, refuse } from './faults.ts';
import { graphiqlHandler } from './graphiql.ts';
import { graphqlHandler } from './graphql-handler.ts';
import { serveHealth } from './health.ts';
import { readJsonBodies, refuseEncodedBodies } from './json-body.ts';
import type { Log } from './log.ts';
import { shedOverload } from './overload.ts';
import { type ContextOptions, requestContextOf } from './request-context.ts';
import { requestIdOf } from './request-id.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Absent while there is no composed graph: `/graphql` then answers 503 with the issues. */
  readonly engine: Engine | undefined;
  readonly issues: readonly Issue[];
  readonly catalogSchema: GraphQLSchema;
  readonly defaultQuery: string;
  readonly log: Log;
  /** What the graph says about its cost; nothing, where absent. */
  readonly costModel?: CostModel | undefined;
  /** Units of cost that one principal may spend in a minute; as many as it likes, where absent. */
  readonly costPerMinute?: number | undefined;
  readonly demandLimits?: Partial<DemandLimits>;
  readonly doorLimits?: Partial<DoorLimits>;
  readonly requests?: Partial<ContextOptions>;
  readonly hideSchemaDetails?: boolean;
  readonly drain?: Partial<DrainTimes>;
  /** Of this process, where absent. */
  readonly probe?: OverloadProbe | undefined;
}

/** @throws WeftError PORT_IN_USE. Nothing stays open then. */
export async function startServer(options: ServerOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { engine, log } = options;
  const door = { ...defaultDoorLimits, ...options.doorLimits };
  const limits = { ...defaultLimits, ...options.demandLimits };
  const requests = { timeoutMs: 5_000, forwardHeaders: [], labels: new Set<string>(), ...options.requests };
  const budget = options.costPerMinute
    ? createBudget({ perMinute: options.costPerMinute, now: () => performance.now() })
    : undefined;
  const server = createHttpServer(door, log);

  const startGraphQL = (over: Parameters<typeof startApolloServer>[0], model: CostModel) =>
    startApolloServer(over, {
      demand: { limits, model, budget },
      hideSchemaDetails: options.hideSchemaDetails ?? false,
      log,
    });
  const catalogServer = await startGraphQL({ schema: options.catalogSchema }, noCosts);
  const graphServer = engine && (await startGraphQL({ engine }, options.costModel ?? noCosts));

  const admit = createAdmission(limits);
  const contextOf = (request: FastifyRequest, reply: FastifyReply) => requestContextOf(request, reply, requests);
  const probe = options.probe ?? probeProcess();
  const { isDraining, drain } = drainOf(server, { delayMs: 0, timeoutMs: 20_000, ...options.drain }, async () => {
    await Promise.all([catalogServer.stop(), graphServer?.stop()]);
    probe.close();
  });
  const shed = shedOverload(door, probe);
  const serveGraphQL = (url: string, graphql: Awaited<ReturnType<typeof startGraphQL>>): void => {
    server.route({
      method: ['GET', 'POST'],
      url,
      exposeHeadRoute: false,
      onRequest: [shed, refuseEncodedBodies],
      handler: graphqlHandler({ server: graphql, admit, contextOf }),
    });
  };
  serveGraphQL('/catalog', catalogServer);
  if (graphServer) serveGraphQL('/graphql', graphServer);
  else server.all('/graphql', (_, reply) => reply.code(503).send(unavailable(options.issues)));
  server.get('/', { onRequest: shed }, graphiqlHandler(options.defaultQuery));
  serveHealth(server, { hasGraph: engine !== undefined, isDraining });

  try {
    const url = await server.listen({ host: options.host, port: options.port }).catch(portInUse(options.port));
    return { url, close: drain };
  } catch (error) {
    await drain();
    throw error;
  }
}

const methods = {
  '/': 'GET, HEAD',
  '/graphql': 'GET, POST',
  '/catalog': 'GET, POST',
  '/health': 'GET, HEAD',
  '/health/live': 'GET, HEAD',
  '/health/ready': 'GET, HEAD',
};

/** A slow client holds a socket for a while, and never the gateway. */
function createHttpServer(door: DoorLimits, log: Log): FastifyInstance {
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
  answerFaults(server, methods, log);
  return server;
}

function unavailable(issues: readonly Issue[]) {
  const { summary, fix } = codes.GRAPH_UNAVAILABLE;
  const found = issues.filter(({ severity }) => severity === 'error').map(({ code, message }) => ({ code, message }));
  return errorBody('GRAPH_UNAVAILABLE', `${summary} ${fix}`, { issues: found });
}
