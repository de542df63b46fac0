import type { Aspect } from '../governance/graph-change.ts';

/** One thing that a supergraph says of one coordinate. */
export interface Fact {
  readonly aspect: Aspect;
  readonly value: string;
  readonly subgraph?: string | undefined;
  readonly within?: string | undefined;
}

/** By coordinate, then by what the fact is about: of each there is one value. */
export type GraphCoordinates = ReadonlyMap<string, ReadonlyMap<string, Fact>>;

export interface FactDetails {
  readonly subgraph?: string | undefined;
  readonly within?: string | undefined;
  /** Of an aspect that may be said several times (an interface that is implemented): which time this is. */
  readonly detail?: string;
}

export type Say = (coordinate: string, aspect: Aspect, value: string, details?: FactDetails) => void;

export function writtenFacts(): { readonly facts: GraphCoordinates; readonly say: Say } {
  const facts = new Map<string, Map<string, Fact>>();
  const say: Say = (coordinate, aspect, value, { subgraph, within, detail } = {}) => {
    let here = facts.get(coordinate);
    if (!here) {
      here = new Map();
      facts.set(coordinate, here);
    }
    const about =
      subgraph === undefined && detail === undefined ? aspect : `${aspect}\n${subgraph ?? ''}\n${detail ?? ''}`;
    here.set(about, { aspect, value, subgraph, within });
  };
  return { facts, say };
}
