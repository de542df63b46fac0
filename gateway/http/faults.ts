/** Everything answers as JSON in the shape of a GraphQL response, also what never reached GraphQL. */
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Code, codes } from '../../subgraphs/kit/errors/codes.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Log } from '../engine/log.ts';

export function errorBody(code: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
  return { errors: [{ message, extensions: { code, ...more } }] };
}

/** Answers with a code of ours, at the status that the table of codes gives it. */
export function refuse(reply: FastifyReply, code: Code, message: string = codes[code].summary): FastifyReply {
  return reply.code(codes[code].status).type('application/json; charset=utf-8').send(errorBody(code, message));
}

/** @param methods of exact paths; another method there is 405, any other path 404 */
export function answerFaults(server: FastifyInstance, methods: Readonly<Record<string, string>>, log: Log): void {
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    if (!Object.hasOwn(methods, path)) return refuse(reply, 'NOT_FOUND');
    void reply.header('allow', methods[path]);
    return refuse(reply, 'METHOD_NOT_ALLOWED', `${path} takes ${methods[path]}.`);
  });
  server.setErrorHandler((error: FastifyError | WeftError, request: FastifyRequest, reply) => {
    if (error instanceof WeftError) return refuse(reply, error.code, error.message);
    const status = error.statusCode ?? 500;
    if (status === 413) {
      // Fastify would close the connection under a client that still sends, which then never sees why.
      void reply.removeHeader('connection');
      return refuse(reply, 'REQUEST_TOO_LARGE');
    }
    if (status === 415) return refuse(reply, 'MEDIA_TYPE_UNSUPPORTED');
    if (status < 500) return reply.code(status).send(errorBody('BAD_REQUEST', error.message));
    log(error.stack ?? error.message, { level: 'error', requestId: request.id });
    const message = "The gateway failed on this request. What went wrong is in the gateway's log.";
    return reply.code(status).send(errorBody('INTERNAL_SERVER_ERROR', message, { requestId: request.id }));
  });
}

/** What Node's parser of HTTP refuses: there is no request yet to reply to. */
export function answerBrokenHttp(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body = JSON.stringify(errorBody('BAD_REQUEST', `${status.slice(4)}.`));
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
