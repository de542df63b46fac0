import { existsSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { custom, type Port } from '../contract/model.ts';
import { WeftError } from '../errors/weft-error.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { readNdjson } from './read-ndjson.ts';
import type { Malformed } from './read-text.ts';

/** `onColumns` is told the names of the columns once, by files that have such. */
export type Reader = (
  file: string,
  onColumns?: (columns: readonly string[]) => void,
) => AsyncIterable<Record<string, unknown> | Malformed>;

const readers: Readonly<Record<string, Reader>> = {
  csv: readCsv,
  tsv: readCsv,
  txt: readCsv,
  json: readJson,
  ndjson: readNdjson,
  jsonl: readNdjson,
};

/** @param format csv, json or ndjson; by the extension where it is not given. @throws WeftError INPUT_PORT_INVALID */
export function readerOf(file: string, format?: unknown): Reader {
  const name = format === undefined ? extname(file).slice(1).toLowerCase() : String(format);
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader) return reader;
  const help = 'Set the custom property `format` of the input port to csv, json or ndjson.';
  throw new WeftError('INPUT_PORT_INVALID', `${file} has the unknown format ${name || '(none)'}.`, { help });
}

/**
 * The file of an input port: within the domain's folder, so that a domain shows what it loads and runs the same on every
 * machine. `npm:<package>/<path>` is looked for in each `node_modules` from the domain's folder
 * upwards; not by require.resolve, which keeps to the `exports` of a package, where its data files rarely are.
 * @throws WeftError INPUT_PORT_INVALID, INPUT_UNREADABLE
 */
export function locate(dir: string, port: Port): string {
  const location = custom(port, 'location');
  if (typeof location !== 'string' || location === '') {
    throw new WeftError('INPUT_PORT_INVALID', `The input port ${port.name} has no location.`);
  }
  if (!location.startsWith('npm:')) {
    const inside = relative(dir, resolve(dir, location));
    if (!isAbsolute(location) && inside !== '..' && !inside.startsWith(`..${sep}`)) return join(dir, inside);
    const help = 'Put the file into the domain folder, or into a package and name it as `npm:<package>/<path>`.';
    const message = `The location ${location} of ${port.name} leads out of the domain's folder.`;
    throw new WeftError('INPUT_PORT_INVALID', message, { help });
  }
  const path = normalize(location.slice('npm:'.length));
  if (path.startsWith('..') || isAbsolute(path)) {
    throw new WeftError('INPUT_PORT_INVALID', `The location ${location} of ${port.name} leads out of its package.`);
  }
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', path);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) {
      throw new WeftError('INPUT_UNREADABLE', `${location} of the input port ${port.name} is not installed.`);
    }
  }
}
