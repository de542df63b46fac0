/** One WebSocket of a consumer: the graphql-transport-ws protocol, whose library asks here what an operation answers. */
import { buildSchema, parse } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import { operationOf } from './operation-request.ts';
import type { AnswerStream, Begun } from './operations.ts';
import type { StreamLimits } from './stream-limits.ts';
import { FormattedError } from './streamed-answer.ts';

export interface WebSocketConnectionOptions {
  readonly limits: StreamLimits;
  /**
   * @param params what the client sent at the beginning of the connection.
   * @param gone aborted when nobody waits for the operation any more.
   */
  readonly begin: (
    request: NonNullable<ReturnType<typeof operationOf>>,
    params: Readonly<Record<string, unknown>>,
    gone: AbortSignal,
  ) => Promise<Begun>;
  readonly onBug: (error: unknown) => void;
}

/** By then, the operation has been read and begun elsewhere; the library only has to find one. */
const placeholder = { schema: buildSchema('type Query { answered: Boolean }'), document: parse('{ answered }') };

export function serveWebSocket(socket: WebSocket, { limits, begin, onBug }: WebSocketConnectionOptions): void {
  /** By their payloads. The library forgets an operation when its client does, though it may still be at work. */
  const underWay = new Map<unknown, { readonly isWanted: () => boolean; readonly gone: AbortController }>();
  const protocol = makeServer({
    connectionInitWaitTimeout: limits.initMs,
    async onSubscribe({ subscriptions, connectionParams = {} }, id, payload) {
      if (underWay.size >= limits.operationsPerWebSocket) return [tooMany()];
      const request = operationOf(payload);
      if (!request) return [invalid()];
      const gone = new AbortController();
      underWay.set(payload, { isWanted: () => id in subscriptions, gone });
      const begun = await begin(request, connectionParams, gone.signal);
      if (begun.kind === 'answers') return { ...placeholder, contextValue: begun.answers };
      underWay.delete(payload);
      return begun.errors.map((error) => new FormattedError(error));
    },
    onComplete: (_context, _id, payload) => void underWay.delete(payload),
    execute: ({ contextValue }) => contextValue as AsyncGenerator<never>,
    // It is for consumers already.
    onNext: (_context, _id, _payload, _args, answer) => answer as Awaited<ReturnType<AnswerStream['next']>>['value'],
  });

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(text, () => resolve());
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage(take) {
        socket.on('message', (data, isBinary) => {
          if (isBinary) return socket.close(unsupportedData, 'Messages are text');
          take(data.toString()).catch((error: unknown) => {
            onBug(error);
            socket.close(internalError, 'The gateway failed');
          });
          for (const { isWanted, gone } of underWay.values()) if (!isWanted()) gone.abort();
        });
      },
    },
    undefined,
  );

  let isAlive = true;
  const heartbeat = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, limits.heartbeatMs);
  socket.on('pong', () => {
    isAlive = true;
  });
  // A message that is too large, or no WebSocket at all: `ws` closes it.
  socket.on('error', () => {});
  socket.once('close', (code, reason) => {
    clearInterval(heartbeat);
    for (const { gone } of underWay.values()) gone.abort();
    closed(code, reason.toString()).catch(onBug);
  });
}

/** RFC 6455, 7.4.1; the other is the protocol's. */
const unsupportedData = 1003;
const internalError = 4500;

function tooMany(): FormattedError {
  const { summary, fix } = codes.SUBSCRIPTIONS_EXCEEDED;
  return new FormattedError({ message: `${summary} ${fix}`, extensions: { code: 'SUBSCRIPTIONS_EXCEEDED' } });
}

function invalid(): FormattedError {
  const { summary, fix } = codes.REQUEST_INVALID;
  return new FormattedError({ message: `${summary} ${fix}`, extensions: { code: 'REQUEST_INVALID' } });
}
