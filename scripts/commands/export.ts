import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ExportedFile, exportCosmo, exportRover } from '../../gateway/registry/delivery/rover.ts';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import { readVersion } from '../read-version.ts';
import type { RegistryDoor } from '../registry-client.ts';
import { done, plural, printJson, say, shownPath } from '../terminal.ts';

export interface ExportOptions extends RegistryDoor {
  readonly format: 'rover' | 'cosmo' | 'supergraph';
  readonly output: string;
  readonly json?: true;
}

interface ExportedVersion {
  readonly id: number;
  readonly supergraphSdl: string;
  readonly subgraphs: readonly { readonly name: string; readonly routingUrl: string; readonly sdl: string }[];
}

/** `weft supergraph export`: the current graph as files that the tools of others read. Files of the same names are replaced. */
export async function exportSupergraph(options: ExportOptions): Promise<number> {
  const current = await readVersion<ExportedVersion>(
    options,
    undefined,
    'id supergraphSdl subgraphs { name routingUrl sdl }',
  );
  const files = filesOf(current, options.format);
  mkdirSync(options.output, { recursive: true });
  for (const { path, text } of files) {
    // The registry names the files: none of them leaves the folder.
    invariant(basename(path) === path && path !== '..', `${path} is the name of a file`);
    writeFileSync(join(options.output, path), text);
  }
  const written = files.map(({ path }) => join(options.output, path));
  if (options.json) printJson({ version: current.id, format: options.format, files: written });
  for (const file of written) say(`wrote ${shownPath(file)}`);
  say(`version ${current.id}: ${plural(files.length, 'file')}`);
  return done;
}

function filesOf({ supergraphSdl, subgraphs }: ExportedVersion, format: ExportOptions['format']): ExportedFile[] {
  if (format === 'supergraph') return [{ path: 'supergraph.graphql', text: supergraphSdl }];
  const delivered = subgraphs.map(({ name, routingUrl, sdl }) => ({ name, url: routingUrl, sdl, files: [] }));
  return format === 'rover' ? exportRover({ subgraphs: delivered }) : exportCosmo({ subgraphs: delivered });
}
