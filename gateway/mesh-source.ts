/**
 * Where the mesh comes from: its files, or a registry. A registry that is empty takes what the files say as its first
 * version; from then on, publishing is how the mesh changes.
 */
import { isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { invariant, WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import type { Log } from './engine/log.ts';
import type { AuthoriseArtefacts, Authorised } from './http/artefact-access.ts';
import type { ServerOptions } from './http/server.ts';
import { type Artefact, publicationsOf } from './registry/delivery/artefact.ts';
import { holdArtefact } from './registry/delivery/held-artefact.ts';
import type { UsageBatch } from './registry/operations/usage-batch.ts';
import { assembleGraph, type ReadGraph, type ReadGraphOptions, readGraph } from './registry/read-graph.ts';
import type { Registry, RegistrySettings } from './registry/registry.ts';
import { startRegistry } from './registry/start-registry.ts';
import type { MeshVersion } from './registry/store/versions.ts';
import type { Reloaded } from './reload.ts';

export interface MeshSource {
  /** Absent where the mesh is what its files say. */
  readonly registry?: Registry | undefined;
  /** What other gateways are given, and report. */
  readonly delivery?: NonNullable<ServerOptions['delivery']>;
  /** Where what consumers send is recorded; absent where nobody keeps it. */
  readonly addUsage?: (batch: UsageBatch) => Promise<void>;
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
  let read: Artefact | undefined;
  let changed = async (): Promise<unknown> => undefined;
  const onChange = (version: MeshVersion): void => {
    held.hold(artefactOf(version));
    void changed();
  };
  const registry = await startRegistry({ settings, onChange, log });
  return {
    registry,
    delivery: {
      artefacts: held,
      authorise: (token, action, host) => isAllowed(registry, token, action, host),
      takeUsage: registry.reportUsage,
    },
    addUsage: registry.addUsage,
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
      read = held.current();
      invariant(read, 'a registry says what is current before it says that it was seeded');
      return assembleGraph(publicationsOf(read), { ...given, supergraphSdl: read.supergraphSdl });
    },
    follow(onChange) {
      changed = onChange;
      // Another process may have published since.
      if (held.current() !== read) void onChange();
    },
    close: () => registry.close(),
  };
}

function artefactOf({ record, published, supergraphSdl }: MeshVersion): Artefact {
  const { id, digest, createdAt: composedAt } = record;
  const subgraphs = [...published.values()].map(({ name, routingUrl: url, sdl, files }) => ({ name, url, sdl, files }));
  return { id: String(id), digest, supergraphSdl, composedAt, subgraphs };
}

async function isAllowed(
  registry: Registry,
  ...[token, action, host]: Parameters<AuthoriseArtefacts>
): Promise<Authorised> {
  try {
    await registry.authorise(token && `Bearer ${token}`, action, undefined, host);
    return 'ok';
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    if (error.code === 'TOKEN_NOT_ENOUGH') return 'forbidden';
    if (error.code === 'TOKEN_MISSING') return 'unauthenticated';
    throw error;
  }
}
