/** Asks a running subgraph for its schema (Apollo Federation subgraph specification, "Query._service"). */
import * as z from 'zod';
import type { AddressPolicy } from '../transport/address-ranges.ts';
import { createHttpClient } from '../transport/http-client.ts';
import { HttpFailure } from '../transport/http-failure.ts';

const timeoutMs = 10_000;

const answer = z.object({ data: z.object({ _service: z.object({ sdl: z.string().min(1) }) }) });

/** @returns what went wrong, in words, with no more of the URL than its host: it may hold a secret. */
export async function introspectSdl(
  url: string,
  headers: Readonly<Record<string, string>>,
  addresses: AddressPolicy,
): Promise<{ readonly sdl: string } | { readonly fault: string }> {
  const http = createHttpClient({ addresses });
  const own = ['content-type', 'application/json', 'accept', 'application/json'];
  const body = JSON.stringify({ query: '{ _service { sdl } }' });
  const request = { url, method: 'POST', headers: [...Object.entries(headers).flat(), ...own], body } as const;
  try {
    const { status, text } = await http.send(request, { due: performance.now() + timeoutMs });
    const read = answer.safeParse(JSON.parse(text));
    if (read.success) return { sdl: read.data.data._service.sdl };
    return { fault: `its answer (HTTP ${status}) has no _service.sdl` };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: 'its answer is no JSON' };
    if (!(error instanceof HttpFailure)) return { fault: 'it cannot be asked' };
    if (error.kind === 'due') return { fault: `no answer within ${timeoutMs / 1000} s` };
    const isKnown = error.kind === 'too large' || error.kind === 'forbidden';
    return { fault: isKnown ? error.message : 'it cannot be reached' };
  } finally {
    await http.close();
  }
}
