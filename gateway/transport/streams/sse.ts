/** A subscription over server-sent events: the graphql-sse protocol, in its distinct connections mode. */
import type { IncomingHttpHeaders } from 'node:http';
import { createConnections } from '../connections.ts';
import { tooLarge } from '../exchange.ts';
import type { HttpAnswer } from '../http-client.ts';
import { HttpFailure } from '../http-failure.ts';
import { headersOfStream } from '../passed-headers.ts';
import { createEventParser, type ServerSentEvent } from './event-parser.ts';
import type { OpenStream, RawEvent, RawStream } from './raw-stream.ts';
import { createStreamEnds } from './stream-ends.ts';

const own = ['accept', 'text/event-stream', 'content-type', 'application/json'];

/** Where the subgraph answers with anything but a stream, that is the answer: perhaps it only knows WebSocket. */
export const openSse: OpenStream<RawStream | HttpAnswer> = ({ url, body, headers, sign }, limits) =>
  new Promise((resolve, reject) => {
    const { largestEventBytes, addresses } = limits;
    const { origin, pathname, search } = new URL(url);
    const connections = createConnections(origin, addresses);
    const client = connections.take();
    let flow: { pause(): void; resume(): void } | undefined;
    let answer:
      | { readonly status: number; readonly headers: IncomingHttpHeaders; readonly chunks: Buffer[]; size: number }
      | undefined;

    const { queue, silence, fail, stopWaiting } = createStreamEnds(
      limits,
      { pause: () => flow?.pause(), resume: () => flow?.resume(), close: () => connections.drop(client) },
      reject,
    );

    const onEvent = ({ type, data }: ServerSentEvent): void => {
      if (type === 'complete') queue.end();
      // Other types are of other protocols on top (WHATWG: an event without a type is a `message`).
      else if (type === 'next') queue.push(eventOf(data));
    };
    const parse = createEventParser(largestEventBytes, onEvent);

    client.dispatch(
      {
        path: `${pathname}${search}`,
        method: 'POST',
        headers: headersOfStream([...own, ...sign()], headers),
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart() {},
        onResponseStart(controller, status, received) {
          if (status < 200) return;
          flow = controller;
          silence.heard();
          if (status === 200 && isEventStream(received)) {
            stopWaiting();
            resolve(queue);
          } else answer = { status, headers: received, chunks: [], size: 0 };
        },
        onResponseData(_, chunk) {
          silence.heard();
          try {
            if (answer) collect(answer, chunk, largestEventBytes);
            else parse(chunk);
          } catch (failure) {
            fail(failure as HttpFailure);
          }
        },
        onResponseEnd() {
          if (!answer) return queue.end(new HttpFailure('broken', 'the stream ended without `complete`'));
          queue.close();
          const { status, headers: received, chunks } = answer;
          resolve({ status, headers: received, text: Buffer.concat(chunks).toString('utf8') });
        },
        onResponseError(_, error) {
          const kind = flow ? 'broken' : 'unreachable';
          fail(error instanceof HttpFailure ? error : new HttpFailure(kind, error.message || error.name, error));
        },
      },
    );
  });

/** `none` is no content coding, but what the library of the protocol says (RFC 9110, 8.4.1, has `identity` for it). */
function isEventStream({
  'content-type': type = '',
  'content-encoding': coding = 'none',
}: IncomingHttpHeaders): boolean {
  return /^text\/event-stream\b/i.test(type) && /^(?:none|identity)$/i.test(coding);
}

function eventOf(data: string): RawEvent {
  try {
    return { body: JSON.parse(data) as unknown, plain: !data.includes('\\') };
  } catch {
    return { body: undefined, plain: false };
  }
}

function collect(answer: { readonly chunks: Buffer[]; size: number }, chunk: Buffer, largestBytes: number): void {
  answer.chunks.push(chunk);
  answer.size += chunk.byteLength;
  if (answer.size > largestBytes) throw new HttpFailure('too large', tooLarge(largestBytes));
}
