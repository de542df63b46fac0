import { existsSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { readSupergraphFile } from '../gateway/registry/supergraph-file.ts';

/** An editor writes a file in several steps, and `weft generate` several files. */
const quietMs = 200;

/**
 * Calls when supergraph.yaml, a schema file or a contract has changed, once things are quiet. Folders are watched, not
 * files: an editor puts a new file in the place of the old one.
 * @param file absolute path of supergraph.yaml
 */
export function watchMesh(file: string, onChange: () => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let names = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const schemas = schemaFiles(file);
    // While supergraph.yaml cannot be read, what was watched before still is.
    if (!schemas) return;
    names = new Set([file, ...schemas].map((each) => basename(each)));
    const folders = new Set([file, ...schemas].map((each) => dirname(each)).filter((folder) => existsSync(folder)));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) if (!watchers.has(folder)) watchers.set(folder, watchFolder(folder));
  };
  const watchFolder = (folder: string): FSWatcher => {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null || names.has(name) || isContract(name)) changed();
    });
    watcher.on('error', () => {
      watcher.close();
      watchers.delete(folder);
      changed();
    });
    return watcher;
  };
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      look();
      onChange();
    }, quietMs);
  };

  look();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

const isContract = (name: string): boolean => /\.(?:odps|odcs)\.(?:ya?ml|json)$/.test(name);

function schemaFiles(file: string): string[] | undefined {
  if (!existsSync(file)) return undefined;
  const { supergraph } = readSupergraphFile(readFileSync(file, 'utf8'), file, process.env);
  return supergraph?.subgraphs.flatMap(({ schema }) => ('file' in schema ? [resolve(dirname(file), schema.file)] : []));
}
