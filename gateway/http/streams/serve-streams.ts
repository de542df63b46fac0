/**
 * Streams of answers at `/graphql`: server-sent events (graphql-sse) for whoever accepts them, and WebSocket
 * (graphql-transport-ws).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DoorContext } from '../request-context.ts';
import { requestIdOf } from '../request-id.ts';
import { asksForStream, eventStreamHandler } from './event-stream-handler.ts';
import { createOperations, type OperationsOptions } from './operations.ts';
import { pagesAllowed } from './own-page.ts';
import { type SocketOperationsOptions, socketOperations } from './socket-operations.ts';
import type { StreamLimits } from './stream-limits.ts';
import { serveWebSocket } from './web-socket-connection.ts';
import { acceptWebSockets } from './web-sockets.ts';

export interface StreamsOptions
  extends OperationsOptions,
    Pick<SocketOperationsOptions, 'overload' | 'contextOfSocket' | 'identify'> {
  readonly limits: StreamLimits;
  /** `https://app.example.com`: pages of other sites that may open streams. */
  readonly allowedOrigins?: ReadonlySet<string> | undefined;
  /** Told of requests whose streams have begun. */
  readonly release: (request: FastifyRequest) => void;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => DoorContext;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** @returns the handler of `/graphql`. @param answer answers who asks for no stream */
export function serveStreams(server: FastifyInstance, answer: Handler, options: StreamsOptions): Handler {
  const { live, limits, log, contextOf, release } = options;
  const isOwnPage = pagesAllowed(options.allowedOrigins ?? new Set());
  const operations = createOperations(options);
  const events = eventStreamHandler({ operations, contextOf, release, isOwnPage, limits, log });
  const sockets = acceptWebSockets(server.server, {
    limits,
    isOwnPage,
    hasGraph: () => live.current !== undefined,
    serve(socket, request) {
      const id = requestIdOf(request);
      const onBug = (error: unknown): void => {
        log(error instanceof Error ? (error.stack ?? error.message) : String(error), { level: 'error', requestId: id });
      };
      serveWebSocket(socket, { limits, onBug, ...socketOperations(request, id, { ...options, operations }) });
    },
  });
  server.addHook('preClose', async () => {
    await Promise.all([events.close(), sockets.close()]);
    operations.close();
  });
  return (request, reply) => (asksForStream(request) ? events.handle(request, reply) : answer(request, reply));
}
