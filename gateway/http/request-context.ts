import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestContext } from '../engine/engine.ts';
import type { Principal } from '../identity/principal.ts';
import type { WatchedRequest } from '../observability/watch.ts';
import { type Client, clientOf } from './client-name.ts';
import type { StreamRequest } from './streams/subscription-plugin.ts';

/** What the door knows of a request, for the engine and for the door itself. */
export interface DoorContext extends RequestContext {
  readonly requestId: string;
  readonly client: Client;
  readonly observer?: WatchedRequest;
  /** Who asks: nothing but what was verified. */
  readonly asker: Principal;
  /** What for, as the consumer says it: whether that is a purpose, and allows anything, policies decide. */
  readonly purpose?: string | undefined;
  /** Who spends the budget of cost. */
  readonly principal: string;
  /** Of whoever takes an answer in parts. */
  readonly stream?: StreamRequest;
}

/** A request, or a message on a connection that one opened. */
export interface Came {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

export interface ContextOptions {
  /** Milliseconds until an answer is due. */
  readonly timeoutMs: number;
  /** Headers of consumers that subgraphs may see, in lower case. `x-request-id` always goes along. */
  readonly forwardHeaders: readonly string[];
  /** Labels of `@override(label:)` that are on. */
  readonly labels: ReadonlySet<string>;
  /** The header that names the principal, set by a proxy that can be trusted. Without: who asks, or the address of the client. */
  readonly principalHeader?: string | undefined;
}

export function requestContextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  asker: Principal,
  options: ContextOptions,
): DoorContext {
  return {
    ...contextOf(request, goneSignal(reply), asker, options),
    // The first one stays: values of several subgraphs may be no list, and the gateway's own are its own.
    onHeaders(headers) {
      for (const name of Object.keys(headers)) if (!reply.hasHeader(name)) void reply.header(name, headers[name]);
    },
  };
}

/** @param gone aborted when the consumer has gone. */
export function contextOf(request: Came, gone: AbortSignal, asker: Principal, options: ContextOptions): DoorContext {
  const headers: Record<string, string> = { 'x-request-id': request.id };
  for (const name of options.forwardHeaders) {
    const value = request.headers[name];
    if (typeof value === 'string' && name !== 'x-request-id') headers[name] = value;
  }
  return {
    requestId: request.id,
    client: clientOf(request.headers),
    asker,
    purpose: purposeOf(request.headers),
    principal: principalOf(request, asker, options.principalHeader),
    authorization: request.headers.authorization,
    host: request.headers.host,
    signal: gone,
    deadline: performance.now() + options.timeoutMs,
    headers,
    labels: options.labels,
    percentage: Math.random() * 100,
  };
}

export const purposeHeader = 'weft-purpose';

function purposeOf({ [purposeHeader]: said }: IncomingHttpHeaders): string | undefined {
  return typeof said === 'string' ? said.trim().slice(0, 100) : undefined;
}

/** Aborted when the consumer hangs up before it has its answer: what it asked for is not fetched to the end. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function principalOf(request: Came, asker: Principal, header: string | undefined): string {
  const named = header === undefined ? undefined : request.headers[header];
  if (typeof named === 'string' && named !== '') return `header ${named}`;
  if (asker.kind !== 'anonymous') return `asker ${asker.id}`;
  const address = request.raw.socket.remoteAddress ?? '';
  // One customer of a provider has 2^64 addresses of IPv6.
  return address.includes(':') && !address.startsWith('::ffff:') ? firstGroups(address) : address;
}

/** The first 64 bits. */
function firstGroups(address: string): string {
  const [before = ''] = address.split('::');
  const groups = before.split(':').filter((group) => group !== '');
  return [...groups, '0', '0', '0', '0'].slice(0, 4).join(':');
}
