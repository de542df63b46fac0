/** What tells requests apart, and is nothing to answers. */
const tellRequestsApart: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** The headers that may change what a subgraph answers, as one text: equal for requests that can share an answer. */
export function equalHeaders(headers: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify(
    Object.entries(headers)
      .filter(([name]) => !tellRequestsApart.has(name))
      .sort(),
  );
}
