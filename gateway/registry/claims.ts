/**
 * A reference may come before what it refers to: `Customer` is then owned by whoever has published `type Customer @key(…)`
 * first, though its own contracts say that it is another domain's. The domain whose contract describes the type gets it, so
 * that the order in which domains publish makes no difference.
 */
import { foreignTypes } from '../../subgraphs/kit/contract/graph.ts';
import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import { publishedDomain } from './published-mesh.ts';
import type { Grant } from './store/contributions.ts';
import type { MeshVersion } from './store/versions.ts';

export interface Claims {
  /** The types, and the keys that they are referred to by. */
  readonly coordinates: ReadonlySet<string>;
  /** What those who lose a type have added to it stays theirs. */
  readonly grants: readonly Grant[];
}

/** @param domain what the publisher's contracts say */
export function claimsOf(current: MeshVersion | undefined, publisher: string, domain: Domain | undefined): Claims {
  const coordinates = new Set<string>();
  const grants: Grant[] = [];
  for (const { name: type } of domain ? graphOf(domain).graph.types : []) {
    const owner = current?.owners.get(type);
    if (owner === undefined || owner === publisher) continue;
    const reference = foreignTypesOf(current, owner).get(type);
    if (!reference) continue;
    for (const coordinate of [type, ...reference.to.map((field) => `${type}.${field}`)]) {
      if (current?.owners.get(coordinate) === owner) coordinates.add(coordinate);
    }
    grants.push({ type, domain: owner, owner: publisher });
  }
  return { coordinates, grants };
}

function foreignTypesOf(current: MeshVersion | undefined, name: string): ReturnType<typeof foreignTypes> {
  const published = current?.published.get(name);
  const domain = published && publishedDomain(published).domain;
  return domain ? foreignTypes(graphOf(domain).graph) : new Map();
}
