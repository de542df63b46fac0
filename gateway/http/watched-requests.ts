/** Tells the watch of every request, from its arrival to the end of its answer. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Watch, WatchedRequest } from '../observability/watch.ts';
import { clientOf } from './client-name.ts';

const graphqlPaths: ReadonlySet<string> = new Set(['/graphql', '/catalog']);

/** What nginx calls a client that closed its connection before it had the answer. */
export const clientClosed = 499;

/** @returns what watches a request that has come. */
export function watchRequests(server: FastifyInstance, watch: Watch): (request: FastifyRequest) => WatchedRequest {
  const watched = new WeakMap<FastifyRequest, WatchedRequest>();
  server.addHook('onRequest', async (request, reply) => {
    const { raw } = reply;
    const { id: requestId, method, url, headers } = request;
    const [path = ''] = url.split('?');
    const came = { requestId, method, path, headers, client: clientOf(headers), isGraphQL: graphqlPaths.has(path) };
    const observer = endedOnce(watch.request(came));
    watched.set(request, observer);
    // Node's event, since Fastify's hook is not called for a client that left.
    raw.once('close', () => {
      const length = reply.getHeader('content-length');
      if (raw.writableFinished) observer.ended(raw.statusCode, length === undefined ? undefined : Number(length));
      else observer.ended(clientClosed, undefined);
    });
  });
  server.addHook('onSend', async (request, reply, payload) => {
    // What was refused before it reached GraphQL.
    if (reply.statusCode >= 400) watched.get(request)?.answered(codesIn(payload));
  });
  return (request) => {
    const observer = watched.get(request);
    if (!observer) throw new Error('Every request is watched from its arrival on.');
    return observer;
  };
}

/** A stream ends for whoever watches when it has begun, before its response does: its life is no time that it took. */
function endedOnce(observer: WatchedRequest): WatchedRequest {
  let isOver = false;
  return {
    ...observer,
    ended(status, bytes) {
      if (!isOver) observer.ended(status, bytes);
      isOver = true;
    },
  };
}

/** A body of ours is JSON, with errors as GraphQL has them. */
function codesIn(payload: unknown): unknown[] {
  const text = String(payload);
  if (!text.startsWith('{"errors":')) return [];
  const { errors } = JSON.parse(text) as { errors: { extensions?: { code?: unknown } }[] };
  return errors.map(({ extensions }) => extensions?.code);
}
