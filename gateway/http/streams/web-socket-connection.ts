/** One WebSocket of a consumer: the graphql-transport-ws protocol, whose library asks here what an operation answers. */
import { buildSchema, parse } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import type { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { operationOf } from './operation-request.ts';
import type { AnswerStream, Begun } from './operations.ts';
import type { StreamLimits } from './stream-limits.ts';
import { FormattedError } from './streamed-answer.ts';

export interface WebSocketConnectionOptions {
  readonly limits: StreamLimits;
  /**
   * Whether who opens the connection may: otherwise, why not.
   * @param params what the client sent at its beginning.
   */
  readonly connect: (params: Readonly<Record<string, unknown>>) => Promise<WeftError | undefined>;
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

export function serveWebSocket(socket: WebSocket, { limits, connect, begin, onBug }: WebSocketConnectionOptions): void {
  /** By their payloads. The library forgets an operation when its client does, though it may still be at work. */
  const underWay = new Map<unknown, { readonly isWanted: () => boolean; readonly gone: AbortController }>();
  const protocol = makeServer({
    connectionInitWaitTimeout: limits.initMs,
    async onConnect({ connectionParams = {} }) {
      const refusal = await connect(connectionParams);
      // The library's own close comes after this one, and changes nothing any more.
      if (refusal) socket.close(refusal.code === 'TOKEN_INVALID' ? forbidden : tryAgainLater, refusal.code);
      return refusal === undefined;
    },
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

/** RFC 6455, 7.4.1, and IANA's registry. */
const unsupportedData = 1003;
const tryAgainLater = 1013;
/** The protocol's. Clients may come again after the second one, with another token: after 4401, they would not. */
const internalError = 4500;
const forbidden = 4403;

function tooMany(): FormattedError {
  const { summary, fix } = codes.SUBSCRIPTIONS_EXCEEDED;
  return new FormattedError({ message: `${summary} ${fix}`, extensions: { code: 'SUBSCRIPTIONS_EXCEEDED' } });
}

function invalid(): FormattedError {
  const { summary, fix } = codes.REQUEST_INVALID;
  return new FormattedError({ message: `${summary} ${fix}`, extensions: { code: 'REQUEST_INVALID' } });
}
