import type { HttpClient } from './http-client.ts';
import { jsonOf } from './json-answer.ts';

/** The GET of an address, as parsed JSON; undefined where it is none. It rejects where the answer is not there in time. */
export function createGetJson(http: HttpClient, timeoutMs: number): (url: string) => Promise<unknown> {
  return async (url) => {
    const request = { url, method: 'GET', headers: ['accept', 'application/json'] } as const;
    const answer = await http.send(request, { due: performance.now() + timeoutMs });
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    return jsonOf(answer);
  };
}
