/** Who owns what in a version that is made. */
import { type GraphChange, isGone, parentOf } from '../governance/graph-change.ts';
import { type NewOwners, newOwners } from '../governance/new-owners.ts';
import { isRootType } from '../governance/ownership.ts';
import type { CandidateOfVersion } from './candidate-of-version.ts';
import { graphChanges } from './graph-changes.ts';
import { graphCoordinates } from './graph-coordinates.ts';
import { ownershipBook } from './owners.ts';
import { publishedMesh } from './published-mesh.ts';
import { holdersOf, seedDomain, seedOwnership } from './seed-ownership.ts';
import type { MeshVersion } from './store/versions.ts';
import { catalogName } from './supergraph-file.ts';
import { readSupergraphTypes } from './supergraph-types.ts';

/** Who owns what once a candidate is accepted. */
export function ownersAfterPublish(
  { name, publication, publications, book, owners }: CandidateOfVersion,
  changes: readonly GraphChange[],
  supergraphSdl: string,
): ReadonlyMap<string, string> {
  const after = ownersAfter(owners, newOwners(changes, name, book));
  if (publication) return after;
  // What others still declare, nobody could decide about any more.
  const left = seedOwnership(supergraphSdl, publishedMesh(publications).mesh.subgraphs.map(seedDomain));
  for (const [coordinate, owner] of after) {
    if (owner !== name) continue;
    const next = left.owners.get(coordinate);
    if (next === undefined) after.delete(coordinate);
    else after.set(coordinate, next);
  }
  return after;
}

/**
 * Once the graph is again what it was: what there is belongs to whom it belonged then. A name that goes away and that anybody
 * might take, its last owner did not give up: it stays reserved while that domain is part of the graph. Whose a new field of
 * any other type is, the owner of the type decides.
 */
export function ownersAfterReturn(
  current: MeshVersion['owners'],
  { owners: then, published }: Pick<MeshVersion, 'owners' | 'published'>,
  supergraphSdl: string,
): ReadonlyMap<string, string> {
  const there = graphCoordinates(readSupergraphTypes(supergraphSdl));
  const isKept = (coordinate: string, owner: string): boolean =>
    there.has(coordinate) || owner === catalogName || (published.has(owner) && isOpenPlace(coordinate));
  const after = new Map([...current].filter(([coordinate, owner]) => isKept(coordinate, owner)));
  for (const [coordinate, owner] of then) if (there.has(coordinate)) after.set(coordinate, owner);
  return after;
}

/** Where anybody may add something. */
function isOpenPlace(coordinate: string): boolean {
  const parent = parentOf(coordinate);
  return parent === undefined || isRootType(parent);
}

/** Once the files of a mesh are taken up: whoever owned something goes on doing so, unless it has passed to others. */
export function ownersAfterSeed(
  before: MeshVersion | undefined,
  found: ReadonlyMap<string, string>,
  supergraphSdl: string,
): ReadonlyMap<string, string> {
  if (!before) return found;
  const holders = holdersOf(supergraphSdl);
  const isLeft = (coordinate: string, owner: string): boolean => {
    const having = holders(coordinate);
    return having.length > 0 && !having.includes(owner);
  };
  const kept = [...before.owners].filter(([coordinate, owner]) => !isLeft(coordinate, owner));
  const after = new Map([...found, ...kept]);
  for (const change of graphChanges(before.supergraphSdl, supergraphSdl)) {
    if (isGone(change)) after.delete(change.coordinate);
  }
  return after;
}

/** Once another catalog is part of the graph. */
export function ownersAfterUpgrade(before: MeshVersion, supergraphSdl: string): ReadonlyMap<string, string> {
  const changes = graphChanges(before.supergraphSdl, supergraphSdl);
  return ownersAfter(before.owners, newOwners(changes, catalogName, ownershipBook(before, [])));
}

function ownersAfter(before: ReadonlyMap<string, string>, { owners, gone }: NewOwners): Map<string, string> {
  const after = new Map(before);
  for (const coordinate of gone) after.delete(coordinate);
  for (const [coordinate, owner] of owners) after.set(coordinate, owner);
  return after;
}
