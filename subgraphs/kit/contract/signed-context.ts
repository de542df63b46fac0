/**
 * What a gateway says with each request to a subgraph, so that the subgraph can trust it and nobody else: a header that holds
 * the text and, after a point, its HMAC-SHA256 by the secret that both have. It fits one subgraph, one body, once, and now.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { minimumGroups } from './minimum-groups.ts';
import { rowConditions } from './row-condition.ts';

export const contextHeader = 'weft-context';

export const fewestSecretCharacters = 32;

const content = z.strictObject({
  v: z.literal(1),
  /** The subgraph that it is for, as the mesh calls it. */
  subgraph: z.string(),
  /** Milliseconds since 1970. */
  issuedAt: z.int(),
  /** 16 random bytes in base64url: no two contexts have the same. */
  nonce: z.string().regex(/^[\w-]{22}$/),
  /** `bodyDigest` of the request's body. */
  body: z.string(),
  /** Which rows whoever asks may read, by GraphQL type. */
  rows: rowConditions,
  /** What whoever asks may read in summaries only; absent where there is nothing. */
  minimumGroups: minimumGroups.optional(),
});

export type ContextContent = Readonly<z.infer<typeof content>>;

/** The header's value. */
export function signContext(said: Omit<ContextContent, 'v'>, secret: string): string {
  const text = Buffer.from(JSON.stringify({ v: 1, ...said })).toString('base64url');
  return `${text}.${signatureOf(text, secret)}`;
}

/** Undefined for what was not signed with the secret, or is not understood. */
export function openContext(header: string, secret: string): ContextContent | undefined {
  const [text = '', signature = '', ...rest] = header.split('.');
  // As text, of which there is one; several would decode to the same bytes.
  const given = Buffer.from(signature);
  const own = Buffer.from(signatureOf(text, secret));
  if (rest.length > 0 || given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
  return contentOf(text);
}

/** What a header claims to a subgraph that has no secret to look at it with. */
export function claimedContext(header: string): ContextContent | undefined {
  return contentOf(header.split('.')[0] ?? '');
}

/** Of the bytes as they are sent: SHA-256 in base64url. */
export const bodyDigest = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('base64url');

const signatureOf = (text: string, secret: string): string =>
  createHmac('sha256', secret).update(`weft context ${text}`).digest('base64url');

function contentOf(text: string): ContextContent | undefined {
  try {
    return content.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}
