/** Where in a graph rows are read that policies may tell apart: of every type that a contract describes. */
import { edgeType, pageType, summaryType } from '../../subgraphs/kit/contract/names.ts';
import type { RowSources } from '../engine/operation/rows-read.ts';
import type { RowType } from '../governance/access/row-types.ts';
import type { GraphFacts } from './graph-facts.ts';

/** Of what somebody resolves by hand, it is the objects that are known, and no count of them. */
export function rowSourcesOf(types: ReadonlyMap<string, RowType>, { fields }: Pick<GraphFacts, 'fields'>): RowSources {
  const sentOf = new Map<string, readonly string[]>();
  return {
    rowTypeOf: new Map(
      [...types.keys()].flatMap((type) =>
        [type, edgeType(type), pageType(type), summaryType(type)].map((each) => [each, type] as const),
      ),
    ),
    oneByOne: new Set([...types.keys()].flatMap((type) => [type, edgeType(type)])),
    subgraphsOf: new Map([...types].map(([type, { subgraphs: found }]) => [type, found.map(({ name }) => name)])),
    resolving: (coordinate) => fields.get(coordinate)?.subgraphs ?? [],
    sent(coordinate) {
      const sent = sentOf.get(coordinate) ?? allSent(coordinate);
      sentOf.set(coordinate, sent);
      return sent;
    },
  };

  function allSent(coordinate: string): readonly string[] {
    const found = new Set(fields.get(coordinate)?.computedFrom);
    // A Set goes on with what is added to it on the way.
    for (const each of found) for (const other of fields.get(each)?.computedFrom ?? []) found.add(other);
    return [...found];
  }
}
