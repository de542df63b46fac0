/** The mesh as files for the tools of others: what `rover supergraph compose` and `wgc router compose` read. */
import { stringify } from 'yaml';
import type { Artefact } from './artefact.ts';

export interface ExportedFile {
  /** Relative to the folder that all of them are written to. */
  readonly path: string;
  readonly text: string;
}

/** `supergraph.yaml`, as Rover and Weft read it, and a schema per subgraph. */
export function exportRover({ subgraphs }: Pick<Artefact, 'subgraphs'>): ExportedFile[] {
  const entries = subgraphs.map(({ name, url }) => [name, { routing_url: literal(url), schema: schemaOf(name) }]);
  const mesh = { federation_version: 2, subgraphs: Object.fromEntries(entries) };
  return [{ path: 'supergraph.yaml', text: stringify(mesh) }, ...schemas(subgraphs)];
}

/** `graph.yaml`, as `wgc router compose --input graph.yaml` reads it, and a schema per subgraph. */
export function exportCosmo({ subgraphs }: Pick<Artefact, 'subgraphs'>): ExportedFile[] {
  const entries = subgraphs.map(({ name, url }) => ({ name, routing_url: url, schema: schemaOf(name) }));
  return [{ path: 'graph.yaml', text: stringify({ version: 1, subgraphs: entries }) }, ...schemas(subgraphs)];
}

const schemaOf = (name: string) => ({ file: `./${name}.graphql` });

const schemas = (subgraphs: Artefact['subgraphs']): ExportedFile[] =>
  subgraphs.map(({ name, sdl }) => ({ path: `${name}.graphql`, text: sdl }));

/** Both would expand `${env.NAME}`; a brace stands in no address (RFC 3986, appendix A), and `%7B` says the same. */
const literal = (url: string): string => url.replaceAll('${', '$%7B');
