import type { GraphChange } from '../governance/graph-change.ts';
import { alikeIn } from './alike-types.ts';
import { classifiedAs } from './directive-facts.ts';
import type { Fact, GraphCoordinates } from './facts.ts';
import { graphCoordinates } from './graph-coordinates.ts';
import { readSupergraphTypes, type SupergraphTypes } from './supergraph-types.ts';

/**
 * What one supergraph says otherwise than another, sorted by coordinate. Of what is new, everything that is said; of what
 * is gone, only that it is.
 * @param before absent where there was no graph: then everything is new
 */
export function graphChanges(before: string | undefined, after: string): GraphChange[] {
  if (before === after) return [];
  const from = before === undefined ? undefined : readSupergraphTypes(before);
  const to = readSupergraphTypes(after);
  // A type that is an entity in one of the two is read as one in both: becoming one changes nothing else about it.
  const entities = new Set([...(from?.keyed ?? []), ...to.keyed]);
  const isAlike = alikeIn(from, to);
  const old: GraphCoordinates = from ? graphCoordinates(from, entities, isAlike) : new Map();
  const current = graphCoordinates(to, entities, isAlike);

  const changes: GraphChange[] = [];
  for (const [coordinate, facts] of current) {
    const known = old.get(coordinate) ?? nothing;
    for (const [about, fact] of facts) {
      const was = known.get(about);
      if (was?.value !== fact.value) changes.push(changeOf(coordinate, was, fact, facts, to));
    }
  }
  for (const [coordinate, known] of old) {
    const facts = current.get(coordinate) ?? nothing;
    const kind = known.get('kind');
    const gone =
      kind && !facts.has('kind') ? [kind] : [...known].flatMap(([about, was]) => (facts.has(about) ? [] : was));
    for (const was of gone) changes.push(changeOf(coordinate, was, undefined, facts, to));
  }
  return changes.sort((a, b) => compare(a.coordinate, b.coordinate) || compare(JSON.stringify(a), JSON.stringify(b)));
}

const nothing: ReadonlyMap<string, Fact> = new Map();

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** @param facts of the coordinate, afterwards */
function changeOf(
  coordinate: string,
  was: Fact | undefined,
  now: Fact | undefined,
  facts: ReadonlyMap<string, Fact>,
  after: SupergraphTypes,
): GraphChange {
  const { aspect, subgraph, within, value } = (now ?? was) as Fact;
  const isShared = aspect === 'resolver' || aspect === 'key in';
  const others = (): string[] => {
    const same = [...facts.values()].filter(
      (each) => each.aspect === aspect && each.subgraph !== subgraph && (aspect !== 'key in' || each.value === value),
    );
    return [...new Set(same.flatMap((each) => each.subgraph ?? []))].sort();
  };
  const level = aspect === 'required by' ? classifiedAs(coordinate, after) : undefined;
  return {
    coordinate,
    aspect,
    ...(was && { before: was.value }),
    ...(now && { after: now.value }),
    ...(subgraph !== undefined && { subgraph }),
    ...(isShared && { others: others() }),
    ...(within !== undefined && { within }),
    ...(level !== undefined && { level }),
  };
}
