import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphResponse } from '../engine/engine.ts';
import type { Log } from '../engine/log.ts';

/** A hundred thousand errors explain no more than the first twenty. */
const mostErrors = 20;
/** Of a message, in the answer and in the log. */
const longestMessage = 2_000;
/** A code is a word; a path, which goes to the log, has no more names than an operation is deep. */
const longestCode = 100;
const longestPath = 500;

export interface Telling {
  readonly log: Log;
  readonly requestId?: string | undefined;
  /** Whether what subgraphs say is logged: it may quote what not everybody who reads the log may read. */
  readonly quotes: boolean;
}

/**
 * A message that comes with a code was written for consumers. One without is whatever was thrown: SQL, addresses,
 * credentials. It goes to the log; so do all extensions but the code. Each error names the subgraph.
 */
export function withErrorsForConsumers(
  subgraph: string,
  response: SubgraphResponse,
  { log, requestId, quotes }: Telling,
): SubgraphResponse {
  const { errors } = response;
  if (!errors) return response;
  const warn: Warn = (message) => log(`subgraph ${subgraph}: ${message}`, { level: 'warn', requestId });
  const told = (error: GraphQLFormattedError) => forConsumers(subgraph, error, quotes, warn);
  if (errors.length > mostErrors) warn(`${errors.length} errors, of which ${mostErrors} count`);
  return { ...response, errors: errors.slice(0, mostErrors).map(told) };
}

type Warn = (message: string) => void;

function forConsumers(
  subgraph: string,
  { message, path, extensions }: GraphQLFormattedError,
  quotes: boolean,
  warn: Warn,
): GraphQLFormattedError {
  const code = extensions?.code;
  const said = message.slice(0, longestMessage);
  const where = path ? { path } : {};
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: said, ...where, extensions: { code: code.slice(0, longestCode), subgraph } };
  }
  // A path may quote, too: its words are the subgraph's.
  const place = path && quotes ? `${path.join('.').slice(0, longestPath)}: ` : '';
  warn(`${place}${quotes ? said : 'an error without a code, which is not quoted where access policies are on'}`);
  return {
    message: `Subgraph \`${subgraph}\` failed on this field.`,
    ...where,
    extensions: { code: 'SUBGRAPH_ERROR', subgraph },
  };
}
