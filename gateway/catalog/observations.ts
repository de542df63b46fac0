/** What domains report about their data, asked for when a query wants it, and never the reason for a query to fail. */
import { type DomainObservation, domainObservation } from '../../subgraphs/kit/contract/observation.ts';

/** GETs `<origin of the routing URL>/observability`; resolves to parsed JSON, rejects where that cannot be had. */
export type FetchObservation = (routingUrl: string) => Promise<unknown>;

export type Observed =
  | { readonly state: 'REPORTED'; readonly observation: DomainObservation }
  | { readonly state: 'UNREACHABLE' | 'INVALID' };

/** One page of the catalog asks for many ports of the same few domains; a moment later nothing has changed. */
const freshForMs = 2_000;

export function createObservations(
  fetchObservation: FetchObservation,
  now: () => number,
): (routingUrl: string) => Promise<Observed> {
  const known = new Map<string, { readonly until: number; readonly observed: Promise<Observed> }>();
  return (routingUrl) => {
    const cached = known.get(routingUrl);
    if (cached && now() < cached.until) return cached.observed;
    const observed = observe(fetchObservation, routingUrl);
    known.set(routingUrl, { until: now() + freshForMs, observed });
    return observed;
  };
}

async function observe(fetchObservation: FetchObservation, routingUrl: string): Promise<Observed> {
  try {
    const read = domainObservation.safeParse(await fetchObservation(routingUrl));
    return read.success ? { state: 'REPORTED', observation: read.data } : { state: 'INVALID' };
  } catch {
    return { state: 'UNREACHABLE' };
  }
}
