/** A mesh as its domains published it: what mesh.ts reads from files, from texts that the registry holds. */
import { readDomainFiles } from '../../subgraphs/kit/contract/domain.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { type Mesh, type MeshSubgraph, takenProductIds } from './mesh.ts';
import type { Publication } from './publication.ts';

/** Stands for the mesh file in places. */
export const publishedAs = 'registry';

export function publishedMesh(publications: readonly Publication[]): { readonly mesh: Mesh; readonly issues: Issue[] } {
  const issues: Issue[] = [];
  const subgraphs = publications.map((publication): MeshSubgraph => {
    const { name, routingUrl: url, sdl } = publication;
    const read = publishedDomain(publication);
    issues.push(...read.issues);
    const place = { file: publishedAs, line: 1, column: 1 };
    return { name, url, sdl, schemaFile: schemaFileOf(name), ...(read.domain && { domain: read.domain }), place };
  });
  const place = { file: publishedAs, line: 1, column: 1 };
  const mesh = { file: publishedAs, federation: { version: '2', place }, subgraphs, complete: true };
  return { mesh, issues: [...issues, ...takenProductIds(subgraphs)] };
}

export interface PublishedDomain {
  /** Absent where nothing of its data is described: a plain subgraph takes part without. */
  readonly domain?: Domain;
  readonly issues: readonly Issue[];
}

/** Read once for each publication: it never changes. */
export function publishedDomain(publication: Publication): PublishedDomain {
  const { name, files } = publication;
  const known = domains.get(publication);
  if (known) return known;
  const texts = files.map(({ path, text }) => [`${name}/${path}`, text] as const);
  const read = files.length > 0 ? readDomainFiles(name, texts) : { issues: [] };
  domains.set(publication, read);
  return read;
}

const domains = new WeakMap<Publication, PublishedDomain>();

/** Names a published schema in places. */
export const schemaFileOf = (domain: string): string => `${domain}/schema.graphql`;
