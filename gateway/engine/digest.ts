import { createHash } from 'node:crypto';

/** SHA-256 of the bytes, of a text as UTF-8. */
export const digestOf = (content: string | Uint8Array, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('sha256').update(content).digest(encoding);
