import { Readable } from 'node:stream';
import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { LiveEngine } from '../engine/live-engine.ts';
import type { Log } from '../engine/log.ts';
import { wantsPlainJson } from './answers-plugin.ts';
import type { GraphQLServer } from './apollo-server.ts';
import type { DoorContext } from './request-context.ts';
import { withStatus } from './with-status.ts';

export interface GraphQLHandlerOptions {
  /** Over `live`. */
  readonly server: GraphQLServer;
  readonly live: LiveEngine;
  /** @throws GraphQLError where the text of an operation is not worth validating. */
  readonly admit: (source: string) => void;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => DoorContext;
  readonly log: Log;
}

/** GraphQL over HTTP: between Fastify and Apollo Server, which reads the parameters and chooses the type of the answer. */
export function graphqlHandler({ server, live, admit, contextOf, log }: GraphQLHandlerOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const httpGraphQLRequest = httpRequestOf(request);
    // Called once the request is known not to be forged, and before its operation is parsed.
    const context = async (): Promise<DoorContext> => {
      const source = sourceOf(httpGraphQLRequest);
      const made = contextOf(request, reply);
      if (source !== undefined) admitted(source, request, made);
      return made;
    };
    await live.during(async () => {
      const { status, headers, body } = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
      for (const [name, value] of headers) void reply.header(name, value);
      // An answer is for who asked, and not for a cache in between.
      if (!headers.has('cache-control')) void reply.header('cache-control', 'no-store');
      void reply.code(status ?? 200);
      // A string would be copied to count its bytes, and again to join it to the headers.
      if (body.kind === 'complete') void reply.send(Buffer.from(body.string));
      else await sendParts(body.asyncIterator, reply);
    });
    return reply;
  };

  /** Resolves when the last part is on its way, or the client has left: until then, the engine makes parts. */
  async function sendParts(parts: AsyncIterable<string>, reply: FastifyReply): Promise<void> {
    const stream = Readable.from(parts);
    stream.once('error', (error) => log(error.stack ?? error.message, { level: 'error', requestId: reply.request.id }));
    const { raw } = reply;
    const closed = new Promise<unknown>((resolve) => raw.once('close', resolve));
    void reply.send(stream);
    if (!raw.closed) await closed;
  }

  function admitted(source: string, request: FastifyRequest, { observer }: DoorContext): void {
    try {
      admit(source);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      observer?.answered([error.extensions.code]);
      throw wantsPlainJson(request.headers.accept) ? withStatus(error, 200) : withStatus(error);
    }
  }
}

function httpRequestOf(request: FastifyRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (request.method === 'GET' && isOfOwnPage(request)) headers.set('apollo-require-preflight', '1');
  const question = request.url.indexOf('?');
  return {
    method: request.method,
    headers,
    search: question === -1 ? '' : request.url.slice(question),
    body: request.body,
  };
}

/**
 * Apollo Server refuses what a foreign page can make a browser send unasked (CSRF). For GET the browser itself says who
 * asks (Fetch Metadata); what sends neither that nor Origin nor Referer is no browser of the last years.
 */
function isOfOwnPage({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined && headers.referer === undefined;
}

function sourceOf({ method, search, body }: HTTPGraphQLRequest): string | undefined {
  if (method === 'GET') return new URLSearchParams(search).get('query') ?? undefined;
  const query = typeof body === 'object' && body !== null ? (body as { readonly query?: unknown }).query : undefined;
  return typeof query === 'string' ? query : undefined;
}
