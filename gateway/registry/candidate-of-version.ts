/** What would become a version of the graph, were it accepted: what one domain publishes, beside all that others have. */
import type { GraphQLSchema } from 'graphql';
import type { Candidate } from './checks/candidate.ts';
import { type Claims, claimsOf } from './claims.ts';
import { ownershipBook } from './owners.ts';
import { inOrder, type Publication } from './publication.ts';
import { publishedDomain } from './published-mesh.ts';
import { platformOwners } from './seed-ownership.ts';
import { approvedDigests, digestOfWanted } from './store/approvals.ts';
import { contributions, type Grant } from './store/contributions.ts';
import { byName, type Published } from './store/manifest.ts';
import type { RegistryDatabase } from './store/open.ts';
import { lastNumberOf, type MeshVersion } from './store/versions.ts';

/** A candidate that knows what it would become part of. */
export interface CandidateOfVersion extends Candidate {
  readonly base: number | undefined;
  readonly publications: readonly Published[];
  /** Who owns what, with what the publisher claims. */
  readonly owners: ReadonlyMap<string, string>;
  readonly claims: Claims;
  /** What others have opened for the publisher. */
  readonly grants: readonly Grant[];
}

export interface CandidateParts {
  readonly database: RegistryDatabase;
  readonly graph: MeshVersion | undefined;
  readonly schemaOf: (supergraphSdl: string) => Promise<GraphQLSchema>;
  readonly operations: Candidate['operations'];
  readonly recordedDays: Candidate['recordedDays'];
}

/** @param publication absent where the domain is to be deleted. */
export function candidateOf(
  name: string,
  publication: Publication | undefined,
  { database, graph, schemaOf, operations, recordedDays }: CandidateParts,
): CandidateOfVersion {
  const before = graph?.published.get(name);
  const published = publication && { ...inOrder(publication), version: lastNumberOf(database, name) + 1 };
  const all = new Map(graph?.published);
  if (published) all.set(name, published);
  else all.delete(name);
  const approved = approvedDigests(database, name);
  const claims = claimsOf(graph, name, published && publishedDomain(published).domain);
  const owners = new Map(graph?.owners ?? platformOwners());
  for (const coordinate of claims.coordinates) owners.set(coordinate, name);
  const inForce = contributions(database, owners);
  return {
    name,
    publication: published,
    before,
    base: graph?.record.id,
    publications: [...all.values()].sort(byName),
    supergraphSdl: graph?.supergraphSdl,
    schema: async () => graph && schemaOf(graph.supergraphSdl),
    owners,
    claims,
    grants: inForce.filter(({ domain }) => domain === name),
    book: ownershipBook(graph, inForce, owners),
    isApproved: (violation) => approved.has(digestOfWanted(name, violation)),
    operations,
    recordedDays,
  };
}
