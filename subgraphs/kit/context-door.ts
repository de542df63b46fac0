/** Who may ask a domain's GraphQL: with a secret its gateway, and nobody else; without one everybody. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MinimumGroups } from './contract/minimum-groups.ts';
import type { RowConditions } from './contract/row-condition.ts';
import { claimedContext, contextHeader } from './contract/signed-context.ts';
import { codes } from './errors/codes.ts';
import { WeftError } from './errors/weft-error.ts';
import { contextVerifier, type VerifyContext } from './verify-context.ts';

export interface ContextDoorOptions {
  /** As the mesh calls it. */
  readonly subgraph: string;
  /** Everybody may ask, where it is absent. */
  readonly secret?: string | undefined;
  /** What comes without a context is answered all the same: for development. */
  readonly open?: boolean | undefined;
}

/** By default Node takes 16 KB, which conditions on many types may be more than. */
export const largestHeaderBytes = 64 * 1024;

/** Judges all requests of a scope before they are executed. */
export type ContextDoor = (scope: FastifyInstance) => ShownTo;

/** What the gateway lets whoever asks by a request read; everything, for a request that is not a gateway's. */
export type ShownTo = (request: FastifyRequest) => Shown;

export interface Shown {
  readonly rows?: RowConditions;
  readonly minimumGroups?: MinimumGroups | undefined;
}

/** @throws WeftError GATEWAY_SECRET_INVALID */
export function contextDoor({ subgraph, secret, open = false }: ContextDoorOptions): ContextDoor {
  const verify = secret ? contextVerifier({ secret, subgraph }) : undefined;
  return (scope) => judged(scope, subgraph, verify, open);
}

function judged(scope: FastifyInstance, subgraph: string, verify: VerifyContext | undefined, open: boolean): ShownTo {
  const allowed = new WeakMap<FastifyRequest, Shown>();
  const bodies = new WeakMap<FastifyRequest, Buffer>();

  if (verify) {
    const parse = scope.getDefaultJsonParser('error', 'error');
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      // What is signed are the bytes.
      bodies.set(request, body);
      void parse(request, body.toString(), done);
    });
  }
  // Before the body is read, of which there may be much.
  scope.addHook('onRequest', async (request, reply) => {
    const header = headerOf(request);
    if (verify && header === undefined && !open) return refuse(reply, () => verify(undefined, ''));
  });
  scope.addHook('preHandler', async (request, reply) => {
    const header = headerOf(request);
    if (header === undefined && (!verify || open)) return;
    return refuse(reply, () => {
      allowed.set(request, verify ? verify(header, bodies.get(request) ?? '') : unverified(subgraph, header));
    });
  });
  return (request) => allowed.get(request) ?? {};
}

/** Whoever signs may sign to all subgraphs, and let some answer everybody; but not one that would show what it asks to hide. */
function unverified(subgraph: string, header: string | undefined): Shown {
  const said = claimedContext(header ?? '');
  if (said && Object.keys(said.rows).length === 0 && !said.minimumGroups) return {};
  const message = `${subgraph} is asked to show some rows or summaries only, and has no secret to tell by who asks.`;
  throw new WeftError('CONTEXT_INVALID', message);
}

/** GraphQL over HTTP: an answer without `data`, for nothing was executed. */
function refuse(reply: FastifyReply, judge: () => void): FastifyReply | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { code, message, help } = error;
    return reply.code(codes[code].status).send({ errors: [{ message: `${message} ${help}`, extensions: { code } }] });
  }
}

function headerOf({ headers }: FastifyRequest): string | undefined {
  const header = headers[contextHeader];
  return Array.isArray(header) ? header.join() : header;
}
