import type { FetchObservation } from '../catalog/observations.ts';
import type { JsonClient } from './json-request.ts';

/** A catalog query would rather show nothing than wait. */
const timeoutMs = 1_000;

/** GETs what a domain reports of itself. */
export function createObservationFetch(client: JsonClient): FetchObservation {
  return async (url) => {
    const { status, body } = await client.send({ url, method: 'GET', timeoutMs });
    if (status !== 200) throw new Error(`HTTP ${status}`);
    return body;
  };
}
