/** `/graphql` for those who accept `text/event-stream`: subscriptions, and queries and mutations as streams of one answer. */
import type { GraphQLRequest } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Log } from '../../engine/log.ts';
import { refuse } from '../faults.ts';
import { refuseOverloaded } from '../overload.ts';
import type { DoorContext } from '../request-context.ts';
import { type EventStream, writeEvents } from './event-stream.ts';
import { operationOf, parametersOf } from './operation-request.ts';
import type { Operations } from './operations.ts';
import type { IsOwnPage } from './own-page.ts';
import type { StreamLimits } from './stream-limits.ts';

export interface EventStreamHandlerOptions {
  readonly operations: Operations;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => DoorContext;
  /** Told when a stream has begun, which is the work of its request. */
  readonly release: (request: FastifyRequest) => void;
  readonly isOwnPage: IsOwnPage;
  readonly limits: Pick<StreamLimits, 'eventStreams' | 'heartbeatMs' | 'goodbyeMs'>;
  readonly log: Log;
}

export interface EventStreamHandler {
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Ends all streams with a word to their consumers. */
  close(): Promise<void>;
}

export function eventStreamHandler(options: EventStreamHandlerOptions): EventStreamHandler {
  const { operations, contextOf, release, isOwnPage, limits, log } = options;
  const { heartbeatMs, goodbyeMs } = limits;
  const open = new Map<EventStream, FastifyReply>();
  let isClosing = false;
  return {
    async handle(request, reply) {
      if (isClosing) return refuse(reply, 'GATEWAY_CLOSING');
      if (open.size >= limits.eventStreams) return refuseOverloaded(reply);
      const isSafe = request.method === 'GET';
      // By POST it is JSON, which no page can send to another site unasked.
      if (isSafe && !isOwnPage(request.headers) && !isPreflighted(request)) return refuse(reply, 'ORIGIN_FORBIDDEN');
      const asked = operationOf(isSafe ? parametersOf(request.url) : request.body);
      if (!asked) throw new WeftError('REQUEST_INVALID', notAnOperation);
      const context = contextOf(request, reply);
      const begun = await operations.begin(asked as GraphQLRequest, context, isSafe);
      if (begun.kind === 'refused') {
        if (begun.retryAfter !== undefined) void reply.header('retry-after', begun.retryAfter);
        return reply.code(begun.status).send({ errors: begun.errors });
      }
      // Nobody would tell it any more. What has been executed, is answered.
      if (isClosing && begun.isSubscription) {
        await begun.answers.return(undefined);
        return refuse(reply, 'GATEWAY_CLOSING');
      }
      release(request);
      if (begun.isSubscription) context.observer?.ended(200, undefined);
      reply.hijack();
      reply.raw.setHeader('x-request-id', request.id);
      const onBug = (error: unknown): void => {
        log(error instanceof Error ? (error.stack ?? error.message) : String(error), {
          level: 'error',
          requestId: request.id,
        });
      };
      const stream = writeEvents(reply.raw, begun.answers, { heartbeatMs, onBug });
      open.set(stream, reply);
      await stream.ended;
      open.delete(stream);
      return reply;
    },
    async close() {
      isClosing = true;
      const ending = [...open].map(async ([stream, { raw }]) => {
        stream.sayGoodbye();
        const cutOff = setTimeout(() => raw.destroy(), goodbyeMs);
        await stream.ended;
        clearTimeout(cutOff);
      });
      await Promise.all(ending);
    },
  };
}

const notAnOperation =
  'The parameters are not those of GraphQL over HTTP: query, variables, operationName, extensions.';

/** A header that no page can send to another site unasked (as Apollo Server has it). */
function isPreflighted({ headers }: FastifyRequest): boolean {
  return headers['apollo-require-preflight'] !== undefined || headers['x-apollo-operation-name'] !== undefined;
}

/**
 * Some clients accept streams for whatever they send. Whoever takes JSON, too, gets a stream only for what may be a
 * subscription: either is an answer that they accept.
 */
export function asksForStream({ method, headers, url, body }: FastifyRequest): boolean {
  const { accept = '' } = headers;
  if (!/\btext\/event-stream\b/.test(accept)) return false;
  if (!/\bjson\b|\*\/\*/.test(accept)) return true;
  const asked = operationOf(method === 'GET' ? parametersOf(url) : body);
  return /\bsubscription\b/.test(asked?.query ?? '');
}
