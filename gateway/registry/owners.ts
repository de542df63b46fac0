/** Who owns what in the current version, as ownership is judged by it. */
import { type OwnershipBook, ownerOf } from '../governance/ownership.ts';
import { publishedDomain } from './published-mesh.ts';
import type { Contribution } from './store/contributions.ts';
import type { MeshVersion } from './store/versions.ts';
import { catalogName } from './supergraph-file.ts';

/** @param owners as they would be for the publisher that is judged; as they are, where absent. */
export function ownershipBook(
  current: MeshVersion | undefined,
  contributions: readonly Pick<Contribution, 'type' | 'domain'>[],
  owners: ReadonlyMap<string, string> = current?.owners ?? new Map(),
): OwnershipBook {
  const open = new Set(contributions.map(({ type, domain }) => `${domain} ${type}`));
  return {
    ownerOf: (coordinate) => owners.get(coordinate),
    teamOf: (domain) => teamOf(current, domain),
    mayContribute: (domain, type) => open.has(`${domain} ${type}`),
    platform: catalogName,
  };
}

/** The domain that decides about a coordinate, whether it exists or would be new. */
export const deciderOf = (current: MeshVersion | undefined, coordinate: string): string | undefined =>
  ownerOf(coordinate, ownershipBook(current, []));

/** The team that answers for a domain, as its products say; else its own name. */
export function teamOf(current: MeshVersion | undefined, domain: string): string {
  const published = current?.published.get(domain);
  const [output] = (published && publishedDomain(published).domain?.outputs) ?? [];
  return output?.owner ?? domain;
}
