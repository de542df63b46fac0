/**
 * Which parts of the answer a fetch needs and brings. A part is named by the response keys that lead to it, without
 * lists and types: where two parts have one name, they are taken for the same.
 */
import type { SelectionSetNode } from 'graphql';
import { fieldsIn, keyOf, selectionIn, selectionOf } from './fetched-fields.ts';
import type { EntityFetch, Fetch, Requirement } from './plan.ts';
import { keysOf, placeAt } from './plan-paths.ts';

/** Both fetch entities, and the second does at all places of the first. */
export function isAtPlacesOf(fetch: Fetch, other: Fetch): boolean {
  const places = new Set(other.entities?.flatMap(({ paths }) => paths).map((path) => JSON.stringify(path)));
  const own = fetch.entities?.flatMap(({ paths }) => paths) ?? [];
  return own.length > 0 && own.every((path) => places.has(JSON.stringify(path)));
}

/** `fetch` may need something that the entity fetch `earlier` brings. */
export function dependsOn(fetch: Fetch, earlier: Fetch): boolean {
  if (!fetch.entities || !earlier.entities) return false;
  const brought = partsBrought(earlier);
  return fetch.entities.some((entity) => partsNeeded(entity).some((part) => brought.has(part)));
}

const partsBrought = remembered((fetch: Fetch): ReadonlySet<string> => {
  const root = selectionOf(fetch);
  const brought = (fetch.entities ?? []).flatMap((entity) => {
    const keys = keysBrought(root, entity);
    return entity.paths.flatMap((path) => keys.map((key) => placeAt([...keysOf(path), key])));
  });
  return new Set(brought);
});

/** The response keys that entities get, by whatever type condition. */
function keysBrought(root: SelectionSetNode | undefined, entity: EntityFetch): string[] {
  const keys = fieldsIn(selectionIn(root, entity)).map(({ field }) => keyOf(field));
  const renamed = (entity.outputRewrites ?? []).flatMap((rewrite) =>
    rewrite.kind === 'KeyRenamer' ? rewrite.key : [],
  );
  return [...new Set([...keys, ...renamed])];
}

const partsNeeded = remembered(({ paths, requires }: EntityFetch): readonly string[] =>
  paths.flatMap((path) => {
    const keys = keysOf(path);
    const onTheWay = path.flatMap((segment, at) => {
      const before = keysOf(path.slice(0, at));
      if (segment === '@') return [];
      return placeAt([...before, typeof segment === 'string' ? segment : '__typename']);
    });
    return [...onTheWay, ...requires.flatMap((requirement) => partsRequired(requirement, keys))];
  }),
);

/** Each fetch of a plan is compared with many others. */
function remembered<Given extends object, Found>(find: (given: Given) => Found): (given: Given) => Found {
  const known = new WeakMap<Given, Found>();
  return (given) => {
    const found = known.get(given) ?? find(given);
    known.set(given, found);
    return found;
  };
}

function partsRequired(requirement: Requirement, at: readonly string[]): string[] {
  const isField = requirement.kind === 'Field';
  const place = isField ? [...at, requirement.name] : at;
  const own = isField ? place : [...at, '__typename'];
  return [placeAt(own), ...(requirement.selections ?? []).flatMap((inner) => partsRequired(inner, place))];
}
