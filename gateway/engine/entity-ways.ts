/**
 * The ways to the entities of a plan's fetches. Where the plan makes certain that all objects at a place come from one
 * answer, and that no other place holds them, two things need not be done again and again: the next fetch finds what the
 * one before it found, and objects that stand for one entity become one. 200 reviews of 8 products are 8 products then.
 */
import type { Representation, RepresentationField } from './fetch/representation.ts';
import type { Selection } from './fetch/selection.ts';
import { listIn } from './list-in.ts';
import type { PlanPath } from './plan.ts';
import { placeAt, placeOf } from './plan-paths.ts';

/** What is asked of a subgraph. */
export interface Asked {
  /** Of the root fields. */
  readonly selection: Selection;
  readonly entities: readonly AskedEntities[];
}

export interface AskedEntities {
  readonly paths: readonly PlanPath[];
  readonly selection: Selection;
  readonly representation: Representation;
}

export interface WayFacts {
  /** In `Run.found`, where the first fetch that goes this way leaves what it finds. Undefined where it is the only one. */
  readonly keptAs: number | undefined;
  /** Objects at the end of the way of which the same is sent are the same. */
  readonly unites: boolean;
}

/** @param all of a plan. */
export function entityWays(all: readonly Asked[]): (path: PlanPath) => WayFacts {
  const sources = sourcesIn(all);
  const goers = new Map<string, { readonly path: string; readonly representation: Representation }[]>();
  for (const { paths, representation } of all.flatMap(({ entities }) => entities)) {
    for (const path of paths) listIn(goers, placeOf(path)).push({ path: JSON.stringify(path), representation });
  }
  const facts = new Map<string, WayFacts>();
  for (const [place, ways] of goers) {
    // Ways that differ in their types only lead to some of the same objects.
    const isOne = ways.every(({ path }) => path === ways[0]?.path);
    const given = isOne ? givenOnlyHere(place, sources) : undefined;
    facts.set(place, {
      keptAs: given && ways.length > 1 ? facts.size : undefined,
      unites: given !== undefined && ways.every((each) => isAllOf(given, each.representation)),
    });
  }
  return (path) => facts.get(placeOf(path)) ?? { keptAs: undefined, unites: false };
}

interface Source {
  readonly selection: Selection;
  /** It brings the same objects to other places, too. */
  readonly isShared: boolean;
}

/** What is asked for, by the place that it is put at. */
function sourcesIn(all: readonly Asked[]): ReadonlyMap<string, readonly Source[]> {
  const sources = new Map<string, Source[]>();
  for (const { selection, entities } of all) {
    if (entities.length === 0) listIn(sources, '').push({ selection, isShared: false });
    for (const { paths, selection: ofEntity } of entities) {
      for (const path of paths) {
        listIn(sources, placeOf(path)).push({ selection: ofEntity, isShared: paths.length > 1 });
      }
    }
  }
  return sources;
}

/** What the objects at a place are asked for by whoever brings them. Undefined unless that is one, which brings them nowhere else. */
function givenOnlyHere(place: string, sources: ReadonlyMap<string, readonly Source[]>): Selection | undefined {
  const keys = place.split('/').slice(1);
  let only: Selection | undefined;
  for (let length = 0; length < keys.length; length++) {
    const above = placeAt(keys.slice(0, length));
    for (const { selection, isShared } of sources.get(above) ?? []) {
      const given = selectionBelow(selection, keys.slice(length));
      if (!given) continue;
      if (only || isShared || (length > 0 && !givenOnlyHere(above, sources))) return undefined;
      only = given;
    }
  }
  return only;
}

function selectionBelow(selection: Selection, keys: readonly string[]): Selection | undefined {
  return keys.reduce<Selection | undefined>((at, key) => at?.fields.get(key), selection);
}

/** All that the objects were asked for is sent to represent them. */
function isAllOf({ fields }: Selection, representation: Representation): boolean {
  return [...representation.values()].every((sent) => {
    const sources = new Set(['__typename', ...sent.filter(isWhole).map(({ source }) => source)]);
    return [...fields].every(([key, below]) => below === undefined && sources.has(key));
  });
}

/** The value is sent as it is, and there is none without it. */
const isWhole = ({ constant, fields, onlyOf, optional }: RepresentationField): boolean =>
  constant === undefined && !fields && !onlyOf && !optional;
