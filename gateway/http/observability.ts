import type { FetchObservation } from '../catalog/observations.ts';
import type { HttpClient } from '../transport/http-client.ts';
import { jsonOf } from '../transport/json-answer.ts';

/** A catalog query would rather show nothing than wait. */
const timeoutMs = 1_000;

/** GETs what a domain reports of itself. */
export function createObservationFetch(http: HttpClient): FetchObservation {
  return async (url) => {
    const request = { url, method: 'GET', headers: ['accept', 'application/json'] } as const;
    const answer = await http.send(request, { due: performance.now() + timeoutMs });
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    return jsonOf(answer);
  };
}
