import type { FetchSubgraph } from '../engine/engine.ts';

/** Fetches of a request that is watched are told to its observer, which may send headers of its own along. */
export function observedFetch(fetchSubgraph: FetchSubgraph): FetchSubgraph {
  return (subgraph, request, context) => {
    if (!context.observer) return fetchSubgraph(subgraph, request, context);
    return context.observer.fetching(subgraph, request, (headers) =>
      fetchSubgraph(subgraph, request, headers ? { ...context, headers: { ...context.headers, ...headers } } : context),
    );
  };
}
