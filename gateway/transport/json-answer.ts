import type { HttpAnswer } from './http-client.ts';

/** Undefined where the answer is no JSON, or is not said to be. */
export function jsonOf({ headers, text }: HttpAnswer): unknown {
  if (!/\bjson\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
