/**
 * Which parts of the answer a fetch needs and brings. A part is named by the response keys that lead to it, without
 * lists and types: where two parts have one name, they are taken for the same.
 */
import { fieldsIn, keyOf, selectionOf } from './fetched-fields.ts';
import type { EntityFetch, Fetch, PlanPath, Requirement } from './plan.ts';

/** Both fetch entities, and the second does at all places of the first. */
export function isAtPlacesOf(fetch: Fetch, other: Fetch): boolean {
  const places = new Set(other.entities?.flatMap(({ paths }) => paths).map((path) => JSON.stringify(path)));
  const own = fetch.entities?.flatMap(({ paths }) => paths) ?? [];
  return own.length > 0 && own.every((path) => places.has(JSON.stringify(path)));
}

/** `fetch` may need something that the entity fetch `earlier` brings. */
export function dependsOn(fetch: Fetch, earlier: Fetch): boolean {
  const brought = partsBrought(earlier);
  return (fetch.entities ?? []).some((entity) => partsNeeded(entity).some((part) => brought.has(part)));
}

function partsBrought(fetch: Fetch): Set<string> {
  const brought = (fetch.entities ?? []).flatMap((entity) => {
    const keys = keysBrought(fetch, entity);
    return entity.paths.flatMap((path) => keys.map((key) => nameOf([...keysOf(path), key])));
  });
  return new Set(brought);
}

/** The response keys that entities get, by whatever type condition. */
export function keysBrought(fetch: Fetch, entity: EntityFetch): string[] {
  const keys = fieldsIn(selectionOf(fetch, entity)).map(({ field }) => keyOf(field));
  const renamed = (entity.outputRewrites ?? []).flatMap((rewrite) =>
    rewrite.kind === 'KeyRenamer' ? rewrite.key : [],
  );
  return [...new Set([...keys, ...renamed])];
}

function partsNeeded({ paths, requires }: EntityFetch): string[] {
  return paths.flatMap((path) => {
    const keys = keysOf(path);
    const onTheWay = path.flatMap((segment, at) => {
      const before = keysOf(path.slice(0, at));
      if (segment === '@') return [];
      return nameOf([...before, typeof segment === 'string' ? segment : '__typename']);
    });
    return [...onTheWay, ...requires.flatMap((requirement) => partsRequired(requirement, keys))];
  });
}

function partsRequired(requirement: Requirement, at: readonly string[]): string[] {
  const isField = requirement.kind === 'Field';
  const place = isField ? [...at, requirement.name] : at;
  const own = isField ? place : [...at, '__typename'];
  return [nameOf(own), ...(requirement.selections ?? []).flatMap((inner) => partsRequired(inner, place))];
}

const keysOf = (path: PlanPath): string[] =>
  path.filter((segment): segment is string => typeof segment === 'string' && segment !== '@');

const nameOf = (keys: readonly string[]): string => keys.join('.');
