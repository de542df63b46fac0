/** What domains report about their data, asked for when a query wants it, and never the reason for a query to fail. */
import { type DomainObservation, domainObservation } from '../../subgraphs/kit/contract/observation.ts';
import type { ObservedAt } from './observability.ts';

/** GETs the address; resolves to parsed JSON, rejects where that cannot be had. */
export type FetchObservation = (url: string) => Promise<unknown>;

export type Observed =
  | { readonly state: 'REPORTED'; readonly observation: DomainObservation }
  | { readonly state: 'UNREACHABLE' | 'INVALID' };

/** One page of the catalog asks for many ports of the same few domains; a moment later nothing has changed. */
const freshForMs = 2_000;

export function createObservations(
  fetchObservation: FetchObservation,
  now: () => number,
): (at: ObservedAt) => Promise<Observed> {
  const known = new Map<string, { readonly until: number; readonly observed: Promise<Observed> }>();
  return (at) => {
    const key = JSON.stringify(at);
    const cached = known.get(key);
    if (cached && now() < cached.until) return cached.observed;
    const observed = observe(fetchObservation, at);
    known.set(key, { until: now() + freshForMs, observed });
    return observed;
  };
}

async function observe(fetchObservation: FetchObservation, { url, domains }: ObservedAt): Promise<Observed> {
  try {
    const read = domainObservation.safeParse(await fetchObservation(url));
    // Numbers of another domain, from a port that was mixed up, would be believed.
    const isOurs = read.success && domains.includes(read.data.domain);
    return isOurs ? { state: 'REPORTED', observation: read.data } : { state: 'INVALID' };
  } catch {
    return { state: 'UNREACHABLE' };
  }
}
