/** What a domain publishes: its part of the mesh, whole. */
import { basename } from 'node:path';
import type { MeshSubgraph } from './mesh.ts';

export interface Publication {
  /** The domain, which is the name of its subgraph. */
  readonly name: string;
  readonly routingUrl: string;
  /** What the subgraph gives to the graph (Apollo Federation, "Subgraph specification"). */
  readonly sdl: string;
  /** Its contracts and products, in the order of their paths. */
  readonly files: readonly PublishedFile[];
}

export interface PublishedFile {
  /** `orders.odcs.yaml`: without the folders above. */
  readonly path: string;
  readonly text: string;
}

/** What a mesh of files would publish. */
export function publicationOf({ name, url: routingUrl, sdl, domain }: MeshSubgraph): Publication {
  const sources = [...(domain?.products ?? []), ...(domain?.contracts ?? [])].map(({ source }) => source);
  const files = sources.map(({ file, text }) => ({ path: basename(file), text }));
  return inOrder({ name, routingUrl, sdl, files });
}

/** Files by their paths: the order that they came in is nobody's business. */
export const inOrder = (publication: Publication): Publication => ({
  ...publication,
  files: [...publication.files].sort((one, other) => (one.path < other.path ? -1 : 1)),
});

/** Whether both say the same, to the byte. */
export const isSame = (one: Publication, other: Publication): boolean => textOf(one) === textOf(other);

function textOf(publication: Publication): string {
  const { name, routingUrl, sdl, files } = inOrder(publication);
  return JSON.stringify([name, routingUrl, sdl, files.map(({ path, text }) => [path, text])]);
}
