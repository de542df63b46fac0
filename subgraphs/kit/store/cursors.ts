/**
 * Cursors as clients see them. A position in a list is made of values that not everybody may read, so it is sealed: whoever
 * has a cursor can go on from it, and sees nothing in it, neither a value nor how long it is. Each question (a list in an
 * order with a filter) has a key of its own, so a cursor that was changed, or is of another question, does not open.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

export interface Cursors {
  /** @param question whatever has to be the same for a cursor to fit; as JSON, with the keys of objects in any order */
  of(question: unknown): CursorSeal;
}

export interface CursorSeal {
  seal(position: string): string;
  /** Undefined for what was not sealed here, for this question. */
  open(cursor: string): string | undefined;
}

/** @param key 32 bytes that nobody else has */
export function sealedCursors(key: Buffer, domain: string): Cursors {
  return {
    of: (question) => {
      const text = JSON.stringify([domain, question], inOrder);
      const own = createHmac('sha256', key).update(`weft cursor ${text}`).digest();
      return { seal: (position) => seal(own, position), open: (cursor) => open(own, cursor) };
    },
  };
}

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** Positions are filled up to a multiple of it. */
const blockBytes = 128;

function seal(key: Buffer, position: string): string {
  const text = Buffer.from(position);
  const filled = Buffer.alloc(Math.ceil((text.length + 1) / blockBytes) * blockBytes, ' ');
  text.copy(filled);
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce);
  const sealed = Buffer.concat([nonce, sealing.update(filled), sealing.final()]);
  return Buffer.concat([sealed, sealing.getAuthTag()]).toString('base64url');
}

function open(key: Buffer, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  // Decoding skips what is no base64url: one cursor has one spelling.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== cursor) return undefined;
  const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  opening.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const filled = Buffer.concat([opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()]);
    return filled.toString().trimEnd();
  } catch {
    return undefined;
  }
}

/** Objects by their keys, so that two spellings of a filter are one. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}
