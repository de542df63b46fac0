import { GraphQLError } from 'graphql';
import { apolloCodes, type CodeExplanation, codes } from '../../subgraphs/kit/errors/codes.ts';

const table: Readonly<Record<string, CodeExplanation>> = { ...codes, ...apolloCodes };

/**
 * The error with an HTTP status, by default the one that the table of codes gives its code, and with Retry-After where
 * it says `retryAfter` in seconds; both where Apollo Server looks for them.
 */
export function withStatus(error: GraphQLError, status?: number): GraphQLError {
  const { code, retryAfter } = error.extensions;
  const http: Record<string, unknown> = { status: status ?? table[String(code)]?.status ?? 500 };
  if (retryAfter !== undefined) http.headers = new Map([['retry-after', String(retryAfter)]]);
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { ...error.extensions, http } });
}
