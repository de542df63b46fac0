/** HTTP in: `/graphql`, `/catalog`, `/health` and GraphiQL at `/`. */
import fastifyApollo, { type ApolloFastifyContextFunction } from '@as-integrations/fastify';
import { type FastifyInstance, fastify } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { codes } from '../../subgraphs/kit/errors/codes.ts';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { portInUse } from '../../subgraphs/kit/errors/port-in-use.ts';
import type { Engine, RequestContext } from '../engine/engine.ts';
import { type GraphQLServer, startApolloServer } from './apollo-server.ts';
import { graphiqlHandler } from './graphiql.ts';
import type { Log } from './log.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Absent while there is no composed graph: `/graphql` then answers 503 with the issues. */
  readonly engine: Engine | undefined;
  readonly issues: readonly Issue[];
  readonly catalogSchema: GraphQLSchema;
  readonly defaultQuery: string;
  readonly log: Log;
}

const largestRequest = 1024 * 1024;

/** @throws WeftError PORT_IN_USE. Nothing stays open then. */
export async function startServer(options: ServerOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { engine, issues, log } = options;
  const server = fastify({
    bodyLimit: largestRequest,
    // A slow client holds a socket, not the gateway.
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
  });
  const catalogServer = await startApolloServer({ schema: options.catalogSchema }, log);
  const graphServer = engine && (await startApolloServer({ engine }, log));
  answerFaults(server, log);
  await server.register(fastifyApollo(catalogServer), { path: '/catalog', context: requestContext });
  if (graphServer) await server.register(fastifyApollo(graphServer), { path: '/graphql', context: requestContext });
  else server.all('/graphql', (_, reply) => reply.code(503).send(unavailable(issues)));
  server.get('/health', (_, reply) =>
    reply
      .code(engine ? 200 : 503)
      .send({ status: engine ? 'pass' : 'fail', graph: engine ? 'composed' : 'unavailable' }),
  );
  server.get('/', graphiqlHandler(options.defaultQuery));
  const drain = drainOf(server, [catalogServer, ...(graphServer ? [graphServer] : [])]);
  try {
    const url = await server.listen({ host: options.host, port: options.port }).catch(portInUse(options.port));
    return { url, close: drain };
  } catch (error) {
    await drain();
    throw error;
  }
}

/** Aborted when the consumer hangs up before it has its answer: what it asked for is not fetched to the end. */
const requestContext: ApolloFastifyContextFunction<RequestContext> = async (_, reply) => {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return { signal: gone.signal };
};

/** Everything answers as JSON in the shape of a GraphQL response, also what never reached GraphQL. */
function answerFaults(server: FastifyInstance, log: Log): void {
  server.setNotFoundHandler((_, reply) => reply.code(404).send(errorBody('NOT_FOUND', 'There is nothing here.')));
  server.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(errorBody(error.code ?? 'BAD_REQUEST', error.message));
    log(`error: ${error.stack ?? error.message}`);
    return reply.code(status).send(errorBody('INTERNAL_SERVER_ERROR', 'The gateway failed on this request.'));
  });
}

function unavailable(issues: readonly Issue[]) {
  const { summary, fix } = codes.GRAPH_UNAVAILABLE;
  const found = issues.filter(({ severity }) => severity === 'error').map(({ code, message }) => ({ code, message }));
  return errorBody('GRAPH_UNAVAILABLE', `${summary} ${fix}`, { issues: found });
}

function errorBody(code: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
  return { errors: [{ message, extensions: { code, ...more } }] };
}

/** Stops accepting, lets running requests finish, then stops what served them. */
function drainOf(server: FastifyInstance, apolloServers: readonly GraphQLServer[]): () => Promise<void> {
  let draining = false;
  server.addHook('onSend', async (_, reply) => {
    // Else a kept-alive connection would hold the port after its last answer.
    if (draining) void reply.header('connection', 'close');
  });
  return async () => {
    draining = true;
    await server.close();
    await Promise.all(apolloServers.map((each) => each.stop()));
  };
}
