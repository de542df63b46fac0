import type { GraphQLFormattedError } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { SubgraphResponse } from '../engine/engine.ts';
import type { Log } from '../engine/log.ts';
import type { HttpAnswer } from './http-client.ts';
import { jsonOf } from './json-answer.ts';

/** What a proxy says for a subgraph that is down or starting. */
const absent: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * GraphQL over HTTP, "Body", and GraphQL, "Response Format": an object with `data`, or with errors that say why not.
 * @throws WeftError SUBGRAPH_BAD_RESPONSE, SUBGRAPH_UNREACHABLE.
 */
export function readEnvelope(name: string, answer: HttpAnswer, log: Log, requestId?: string): SubgraphResponse {
  const { status, text } = answer;
  const isRedirect = status >= 300 && status < 400;
  const response = responseOf(isRedirect ? undefined : jsonOf(answer), !text.includes('\\'));
  if (response) return response;
  log(`subgraph ${name}: HTTP ${status} with a body that is no GraphQL response`, { level: 'warn', requestId });
  if (absent.has(status)) throw new WeftError('SUBGRAPH_UNREACHABLE', `Subgraph \`${name}\` cannot be reached.`);
  throw new WeftError('SUBGRAPH_BAD_RESPONSE', `Subgraph \`${name}\` gave no GraphQL response (HTTP ${status}).`);
}

/** Undefined where it is none. @param plain the text that it was read from held no backslash. */
export function responseOf(body: unknown, plain: boolean): SubgraphResponse | undefined {
  const { data, errors } = (isObject(body) ? body : {}) as Readonly<Record<string, unknown>>;
  const explained = Array.isArray(errors) && errors.length > 0 && errors.every(isError);
  if (!isObject(data) && !(explained && (data === null || data === undefined))) return undefined;
  return explained ? { data: data ?? null, errors, plain } : { data: data as object & typeof data, plain };
}

function isError(value: unknown): value is GraphQLFormattedError {
  if (!isObject(value) || typeof value.message !== 'string') return false;
  const { path } = value;
  return path === undefined || (Array.isArray(path) && path.every((key) => ['string', 'number'].includes(typeof key)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
