/** Who asks: found out before the body of a request is read, and refused there where it cannot be told. */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { type Identity, isOfRegistry } from '../identity/identity.ts';
import { anonymous, type Principal } from '../identity/principal.ts';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export interface Askers {
  /** Hooks for the paths at which somebody asks. */
  readonly at: { readonly '/graphql': Hook; readonly '/catalog': Hook };
  /** Of a request that a hook has let in. */
  of(request: FastifyRequest): Principal;
  /** For what came in another way. */
  readonly identify: Identity['identify'];
}

/** How long until an issuer that was away may answer again, in seconds. */
const retryAfterSeconds = 5;

/** @param identity absent: everybody is anonymous. */
export function askersOf(identity: Pick<Identity, 'identify'> | undefined): Askers {
  const identify: Identity['identify'] = (authorization) => identity?.identify(authorization) ?? anonymous;
  const askers = new WeakMap<FastifyRequest, Principal>();
  const hook: Hook = async (request, reply) => {
    try {
      const found = identify(authorizationOf(request.raw));
      askers.set(request, found instanceof Promise ? await found : found);
    } catch (error) {
      const code = error instanceof WeftError ? error.code : undefined;
      // RFC 6750, 3: any client then knows that another token is needed.
      if (code === 'TOKEN_INVALID') void reply.header('www-authenticate', 'Bearer error="invalid_token"');
      if (code === 'ISSUER_UNREACHABLE') void reply.header('retry-after', String(retryAfterSeconds));
      throw error;
    }
  };
  return {
    at: {
      '/graphql': hook,
      // Who publishes shows a token of the registry, which the registry judges: as a consumer, it is nobody.
      '/catalog': async (request, reply) => {
        if (!isOfRegistry(request.headers.authorization)) await hook(request, reply);
      },
    },
    of: (request) => askers.get(request) ?? anonymous,
    identify,
  };
}

/** Of several, Node would take the first, and a proxy in front may have judged another one: together they are no token. */
export function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  if (headers.authorization === undefined) return undefined;
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization').join(', ');
}
