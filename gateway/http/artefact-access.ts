import type { FastifyRequest } from 'fastify';

/**
 * Whether whoever shows the token may read the graph, or report its usage; whether that takes a token at all is for this
 * function to say.
 * @param host as the request names it
 * @throws WeftError TOKEN_MISSING, TOKEN_NOT_ENOUGH
 */
export type AuthoriseArtefacts = (
  token: string | undefined,
  action: 'read' | 'usage',
  host: string | undefined,
) => Promise<unknown>;

/** Where Hive's clients put it, or where everybody else does. */
export function tokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['x-hive-cdn-key'];
  return typeof key === 'string' ? key : /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
