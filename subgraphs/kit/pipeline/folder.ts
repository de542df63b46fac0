import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDomainFiles } from '../contract/domain.ts';
import type { ContractObject, Domain, Output, Port } from '../contract/model.ts';
import { type Issue, isError } from '../errors/issue.ts';
import { WeftError } from '../errors/weft-error.ts';

/** What a domain's folder holds, as far as a run needs to know. */
export interface PipelineFolder {
  readonly dir: string;
  readonly domain: Domain;
  /** Names of all files in the folder. */
  readonly files: readonly string[];
}

/** @throws WeftError DOMAIN_UNKNOWN, DOMAIN_INVALID */
export async function readFolder(folder: string): Promise<PipelineFolder> {
  const { issues, ...read } = await openFolder(folder);
  const errors = issues.filter(isError);
  if (errors.length > 0) {
    throw new WeftError('DOMAIN_INVALID', `${read.domain.name} has contracts with errors.`, { issues: errors });
  }
  return read;
}

/** The same for those who want to hear what is wrong. @throws WeftError DOMAIN_UNKNOWN */
export async function openFolder(folder: string): Promise<PipelineFolder & { readonly issues: readonly Issue[] }> {
  const dir = resolve(folder);
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new WeftError('DOMAIN_UNKNOWN', `There is no folder ${dir}.`, { cause });
  });
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const documents = files.filter((file) => /\.od[cp]s\.(?:ya?ml|json)$/.test(file)).sort();
  const texts = documents.map(async (file) => [join(dir, file), await readFile(join(dir, file), 'utf8')] as const);
  return { dir, files, ...readDomainFiles(basename(dir), await Promise.all(texts)) };
}

/** One object of one output port: what a run loads. */
export interface Target {
  readonly object: ContractObject;
  readonly output: Output;
  readonly kind: 'file' | 'graph';
}

/** Each object once, those that need no gateway first: the others may well read them through it. */
export function targetsOf(folder: PipelineFolder): readonly Target[] {
  const targets = new Map<ContractObject, Target>();
  for (const output of folder.domain.outputs) {
    for (const object of output.contract.objects) {
      if (object.properties.length === 0) continue; // There is nothing to load.
      if (!targets.has(object)) targets.set(object, { object, output, kind: kindOf(folder, output, object) });
    }
  }
  return [...targets.values()].sort((a, b) => Number(a.kind === 'graph') - Number(b.kind === 'graph'));
}

export function pipelineFile({ files }: PipelineFolder, object: ContractObject): string | undefined {
  return ['ts', 'js', 'mjs']
    .map((extension) => `${object.name}.pipeline.${extension}`)
    .find((file) => files.includes(file));
}

/** The data file beside the contract, named as the object or, where it describes only one, as the contract's file. */
export function dataFile({ files }: PipelineFolder, output: Output, object: ContractObject): string | undefined {
  const bases = [object.name];
  if (output.contract.objects.length === 1) bases.push(basename(output.contract.place.file).replace(/\.odcs\..*$/, ''));
  const candidates = bases.flatMap((base) =>
    ['csv', 'json', 'ndjson', 'jsonl'].map((extension) => `${base}.${extension}`),
  );
  return candidates.find((file) => files.includes(file));
}

export const operationFile = (port: Port): string => `${port.name}.input.graphql`;

function kindOf(folder: PipelineFolder, output: Output, object: ContractObject): 'file' | 'graph' {
  if (!pipelineFile(folder, object) && dataFile(folder, output, object)) return 'file';
  return output.product.inputPorts.some((port) => folder.files.includes(operationFile(port))) ? 'graph' : 'file';
}
