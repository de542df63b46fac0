/**
 * How the engine subscribes at subgraphs. A stream that breaks is not opened again behind anybody's back: what was sent
 * in between would be missing, so the consumer is told, and asks anew.
 */
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { EventStream, SubscribeSubgraph } from '../../engine/engine.ts';
import type { Log } from '../../engine/log.ts';
import { type AddressPolicy, ownAddresses } from '../address-ranges.ts';
import { type Clock, realClock } from '../clock.ts';
import { readEnvelope, responseOf } from '../envelope.ts';
import { withErrorsForConsumers } from '../errors-for-consumers.ts';
import { weftErrorOf } from '../failed-request.ts';
import { createFailureLog } from '../failure-log.ts';
import type { HttpAnswer } from '../http-client.ts';
import { HttpFailure } from '../http-failure.ts';
import { minimumGroupsFor, rowsFor, type SignRequest, unsigned } from '../request-signer.ts';
import type { RawStream, StreamLimits, StreamRequest } from './raw-stream.ts';
import { openSse } from './sse.ts';
import { openWebSocket } from './web-socket.ts';

/** `auto`: server-sent events, and WebSocket where the subgraph answers those with something else. */
export type SubscriptionProtocol = 'sse' | 'ws' | 'auto';

export interface SubgraphStreamsOptions {
  readonly log: Log;
  readonly protocol?: SubscriptionProtocol;
  readonly beginMs?: number;
  readonly silentMs?: number;
  readonly slowMs?: number;
  readonly largestEventBytes?: number;
  /** Whether the log may quote subgraphs; it does where absent. */
  readonly quotes?: boolean;
  /** Where connections may lead; `ownAddresses` where absent. */
  readonly addresses?: AddressPolicy;
  /** Requests are not signed, where absent; a WebSocket is, with the body of the one subscription that it is for. */
  readonly sign?: SignRequest;
  readonly clock?: Clock;
}

export function createSubgraphStreams(options: SubgraphStreamsOptions): SubscribeSubgraph {
  const { log, protocol = 'auto', beginMs = 10_000, silentMs = 60_000, slowMs = 10_000, clock = realClock } = options;
  const { largestEventBytes = 1024 * 1024, addresses = ownAddresses, quotes = true, sign = unsigned } = options;
  const tell = createFailureLog(log, clock);
  /** URLs where WebSocket was what worked. */
  const onlyWebSocket = new Set<string>();

  return async ({ name, url }, { body }, context) => {
    const { headers, signal, requestId } = context;
    const rows = rowsFor(name, context);
    const groups = minimumGroupsFor(name, context);
    const telling = { log, requestId, quotes };
    const begin = { due: clock.now() + beginMs, signal };
    const limits = { clock, addresses, begin, silentMs, slowMs, largestEventBytes };
    const explain = (error: unknown, timeoutMs: number): unknown => {
      if (!(error instanceof HttpFailure)) return error;
      tell(error, { what: `subgraph ${name}: subscription`, url, requestId });
      return weftErrorOf(name, error, { by: 'subgraph', timeoutMs });
    };
    if (signal?.aborted) throw explain(new HttpFailure('gone', 'nobody waits for the stream any more'), beginMs);
    try {
      const opened = await open({ url, body, headers, sign: () => sign(name, body, rows, groups) }, limits);
      if ('status' in opened) return refusedWith(readEnvelope(name, opened, log, requestId));
      return eventsOf(opened);
    } catch (error) {
      throw explain(error, beginMs);
    }

    function eventsOf(stream: RawStream): EventStream {
      return {
        async next() {
          const { done, value } = await stream.next().catch((error: unknown) => {
            throw explain(error, silentMs);
          });
          if (done) return { done, value };
          const response = responseOf(value.body, value.plain);
          if (response) return { done: false, value: withErrorsForConsumers(name, response, telling) };
          stream.close();
          throw new WeftError(
            'SUBGRAPH_BAD_RESPONSE',
            `Subgraph \`${name}\` sent an event that is no GraphQL response.`,
          );
        },
        close: () => stream.close(),
      };
    }

    /** Instead of a stream, the subgraph said why there is none. */
    function refusedWith(response: Parameters<typeof withErrorsForConsumers>[1]): EventStream {
      let rest = [withErrorsForConsumers(name, response, telling)];
      return {
        async next() {
          const [value] = rest;
          rest = [];
          return value ? { done: false, value } : { done: true, value: undefined };
        },
        close() {
          rest = [];
        },
      };
    }
  };

  async function open(request: StreamRequest, limits: StreamLimits): Promise<RawStream | HttpAnswer> {
    const { url } = request;
    if (protocol === 'ws' || onlyWebSocket.has(url)) {
      return openWebSocket(request, limits).catch((error: unknown) => {
        onlyWebSocket.delete(url);
        throw error;
      });
    }
    const opened = await openSse(request, limits);
    if (protocol === 'sse' || !('status' in opened)) return opened;
    try {
      const stream = await openWebSocket(request, limits);
      onlyWebSocket.add(url);
      return stream;
    } catch (error) {
      // Neither: what it said first is worth more.
      if (error instanceof HttpFailure && error.kind !== 'gone' && error.kind !== 'due') return opened;
      throw error;
    }
  }
}
