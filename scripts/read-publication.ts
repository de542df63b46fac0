/** What is to be published: of a domain in the mesh's folder, or of any GraphQL server. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { introspectSdl } from '../gateway/registry/introspect-sdl.ts';
import type { SubgraphEntry } from '../gateway/registry/supergraph-file.ts';
import { addressPolicy } from '../gateway/transport/address-ranges.ts';
import { isContractFile } from '../subgraphs/kit/contract/domain.ts';
import { isError } from '../subgraphs/kit/errors/issue.ts';
import { nearest } from '../subgraphs/kit/errors/nearest.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { generate, schemaFile, staleFiles } from '../subgraphs/kit/generate.ts';
import type { MeshFolder } from './mesh-folder.ts';
import type { PublicationInput } from './registry-answers.ts';
import { say, shownPath } from './terminal.ts';

export interface PublicationSource {
  /** A file, or `-` for stdin. */
  readonly schema?: string;
  /** The address of a running subgraph. */
  readonly introspect?: string;
  readonly routingUrl?: string;
  /** A folder. */
  readonly contracts?: string;
}

/** @throws WeftError SUBGRAPH_SCHEMA_UNREADABLE, DOCUMENT_UNREADABLE */
export async function readPublication(name: string, source: PublicationSource): Promise<PublicationInput> {
  const { routingUrl, contracts } = source;
  const sdl = await readSchema(source);
  const files = contracts === undefined ? [] : contractsIn(contracts);
  if (contracts !== undefined && files.length === 0) {
    const help = 'Name the folder of the *.odcs.yaml and *.odps.yaml files; a plain subgraph needs no --contracts.';
    throw new WeftError('DOCUMENT_UNREADABLE', `${contracts} holds no contract and no data product.`, { help });
  }
  return { name, ...(routingUrl !== undefined && { routingUrl }), sdl, files };
}

async function readSchema({ schema, introspect }: PublicationSource): Promise<string> {
  if (introspect !== undefined) return introspected(introspect, {});
  if (schema === '-') return text(process.stdin);
  if (schema !== undefined) return readText(schema);
  const help = 'Name its file with --schema, - for stdin, or the address of the running subgraph with --introspect.';
  throw new WeftError('SUBGRAPH_SCHEMA_UNREADABLE', 'There is no schema to publish.', { help });
}

/** The one named; else the one in whose folder we are, or the only one. @throws WeftError DOMAIN_UNKNOWN */
export function chooseSubgraph({ file, entries, domains }: MeshFolder, name: string | undefined): SubgraphEntry {
  const known = entries.map((entry) => entry.name);
  const here = domains.find(({ dir }) => `${process.cwd()}/`.startsWith(`${dir}/`))?.name;
  const wanted = name ?? here ?? (known.length === 1 ? known[0] : undefined);
  const found = entries.find((entry) => entry.name === wanted);
  if (found) return found;
  if (wanted === undefined) {
    const help = `Name one of ${known.join(', ')}, or go to its folder.`;
    throw new WeftError('DOMAIN_UNKNOWN', `${shownPath(file)} has several domains; which one?`, { help });
  }
  const meant = nearest(wanted, known);
  const help = meant ? `Did you mean ${meant}?` : `It has ${known.join(', ')}.`;
  throw new WeftError('DOMAIN_UNKNOWN', `${shownPath(file)} has no domain ${wanted}.`, { help });
}

/** @throws WeftError DOMAIN_INVALID with the issues, SUBGRAPH_SCHEMA_UNREADABLE */
export async function publicationOfEntry(mesh: MeshFolder, entry: SubgraphEntry): Promise<PublicationInput> {
  const { name, routingUrl, schema } = entry;
  if ('sdl' in schema) return { name, routingUrl, sdl: schema.sdl, files: [] };
  if ('subgraph_url' in schema) {
    const sdl = await introspected(schema.subgraph_url, schema.introspection_headers ?? {});
    return { name, routingUrl, sdl, files: [] };
  }
  const path = resolve(dirname(mesh.file), schema.file);
  const dir = dirname(path);
  const isGenerated = path === join(dir, schemaFile) && mesh.domains.some((domain) => domain.name === name);
  const sdl = isGenerated ? await generatedSchema(mesh, name, dir) : readText(path);
  return { name, routingUrl, sdl, files: contractsIn(dir) };
}

/** What the contracts give now, as `weft serve` serves it, whatever was written to disk before. */
async function generatedSchema(mesh: MeshFolder, name: string, dir: string): Promise<string> {
  const everyone = mesh.domains.map((domain) => domain.dir);
  const { files, issues } = await generate(dir, everyone);
  const sdl = files.get(join(dir, schemaFile));
  if (sdl === undefined || issues.some(isError)) {
    throw new WeftError('DOMAIN_INVALID', `${name} cannot be published.`, { issues: issues.filter(isError) });
  }
  for (const file of await staleFiles(new Map([[join(dir, schemaFile), sdl]]))) {
    say(`${shownPath(file)} is not what its contracts give; what they give is taken. \`weft generate\` writes it.`);
  }
  return sdl;
}

async function introspected(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await introspectSdl(url, headers, addressPolicy(process.env.WEFT_ROUTING_ADDRESSES));
  if ('sdl' in answer) return answer.sdl;
  const help =
    'The address has to answer `{ _service { sdl } }`, as a subgraph of Apollo Federation does; else give its schema as a file.';
  throw new WeftError('SUBGRAPH_SCHEMA_UNREADABLE', `The subgraph did not give its schema: ${answer.fault}.`, { help });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const help = 'Name a file that is there, or - for stdin.';
    throw new WeftError('SUBGRAPH_SCHEMA_UNREADABLE', `${shownPath(file)} cannot be read.`, { cause, help });
  }
}

/** As they are written: what is wrong with them is for the registry to say. */
function contractsIn(folder: string): PublicationInput['files'] {
  try {
    const names = readdirSync(folder).filter(isContractFile).sort();
    return names.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
  } catch (cause) {
    const { path = folder } = cause as NodeJS.ErrnoException;
    throw new WeftError('DOCUMENT_UNREADABLE', `${shownPath(path)} cannot be read.`, { cause });
  }
}
