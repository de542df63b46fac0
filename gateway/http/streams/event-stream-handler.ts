/** `/graphql` for those who accept `text/event-stream`: subscriptions, and queries and mutations as streams of one answer. */
import type { GraphQLRequest } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import type { Log } from '../../engine/log.ts';
import { refuse } from '../faults.ts';
import type { DoorContext } from '../request-context.ts';
import { type EventStream, writeEvents } from './event-stream.ts';
import { operationOf, parametersOf } from './operation-request.ts';
import type { Operations } from './operations.ts';
import type { IsOwnPage } from './own-page.ts';

export interface EventStreamHandlerOptions {
  readonly operations: Operations;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => DoorContext;
  readonly isOwnPage: IsOwnPage;
  readonly heartbeatMs: number;
  readonly goodbyeMs: number;
  readonly log: Log;
}

export interface EventStreamHandler {
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Ends all streams with a word to their consumers. */
  close(): Promise<void>;
}

export function eventStreamHandler(options: EventStreamHandlerOptions): EventStreamHandler {
  const { operations, contextOf, isOwnPage, heartbeatMs, goodbyeMs, log } = options;
  const open = new Map<EventStream, FastifyReply>();
  return {
    async handle(request, reply) {
      const isSafe = request.method === 'GET';
      // By POST it is JSON, which no page can send to another site unasked.
      if (isSafe && !isOwnPage(request.headers) && !isPreflighted(request)) return refuse(reply, 'ORIGIN_FORBIDDEN');
      const asked = operationOf(isSafe ? parametersOf(request.url) : request.body);
      if (!asked) throw new WeftError('REQUEST_INVALID', notAnOperation);
      const begun = await operations.begin(asked as GraphQLRequest, contextOf(request, reply), isSafe);
      if (begun.kind === 'refused') return reply.code(begun.status).send({ errors: begun.errors });
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
