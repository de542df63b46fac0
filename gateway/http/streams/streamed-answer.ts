import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import type { Log } from '../../engine/log.ts';
import { forConsumers, isMasked } from '../mask-errors.ts';

/** One of the answers to an operation, as its consumer sees it. */
export interface StreamedAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

export function answerForConsumers(requestId: string, log: Log): (result: ExecutionResult) => StreamedAnswer {
  const formatted = errorForConsumers(requestId, log);
  return ({ data, errors }) => ({
    ...(data !== undefined && { data }),
    ...(errors && { errors: errors.map(formatted) }),
  });
}

/** Masks errors of later answers as Apollo Server does those of the first, and logs what nobody is told. */
export function errorForConsumers(requestId: string, log: Log): (error: GraphQLError) => GraphQLFormattedError {
  return (error) => {
    const { extensions = {}, ...rest } = error.toJSON();
    const masked = forConsumers({ ...rest, extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions } }, error);
    if (isMasked(masked)) {
      const { stack, message } = error.originalError ?? error;
      log(stack ?? message, { level: 'error', requestId });
    } else if (masked.extensions?.code !== 'SUBGRAPH_ERROR') return masked;
    return { ...masked, extensions: { ...masked.extensions, requestId } };
  };
}

/** The last answer of a stream that the gateway itself ends. */
export function goodbye(): StreamedAnswer {
  const { summary, fix } = codes.GATEWAY_CLOSING;
  return { errors: [{ message: `${summary} ${fix}`, extensions: { code: 'GATEWAY_CLOSING' } }] };
}

/** The last answer of a stream whose consumer could not open it any more. */
export function tokenOver(): StreamedAnswer {
  const { fix } = codes.TOKEN_INVALID;
  const message = `The token by which the stream was opened has expired, or was revoked. ${fix}`;
  return { errors: [{ message, extensions: { code: 'TOKEN_INVALID' } }] };
}

/** An error that was formatted before, for who can only take errors of graphql-js. */
export class FormattedError extends GraphQLError {
  readonly #formatted: GraphQLFormattedError;

  constructor(formatted: GraphQLFormattedError) {
    super(formatted.message, { extensions: formatted.extensions ?? {} });
    this.#formatted = formatted;
  }

  override toJSON(): GraphQLFormattedError {
    return this.#formatted;
  }
}
