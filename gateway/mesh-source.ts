/**
 * Where the mesh comes from: its files, or a registry. A registry that is empty takes what the files say as its first
 * version; from then on, publishing is how the mesh changes.
 */
import { isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import type { Log } from './engine/log.ts';
import type { Authorised } from './http/artefact-access.ts';
import type { ArtefactsOptions } from './http/artefacts.ts';
import type { Artefact } from './registry/delivery/artefact.ts';
import { holdArtefact } from './registry/delivery/held-artefact.ts';
import { assembleGraph, type ReadGraph, type ReadGraphOptions, readGraph } from './registry/read-graph.ts';
import type { RegistrySettings } from './registry/registry.ts';
import { type RemoteRegistry, startRegistry } from './registry/start-registry.ts';
import type { MeshVersion } from './registry/store/versions.ts';
import type { Reloaded } from './reload.ts';

export interface MeshSource {
  /** Absent where the mesh is what its files say. */
  readonly registry?: RemoteRegistry | undefined;
  /** What other gateways are given. */
  readonly delivery?: Pick<ArtefactsOptions, 'artefacts' | 'authorise'>;
  /** Never throws for what it reads. */
  read(signal?: AbortSignal): Promise<ReadGraph>;
  /** Called, from then on, whenever there is something else to be read than was read last. */
  follow(onChange: () => Promise<Reloaded>): void;
  close(): Promise<void>;
}

export function filesAsSource(file: string, options: ReadGraphOptions): MeshSource {
  return {
    read: (signal) => readGraph(file, { ...options, ...(signal && { signal }) }),
    follow() {},
    async close() {},
  };
}

export interface RegistrySourceOptions extends ReadGraphOptions {
  /** Of the mesh that an empty registry begins with. */
  readonly file: string;
  readonly settings: RegistrySettings;
  readonly log: Log;
}

/** @throws WeftError where the registry cannot be opened. */
export async function registryAsSource({
  file,
  settings,
  log,
  ...options
}: RegistrySourceOptions): Promise<MeshSource> {
  const held = holdArtefact();
  let isFirst = true;
  let read: number | undefined;
  let changed = async (): Promise<unknown> => undefined;
  const registry = await startRegistry(settings, (version) => {
    held.hold(artefactOf(version));
    void changed();
  });
  return {
    registry,
    delivery: { artefacts: held, authorise: (token) => mayRead(registry, token) },
    async read(signal) {
      const given = { ...options, ...(signal && { signal }) };
      // Whoever runs a mesh on one machine changes its files, and expects to see that.
      if (!held.current() || (isFirst && settings.isOpen)) {
        const found = await readGraph(file, given);
        // What is wrong would be lost: a version is to be whole.
        const isWhole = found.composed && !found.issues.some(isError);
        if (!isWhole && !held.current()) return found;
        const issues = isWhole
          ? await registry.seed(found.mesh, found.composed?.supergraphSdl ?? '', { actor: file })
          : found.issues;
        for (const each of issues) log(printIssue(each), { level: 'warn' });
      }
      if (isFirst && held.current()) {
        for (const each of await registry.upgrade()) log(printIssue(each), { level: 'warn' });
      }
      isFirst = false;
      const { published, supergraphSdl, record } = (await registry.refresh()) as MeshVersion;
      read = record.id;
      return assembleGraph([...published.values()], { ...given, supergraphSdl });
    },
    follow(onChange) {
      changed = onChange;
      // Another process may have published since.
      if (held.current()?.id !== String(read)) void onChange();
    },
    close: () => registry.close(),
  };
}

function artefactOf({ record, published, supergraphSdl }: MeshVersion): Artefact {
  const { id, digest, createdAt: composedAt } = record;
  const subgraphs = [...published.values()].map(({ name, routingUrl: url, sdl, files }) => ({ name, url, sdl, files }));
  return { id: String(id), digest, supergraphSdl, composedAt, subgraphs };
}

async function mayRead(registry: RemoteRegistry, token: string | undefined): Promise<Authorised> {
  try {
    await registry.authorise(token && `Bearer ${token}`, 'read');
    return 'ok';
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return error.code === 'TOKEN_NOT_ENOUGH' ? 'forbidden' : 'unauthenticated';
  }
}
