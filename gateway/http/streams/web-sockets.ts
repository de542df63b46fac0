/** WebSockets at `/graphql`: who may open one, and how all of them end. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Code, codes } from '../../../subgraphs/kit/errors/codes.ts';
import { errorBody } from '../faults.ts';
import type { IsOwnPage } from './own-page.ts';
import { withoutUpgrade } from './plain-request.ts';
import type { StreamLimits } from './stream-limits.ts';

export interface WebSocketsOptions {
  readonly limits: StreamLimits;
  readonly isOwnPage: IsOwnPage;
  /** Whether there is a graph to answer from. */
  readonly hasGraph: () => boolean;
  readonly serve: (socket: WebSocket, request: IncomingMessage) => void;
}

export interface WebSockets {
  /** Tells all clients to go, and to come again. */
  close(): Promise<void>;
}

export function acceptWebSockets(server: Server, options: WebSocketsOptions): WebSockets {
  const { limits, isOwnPage, hasGraph, serve } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  let isClosing = false;

  server.on('upgrade', (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return withoutUpgrade(server, request, socket, head);
    const refusal = reasonAgainst(request);
    if (refusal) refuse(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, serve);
  });

  return {
    async close() {
      isClosing = true;
      const ending = [...sockets.clients].map(
        (socket) =>
          new Promise<void>((resolve) => {
            const cutOff = setTimeout(() => socket.terminate(), limits.goodbyeMs);
            socket.once('close', () => {
              clearTimeout(cutOff);
              resolve();
            });
            socket.close(goingAway, 'GATEWAY_CLOSING');
          }),
      );
      await Promise.all(ending);
    },
  };

  function reasonAgainst({ url = '', headers }: IncomingMessage): Code | undefined {
    if (url.split('?')[0] !== '/graphql') return 'NOT_FOUND';
    if (isClosing) return 'GATEWAY_CLOSING';
    if (!isOwnPage(headers)) return 'ORIGIN_FORBIDDEN';
    if (!hasGraph()) return 'GRAPH_UNAVAILABLE';
    return sockets.clients.size >= limits.webSockets ? 'OVERLOADED' : undefined;
  }
}

/** RFC 6455, 7.4.1. */
const goingAway = 1001;

function refuse(socket: Duplex, code: Code): void {
  const { summary, fix, status } = codes[code];
  const body = JSON.stringify(errorBody(code, `${summary} ${fix}`));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.on('error', () => {});
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
