import { existsSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Log } from '../gateway/engine/log.ts';
import { isPolicyFile } from '../gateway/governance/access/read-access-policies.ts';
import { readSupergraphFile } from '../gateway/registry/supergraph-file.ts';
import { isContractFile } from '../subgraphs/kit/contract/domain.ts';

/** An editor writes a file in several steps, and `weft generate` several files. */
const quietMs = 200;

/** What Kubernetes replaces where a folder is a ConfigMap: the files in it are links into this one, and stay as they are. */
const configMapData = '..data';

export interface WatchedMesh {
  /** Absolute path of supergraph.yaml. */
  readonly file: string;
  /** The folder of access policies; empty where there is none. */
  readonly accessPolicies?: string;
}

/**
 * Calls when supergraph.yaml, a schema file, a contract or an access policy has changed, once things are quiet. Folders are
 * watched, not files: an editor puts a new file in the place of the old one. Never throws: what cannot be watched is in the
 * log, and what was watched before still is.
 */
export function watchMesh(
  { file, accessPolicies = '' }: WatchedMesh,
  onChange: () => void,
  log: Log,
): { close(): void } {
  const policies = accessPolicies === '' ? [] : [resolve(accessPolicies, 'purposes.yaml')];
  let watchers: readonly FSWatcher[] = [];
  let schemas: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const before = watchers;
    const made: FSWatcher[] = [];
    try {
      // While supergraph.yaml cannot be read, its schemas are those that it named before.
      schemas = schemaFiles(file) ?? schemas;
      // All anew: a folder may be another one by now, and a watcher stays with the one that it was made for.
      for (const [folder, names] of namesByFolder([file, ...schemas, ...policies])) {
        const watcher = watch(folder, { persistent: false }, (_, name) => {
          if (name === null || names.has(name) || isContractFile(name) || isPolicyFile(name)) changed();
        });
        made.push(watcher.on('error', changed));
      }
      watchers = made;
      close(before);
    } catch (error) {
      close(made);
      const reason = error instanceof Error ? error.message : String(error);
      log(`the files of the mesh cannot all be watched: ${reason}`, { level: 'error' });
    }
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
      close(watchers);
    },
  };
}

function close(watchers: readonly FSWatcher[]): void {
  for (const watcher of watchers) watcher.close();
}

/** The folders to be watched, with the names in them that are about the mesh. */
function namesByFolder(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const wanted = dirname(file);
    const folder = nearestFolder(wanted);
    // Where a folder is not there, the next one on the way to it is waited for. One that goes away says its own name.
    const name = folder === wanted ? basename(file) : relative(folder, wanted).split(sep)[0];
    const names = folders.get(folder) ?? new Set([configMapData, basename(folder)]);
    if (name) names.add(name);
    folders.set(folder, names);
  }
  return folders;
}

/** The folder itself, or the nearest one above it that is there. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function schemaFiles(file: string): string[] | undefined {
  if (!existsSync(file)) return undefined;
  const { supergraph } = readSupergraphFile(readFileSync(file, 'utf8'), file, process.env);
  return supergraph?.subgraphs.flatMap(({ schema }) => ('file' in schema ? [resolve(dirname(file), schema.file)] : []));
}
