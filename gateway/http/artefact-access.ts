import type { FastifyRequest } from 'fastify';

/** Whether whoever shows the token may read the graph; whether that takes a token at all is for this function to say. */
export type AuthoriseArtefacts = (token: string | undefined, action: 'read') => Authorised | Promise<Authorised>;

export type Authorised = 'ok' | 'unauthenticated' | 'forbidden';

/** Where Hive's clients put it, or where everybody else does. */
export function tokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['x-hive-cdn-key'];
  return typeof key === 'string' ? key : /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
