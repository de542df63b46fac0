/** Who owns what in a version that is made. */
import type { GraphChange } from '../governance/graph-change.ts';
import { type NewOwners, newOwners } from '../governance/new-owners.ts';
import type { CandidateOfVersion } from './candidate-of-version.ts';
import { publishedMesh } from './published-mesh.ts';
import { seedDomain, seedOwnership } from './seed-ownership.ts';

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
    const next = left.owners.get(coordinate);
    if (owner === name && next !== undefined) after.set(coordinate, next);
  }
  return after;
}

function ownersAfter(before: ReadonlyMap<string, string>, { owners, gone }: NewOwners): Map<string, string> {
  const after = new Map(before);
  for (const coordinate of gone) after.delete(coordinate);
  for (const [coordinate, owner] of owners) after.set(coordinate, owner);
  return after;
}
