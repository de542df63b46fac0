import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes that a rule of validation may give its errors; Apollo Server puts its own over them. */
const ownCodes: ReadonlySet<unknown> = new Set(['OPERATION_TOO_DEEP']);

/** An error without a code of ours or Apollo's is a bug: the consumer is not told what it says. */
export function forConsumers(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const refused = error instanceof GraphQLError ? error.originalError : undefined;
  if (refused instanceof GraphQLError && ownCodes.has(refused.extensions.code)) {
    return { ...formatted, extensions: { ...formatted.extensions, code: refused.extensions.code } };
  }
  if (!isMasked(formatted)) return formatted;
  if (isRequestFault(error)) return { message: formatted.message, extensions: { code: 'BAD_REQUEST' } };
  const { path } = formatted;
  const message = "The gateway failed on this request. What went wrong is in the gateway's log.";
  return { message, ...(path && { path }), extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** Whether the consumer does not see what the error says. */
export function isMasked({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.code === 'INTERNAL_SERVER_ERROR';
}

/** Apollo Server gives a few faults of requests (a wrong hash of a persisted query) a status, but no code. */
function isRequestFault(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.extensions.code !== undefined) return false;
  const http = error.extensions.http as { readonly status?: number } | undefined;
  return http?.status !== undefined && http.status < 500;
}
