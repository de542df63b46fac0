/** The mesh that a command is about: supergraph.yaml, and the domains whose folders are here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isLoopbackHost } from '../gateway/registry/loopback-host.ts';
import { readSupergraphFile, type SubgraphEntry } from '../gateway/registry/supergraph-file.ts';
import { isContractFile } from '../subgraphs/kit/contract/domain.ts';
import { nearest } from '../subgraphs/kit/errors/nearest.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { shownPath } from './terminal.ts';

export interface MeshFolder {
  /** Absolute path of supergraph.yaml. */
  readonly file: string;
  /** Where rows are kept: WEFT_DATA, else `.weft` beside supergraph.yaml. */
  readonly dataDir: string;
  /** Every subgraph, as the file says it. */
  readonly entries: readonly SubgraphEntry[];
  readonly domains: readonly LocalDomain[];
}

export interface LocalDomain {
  readonly name: string;
  /** Absolute path. */
  readonly dir: string;
  readonly routingUrl: URL;
}

/** The nearest supergraph.yaml, here or in a folder above. */
export function findMesh(from = process.cwd()): string | undefined {
  const file = join(from, 'supergraph.yaml');
  if (existsSync(file)) return file;
  return dirname(from) === from ? undefined : findMesh(dirname(from));
}

/** @throws WeftError MESH_NOT_FOUND, or MESH_FILE_INVALID with the issues. */
export function openMesh(supergraph = process.env.WEFT_SUPERGRAPH): MeshFolder {
  const file = supergraph ? resolve(supergraph) : findMesh();
  if (!file || !existsSync(file)) {
    const where = file ? `There is no file ${file}.` : `There is no supergraph.yaml in ${process.cwd()} or above it.`;
    throw new WeftError('MESH_NOT_FOUND', where);
  }
  const { supergraph: mesh, issues } = readSupergraphFile(readFileSync(file, 'utf8'), file, process.env);
  if (!mesh) throw new WeftError('MESH_FILE_INVALID', `${shownPath(file)} is not a mesh.`, { issues });
  const domains = mesh.subgraphs.flatMap(({ name, routingUrl, schema }) => {
    const dir = 'file' in schema ? dirname(resolve(dirname(file), schema.file)) : '';
    return isDomain(dir) ? [{ name, dir, routingUrl: new URL(routingUrl) }] : [];
  });
  return {
    file,
    dataDir: resolve(process.env.WEFT_DATA || join(dirname(file), '.weft')),
    domains,
    entries: mesh.subgraphs,
  };
}

/** A subgraph of another make has a schema, but neither products nor contracts: it takes part, and is not ours to run. */
const isDomain = (dir: string): boolean => existsSync(dir) && readdirSync(dir).some(isContractFile);

/** Those named, or all. @throws WeftError DOMAIN_UNKNOWN */
export function chooseDomains(mesh: MeshFolder, names: readonly string[]): readonly LocalDomain[] {
  if (names.length === 0) return mesh.domains;
  return names.map((name) => {
    const found = mesh.domains.find((domain) => domain.name === name);
    if (found) return found;
    const known = mesh.domains.map((domain) => domain.name);
    const meant = nearest(name, known);
    throw new WeftError('DOMAIN_UNKNOWN', `${shownPath(mesh.file)} has no domain ${name}.`, {
      help: meant
        ? `Did you mean ${meant}?`
        : `It has ${known.join(', ') || 'none: begin one with `weft init domain`'}.`,
    });
  });
}

export const databaseOf = ({ dataDir }: MeshFolder, { dir }: LocalDomain): string =>
  join(dataDir, `${basename(dir)}.sqlite`);

/** Its address is one of this machine. */
export const isLocal = ({ routingUrl }: LocalDomain): boolean => isLoopbackHost(routingUrl.hostname);

/** The port that a routing_url names, or the scheme's own. */
export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));
