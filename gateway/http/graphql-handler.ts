import { Readable } from 'node:stream';
import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { LiveEngine } from '../engine/live-engine.ts';
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
}

/** GraphQL over HTTP: between Fastify and Apollo Server, which reads the parameters and chooses the type of the answer. */
export function graphqlHandler({ server, live, admit, contextOf }: GraphQLHandlerOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const httpGraphQLRequest = httpRequestOf(request);
    // Called once the request is known not to be forged, and before its operation is parsed.
    const context = async (): Promise<DoorContext> => {
      const source = sourceOf(httpGraphQLRequest);
      if (source !== undefined) admitted(source, request);
      return contextOf(request, reply);
    };
    const { status, headers, body } = await live.during(() =>
      server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context }),
    );
    for (const [name, value] of headers) void reply.header(name, value);
    // An answer is for who asked, and not for a cache in between.
    if (!headers.has('cache-control')) void reply.header('cache-control', 'no-store');
    // A string would be copied to count its bytes, and again to join it to the headers.
    const sent = body.kind === 'complete' ? Buffer.from(body.string) : Readable.from(body.asyncIterator);
    return reply.code(status ?? 200).send(sent);
  };

  function admitted(source: string, request: FastifyRequest): void {
    try {
      admit(source);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
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
