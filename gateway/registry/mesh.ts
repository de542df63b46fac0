/** The mesh as its files say it: per subgraph its schema, its address and, where the folder holds contracts, its domain. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';
import { type Issue, issue, type Place } from '../../subgraphs/kit/errors/issue.ts';
import { type AddressPolicy, addressPolicy } from '../transport/address-ranges.ts';
import { readDomain } from './domain-folder.ts';
import { introspectSdl } from './introspect-sdl.ts';
import { type Environment, readSupergraphFile, type SubgraphEntry, type SupergraphFile } from './supergraph-file.ts';

export interface Mesh {
  readonly file: string;
  readonly federation: SupergraphFile['federation'];
  readonly subgraphs: readonly MeshSubgraph[];
  /** Whether every subgraph that the file names is here, with a schema. An incomplete mesh is never composed. */
  readonly complete: boolean;
}

export interface MeshSubgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** Names the schema's text in issues: its file, else the subgraph. */
  readonly schemaFile: string;
  /** The folder of `schema.file`. */
  readonly folder?: string;
  /** Only where the folder holds contracts or products: a plain subgraph takes part without them. */
  readonly domain?: Domain;
  readonly place: Place;
}

/** Never throws for what it reads: faults of the mesh file, of schemas and of contracts all come back as issues. */
export async function readMesh(
  file: string,
  env: Environment = process.env,
): Promise<{ readonly mesh: Mesh; readonly issues: Issue[] }> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const place = { file, line: 1, column: 1 };
    const help = 'Create it, or name another with --supergraph or WEFT_SUPERGRAPH.';
    const missing = issue('MESH_FILE_INVALID', 'The file cannot be read.', { place, help });
    return { mesh: { file, federation: { version: '2', place }, subgraphs: [], complete: false }, issues: [missing] };
  }
  const { supergraph, issues } = readSupergraphFile(text, file, env);
  const entries = supergraph?.subgraphs ?? [];
  const read = await Promise.all(
    entries.map((entry) => readSubgraph(entry, file, addressPolicy(env.WEFT_ROUTING_ADDRESSES))),
  );
  const subgraphs = read.flatMap((each) => each.subgraph ?? []);
  return {
    mesh: {
      file,
      federation: supergraph?.federation ?? { version: '2', place: { file, line: 1, column: 1 } },
      subgraphs,
      complete: supergraph !== undefined && subgraphs.length === entries.length,
    },
    issues: [...issues, ...read.flatMap((each) => each.issues), ...takenProductIds(subgraphs)],
  };
}

async function readSubgraph(
  { name, routingUrl: url, schema, place, schemaPlace }: SubgraphEntry,
  meshFile: string,
  addresses: AddressPolicy,
): Promise<{ readonly subgraph?: MeshSubgraph; readonly issues: readonly Issue[] }> {
  const unreadable = (message: string) => ({
    issues: [issue('SUBGRAPH_SCHEMA_UNREADABLE', message, { place: schemaPlace })],
  });
  if ('sdl' in schema) {
    return { subgraph: { name, url, sdl: schema.sdl, schemaFile: `${name}.graphql`, place }, issues: [] };
  }
  if ('subgraph_url' in schema) {
    const introspected = await introspectSdl(schema.subgraph_url, schema.introspection_headers ?? {}, addresses);
    if ('fault' in introspected) return unreadable(`Subgraph ${name} did not give its schema: ${introspected.fault}.`);
    return { subgraph: { name, url, sdl: introspected.sdl, schemaFile: `${name}.graphql`, place }, issues: [] };
  }
  const schemaFile = resolveFrom(meshFile, schema.file);
  const sdl = await readFile(schemaFile, 'utf8').catch(() => undefined);
  if (sdl === undefined) return unreadable(`The schema file of ${name}, ${schemaFile}, cannot be read.`);
  const folder = dirname(schemaFile);
  const { domain, issues } = await readDomain(name, folder);
  return { subgraph: { name, url, sdl, schemaFile, folder, ...(domain && { domain }), place }, issues };
}

/** The catalog finds a product by its id: it keeps the first. Within one domain, the domain's own reading reports it. */
export function takenProductIds(subgraphs: readonly MeshSubgraph[]): Issue[] {
  const first = new Map<string, { readonly domain: Domain; readonly place: Place }>();
  return subgraphs.flatMap(({ domain }) =>
    (domain?.products ?? []).flatMap(({ id, place }) => {
      const other = first.get(id);
      if (domain && !other) first.set(id, { domain, place });
      if (!other || other.domain === domain) return [];
      const where = `${other.place.file}:${other.place.line}`;
      return [
        issue('PRODUCT_ID_TAKEN', `The id ${id} is that of a product of ${other.domain.name} too (${where}).`, {
          place,
        }),
      ];
    }),
  );
}

/** Relative to the mesh file, and as short as it was written: places in issues are read by people. */
function resolveFrom(meshFile: string, file: string): string {
  return isAbsolute(file) ? file : join(dirname(meshFile), file);
}
