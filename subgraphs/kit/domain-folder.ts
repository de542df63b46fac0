/** A domain's folder, read from disk: its contracts, the graph that they describe, and the domain's own code. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDomainFiles } from './contract/domain.ts';
import { type DomainGraph, graphOf } from './contract/graph.ts';
import type { Domain } from './contract/model.ts';
import type { Issue } from './errors/issue.ts';
import { WeftError } from './errors/weft-error.ts';

export interface DomainFolder {
  readonly dir: string;
  readonly domain: Domain;
  readonly graph: DomainGraph;
  /** The domain's `schema.graphql`: what the graph adds that the contracts cannot say; empty where there is none. */
  readonly additions: string;
  /** Names of all files in the folder. */
  readonly files: readonly string[];
  readonly issues: readonly Issue[];
}

/** @throws {WeftError} DOMAIN_UNKNOWN where there is no such folder; what is wrong inside it comes as issues. */
export async function loadDomain(folder: string): Promise<DomainFolder> {
  const dir = resolve(folder);
  const files = await readdir(dir).catch((cause) => {
    throw new WeftError('DOMAIN_UNKNOWN', `There is no folder ${dir}.`, { cause });
  });
  const read = (file: string) => readFile(join(dir, file), 'utf8');
  const documents = files.filter((file) => /\.od[cp]s\.(ya?ml|json)$/.test(file)).sort();
  const texts = await Promise.all(documents.map(async (file) => [join(dir, file), await read(file)] as const));
  const { domain, issues } = readDomainFiles(basename(dir), texts);
  const { graph, issues: conflicts } = graphOf(domain);
  const additions = files.includes('schema.graphql') ? await read('schema.graphql') : '';
  return { dir, domain, graph, additions, files, issues: [...issues, ...conflicts] };
}
