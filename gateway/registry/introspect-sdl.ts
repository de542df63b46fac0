/** Asks a running subgraph for its schema (Apollo Federation subgraph specification, "Query._service"). */
import * as z from 'zod';
import { AnswerTooLarge, readBounded } from './bounded-text.ts';

const timeoutMs = 10_000;

const answer = z.object({ data: z.object({ _service: z.object({ sdl: z.string().min(1) }) }) });

/** @returns what went wrong, in words, without the address: it may hold a secret. */
export async function introspectSdl(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly sdl: string } | { readonly fault: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      // A redirect could lead anywhere, with the headers.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const read = answer.safeParse(JSON.parse(response.body ? await readBounded(response.body) : ''));
    if (read.success) return { sdl: read.data.data._service.sdl };
    return { fault: `its answer (HTTP ${response.status}) has no _service.sdl` };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: 'its answer is no JSON' };
    if (error instanceof AnswerTooLarge) return { fault: error.message };
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return { fault: timedOut ? `no answer within ${timeoutMs / 1000} s` : 'it cannot be reached' };
  }
}
