/** A subscription over WebSocket: the graphql-transport-ws protocol, one connection for each, with its own headers. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { allowedLookup, forbiddenHost } from '../allowed-lookup.ts';
import { HttpFailure } from '../http-failure.ts';
import { headersOfStream } from '../passed-headers.ts';
import type { OpenStream, RawStream } from './raw-stream.ts';
import { createStreamEnds } from './stream-ends.ts';

/** The subgraph answers pings, so that its silence means something. */
const pingMs = 20_000;
/** For the subgraph to agree to the end. */
const goodbyeMs = 500;

/** What is thrown is `unreadable` where the subgraph answers, but not with a WebSocket. */
export const openWebSocket: OpenStream = ({ url, body, headers, sign }, limits) =>
  new Promise<RawStream>((resolve, reject) => {
    const { clock, largestEventBytes, addresses } = limits;
    const forbidden = forbiddenHost(new URL(url).hostname, addresses);
    if (forbidden) return reject(forbidden);
    const lookup = allowedLookup(addresses);
    let socket: WebSocket | undefined;
    let refused: HttpFailure | undefined;

    class StreamSocket extends WebSocket {
      constructor(address: string, protocol: string) {
        const options = { headers: pairs(headersOfStream(sign(), headers)), maxPayload: largestEventBytes };
        super(address, protocol, { ...options, lookup, perMessageDeflate: false, followRedirects: false });
        socket = this;
        const heard = (): void => silence.heard();
        this.on('message', heard).on('ping', heard).on('pong', heard);
        this.on('unexpected-response', (request, response) => {
          refused = new HttpFailure('unreadable', `HTTP ${response.statusCode} instead of a WebSocket`);
          request.destroy();
          fail(refused);
        });
      }
    }

    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: StreamSocket,
      retryAttempts: 0,
      keepAlive: pingMs,
      on: {
        connected() {
          stopWaiting();
          resolve(queue);
        },
      },
    });
    const close = (): void => {
      unsubscribe();
      if (socket?.readyState === WebSocket.CONNECTING) socket.terminate();
      else if (socket) {
        socket.resume();
        clock.after(goodbyeMs, () => socket?.terminate());
      }
    };
    const { queue, silence, fail, stopWaiting } = createStreamEnds(
      limits,
      { pause: () => socket?.pause(), resume: () => socket?.resume(), close },
      reject,
    );
    const unsubscribe = client.subscribe(JSON.parse(body), {
      next: (event) => queue.push({ body: event, plain: false }),
      error(error) {
        // An operation that was refused; anything else is about the connection.
        if (Array.isArray(error)) {
          queue.push({ body: { errors: error }, plain: false });
          queue.end();
        } else fail(failureOf(error));
      },
      complete: () => queue.end(),
    });
  });

function pairs(headers: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) named[headers[at] ?? ''] = headers[at + 1] ?? '';
  return named;
}

/** A close event, or the error event of a connection that never was. */
function failureOf(error: unknown): HttpFailure {
  const { code, reason, message, error: cause } = error as Readonly<Record<string, unknown>>;
  if (cause instanceof HttpFailure) return cause;
  if (code === 1009) return new HttpFailure('too large', 'an event is too large', error);
  if (code !== undefined) return new HttpFailure('broken', `the WebSocket was closed: ${code} ${reason}`, error);
  const isLarge = /max payload/i.test(String(message));
  return new HttpFailure(isLarge ? 'too large' : 'unreachable', String(message), error);
}
