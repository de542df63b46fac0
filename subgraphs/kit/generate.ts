/** What is derived from a domain's contracts and committed beside them, so that readers, diffs and compilers see it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GraphQLError, parse } from 'graphql';
import { meshTypes, printInputType } from './contract/input-types.ts';
import { printRowTypes } from './contract/row-types.ts';
import { printSdl } from './contract/sdl.ts';
import { type DomainFolder, loadDomain } from './domain-folder.ts';
import { type Issue, isError, issue } from './errors/issue.ts';

export const schemaFile = 'schema.gen.graphql';
const rowTypesFile = 'rows.gen.ts';

export interface Generated {
  /** Path → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly issues: readonly Issue[];
}

/** @param mesh the folders of the other domains, whose products this one's input ports may read. */
export async function generate(dir: string, mesh: readonly string[] = []): Promise<Generated> {
  const folder = await loadDomain(dir);
  const issues = [...folder.issues, ...additionsIssues(folder)];
  if (issues.some(isError)) return { files: new Map(), issues };
  const sdl = printSdl(folder.graph, folder.additions);
  const operations = folder.files.filter((file) => file.endsWith('.input.graphql')).sort();
  const types = meshTypes(operations.length > 0 ? await readableSdls(mesh) : []);
  const inputs = [];
  for (const file of operations) {
    const path = join(folder.dir, file);
    const input = printInputType(file.replace('.input.graphql', ''), path, await readFile(path, 'utf8'), types);
    issues.push(...input.issues);
    if (input.text) inputs.push(input.text);
  }
  const head = '# Generated from the contracts in this folder by `weft generate`. Do not edit.\n\n';
  const files = new Map([
    [join(folder.dir, schemaFile), head + sdl],
    [join(folder.dir, rowTypesFile), printRowTypes(folder.graph, inputs)],
  ]);
  return { files, issues };
}

/** The files whose text on disk is not the one given. */
export async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale = [];
  for (const [path, text] of files) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) stale.push(path);
  }
  return stale;
}

/** @returns the files that were stale. */
export async function writeGenerated(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale = await staleFiles(files);
  for (const path of stale) await writeFile(path, files.get(path) as string);
  return stale;
}

/** A domain that cannot be read is reported where it is generated; its types are then missing here. */
async function readableSdls(mesh: readonly string[]): Promise<string[]> {
  const folders = await Promise.all(mesh.map((dir) => loadDomain(dir).catch(() => undefined)));
  return folders.flatMap((folder) =>
    folder && !folder.issues.some(isError) ? printSdl(folder.graph, folder.additions) : [],
  );
}

function additionsIssues({ dir, additions }: DomainFolder): Issue[] {
  try {
    if (additions.trim()) parse(additions);
    return [];
  } catch (error) {
    const at = (error as GraphQLError).locations?.[0];
    const place = { file: join(dir, 'schema.graphql'), line: at?.line ?? 1, column: at?.column ?? 1 };
    return [issue('SCHEMA_SYNTAX', (error as Error).message, { place })];
  }
}
