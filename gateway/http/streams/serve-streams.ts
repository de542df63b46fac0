/**
 * Streams of answers at `/graphql`: server-sent events (graphql-sse) for whoever accepts them, and WebSocket
 * (graphql-transport-ws).
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Came, DoorContext } from '../request-context.ts';
import { requestIdOf } from '../request-id.ts';
import { asksForStream, eventStreamHandler } from './event-stream-handler.ts';
import { createOperations, type OperationsOptions } from './operations.ts';
import { pagesAllowed } from './own-page.ts';
import { defaultStreamLimits, type StreamLimits } from './stream-limits.ts';
import { serveWebSocket } from './web-socket-connection.ts';
import { acceptWebSockets } from './web-sockets.ts';

export interface StreamsOptions extends OperationsOptions {
  readonly limits?: Partial<StreamLimits> | undefined;
  /** `https://app.example.com`: pages of other sites that may open streams. */
  readonly allowedOrigins?: ReadonlySet<string> | undefined;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => DoorContext;
  readonly contextOfSocket: (came: Came, gone: AbortSignal) => DoorContext;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** @returns the handler of `/graphql`. @param answer answers who asks for no stream */
export function serveStreams(server: FastifyInstance, answer: Handler, options: StreamsOptions): Handler {
  const { live, log, contextOf, contextOfSocket } = options;
  const limits = { ...defaultStreamLimits, ...options.limits };
  const isOwnPage = pagesAllowed(options.allowedOrigins ?? new Set());
  const operations = createOperations(options);
  const events = eventStreamHandler({ operations, contextOf, isOwnPage, log, ...limits });
  const sockets = acceptWebSockets(server.server, {
    limits,
    isOwnPage,
    hasGraph: () => live.current !== undefined,
    serve(socket, request) {
      const gone = new AbortController();
      socket.once('close', () => gone.abort());
      const id = requestIdOf(request);
      let asked = 0;
      const onBug = (error: unknown): void => {
        log(error instanceof Error ? (error.stack ?? error.message) : String(error), { level: 'error', requestId: id });
      };
      serveWebSocket(socket, {
        limits,
        onBug,
        begin(operation, { authorization }) {
          asked += 1;
          const came = { id: `${id}-${asked}`, headers: withCredential(request.headers, authorization), raw: request };
          return operations.begin(operation, contextOfSocket(came, gone.signal), false);
        },
      });
    },
  });
  server.addHook('preClose', async () => {
    await Promise.all([events.close(), sockets.close()]);
    operations.close();
  });
  return (request, reply) => (asksForStream(request) ? events.handle(request, reply) : answer(request, reply));
}

/**
 * Pages cannot set headers of a WebSocket, so they send their credential with `connection_init`. Nothing else is taken
 * from there: a header may be one that a proxy in front vouches for.
 */
function withCredential(headers: IncomingHttpHeaders, authorization: unknown): IncomingHttpHeaders {
  if (headers.authorization !== undefined || typeof authorization !== 'string') return headers;
  return { ...headers, authorization };
}
