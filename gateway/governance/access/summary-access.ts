/**
 * What one class of askers may read in summaries only: aggregates of fields that it may not read, of so many rows at once. The
 * domain leaves out smaller groups (kit/store/summary.ts), as it is told with each request.
 */
import type { MinimumGroups } from '../../../subgraphs/kit/contract/minimum-groups.ts';

/** An aggregate of which no row's own value can be told. */
export interface Aggregate {
  readonly subgraph: string;
  readonly type: string;
  readonly field: string;
  /** The subgraph leaves out groups that are too small. */
  readonly keepsMinimums: boolean;
}

/** By coordinate: `CustomerSum.income`. */
export type Aggregates = ReadonlyMap<string, Aggregate>;

/** As text: what a header holds beside the conditions on rows. */
const mostCharacters = 8_000;

/**
 * @param minimumOf an aggregate, by its coordinate; undefined for what is not read by that
 * @returns undefined where it is too much to be sent with a request
 */
export function summaryAccess(
  aggregates: Aggregates,
  minimumOf: (coordinate: string) => number | undefined,
): (subgraph: string) => MinimumGroups | undefined {
  const ofSubgraph = new Map<string, MinimumGroups | undefined>();
  return (subgraph) => {
    if (!ofSubgraph.has(subgraph)) ofSubgraph.set(subgraph, minimumsIn(subgraph));
    return ofSubgraph.get(subgraph);
  };

  function minimumsIn(subgraph: string): MinimumGroups | undefined {
    const found = new Map<string, Map<string, number>>();
    for (const [coordinate, aggregate] of aggregates) {
      if (aggregate.subgraph !== subgraph) continue;
      const minimum = minimumOf(coordinate);
      if (minimum === undefined) continue;
      const ofType = found.get(aggregate.type) ?? new Map<string, number>();
      found.set(aggregate.type, ofType);
      ofType.set(aggregate.field, Math.max(minimum, ofType.get(aggregate.field) ?? 0));
    }
    const minimums = Object.fromEntries([...found].map(([type, fields]) => [type, Object.fromEntries(fields)]));
    return JSON.stringify(minimums).length <= mostCharacters ? minimums : undefined;
  }
}
