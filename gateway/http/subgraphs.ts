/** How the engine asks subgraphs: over HTTP, or in process for the gateway's own. What it throws, a consumer may read. */
import type { GraphQLFormattedError } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { FetchSubgraph, RequestContext, SubgraphRequest, SubgraphResponse } from '../engine/engine.ts';
import { AnswerTooLarge } from '../registry/bounded-text.ts';
import type { JsonAnswer, JsonClient } from './json-request.ts';
import type { Log } from './log.ts';

export interface SubgraphFetchOptions {
  readonly client: JsonClient;
  /** Subgraphs of the gateway itself, by name: they answer without a socket. */
  readonly local: Readonly<
    Record<string, (request: SubgraphRequest, context: RequestContext) => Promise<SubgraphResponse>>
  >;
  readonly timeoutMs: number;
  readonly log: Log;
}

/** A hundred thousand errors explain no more than the first twenty. */
const mostErrors = 20;

export function createSubgraphFetch({ client, local, timeoutMs, log }: SubgraphFetchOptions): FetchSubgraph {
  return async (subgraph, request, context) => {
    const inProcess = local[subgraph.name];
    const response = await (inProcess ? inProcess(request, context) : overHttp(subgraph, request, context.signal));
    return { ...response, ...(response.errors && { errors: forConsumers(subgraph.name, response.errors, log) }) };
  };

  async function overHttp(
    { name, url }: { name: string; url: string },
    request: SubgraphRequest,
    signal: AbortSignal | undefined,
  ): Promise<SubgraphResponse> {
    const answer = await client
      .send({ url, method: 'POST', body: request.body, timeoutMs, signal })
      .catch((cause: unknown) => {
        log(`warn: subgraph ${name}: ${signal?.aborted ? 'the consumer has gone' : reasonOf(cause)}`);
        throw unanswered(name, cause, timeoutMs);
      });
    return readEnvelope(name, answer, log);
  }
}

function unanswered(name: string, cause: unknown, timeoutMs: number): WeftError {
  if (cause instanceof AnswerTooLarge) {
    return new WeftError('SUBGRAPH_BAD_RESPONSE', `Subgraph \`${name}\` answered with more than can be passed on.`, {
      cause,
    });
  }
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return new WeftError('SUBGRAPH_TIMEOUT', `Subgraph \`${name}\` did not answer within ${timeoutMs / 1000} s.`, {
      cause,
    });
  }
  return new WeftError('SUBGRAPH_UNREACHABLE', `Subgraph \`${name}\` cannot be reached.`, { cause });
}

/** GraphQL over HTTP, "Body", and GraphQL, "Response Format": an object with `data`, or with errors that say why not. */
function readEnvelope(name: string, { status, body }: JsonAnswer, log: Log): SubgraphResponse {
  const { data, errors } = (isObject(body) ? body : {}) as Readonly<Record<string, unknown>>;
  const explained = Array.isArray(errors) && errors.length > 0 && errors.every(isError);
  const hasData = isObject(data) || (data === null && explained);
  if (hasData || (data === undefined && explained)) {
    return { data: (data ?? null) as SubgraphResponse['data'] & object, ...(explained && { errors }) };
  }
  log(`warn: subgraph ${name}: HTTP ${status} with a body that is no GraphQL response`);
  // What a proxy says for a subgraph that is down or starting.
  if ([502, 503, 504].includes(status)) {
    throw new WeftError('SUBGRAPH_UNREACHABLE', `Subgraph \`${name}\` cannot be reached.`);
  }
  throw new WeftError('SUBGRAPH_BAD_RESPONSE', `Subgraph \`${name}\` gave no GraphQL response (HTTP ${status}).`);
}

/**
 * A message that comes with a code was written for consumers. One without is whatever was thrown: SQL, addresses,
 * credentials. It goes to the log; so do all extensions but the code.
 */
function forConsumers(name: string, errors: readonly GraphQLFormattedError[], log: Log): GraphQLFormattedError[] {
  return errors.slice(0, mostErrors).map(({ message, path, extensions }) => {
    const code = extensions?.code;
    const where = path ? { path } : {};
    if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR')
      return { message, ...where, extensions: { code } };
    log(`warn: subgraph ${name}: ${path ? `${path.join('.')}: ` : ''}${message}`);
    return {
      message: `Subgraph \`${name}\` failed on this field.`,
      ...where,
      extensions: { code: 'SUBGRAPH_ERROR' },
    };
  });
}

function isError(value: unknown): value is GraphQLFormattedError {
  if (!isObject(value) || typeof value.message !== 'string') return false;
  const { path } = value;
  return path === undefined || (Array.isArray(path) && path.every((key) => ['string', 'number'].includes(typeof key)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
