/**
 * Where the mesh comes from: its files, or a registry. A registry that is empty takes what the files say as its first
 * version; from then on, publishing is how the mesh changes.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Issue, isError, issue, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { invariant, WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import type { Log } from './engine/log.ts';
import { type HeldAgreements, holdAgreements } from './held-agreements.ts';
import type { ServerOptions } from './http/server.ts';
import { type ConsumerTokens, holdConsumerTokens } from './identity/consumer-tokens.ts';
import { type Artefact, publicationsOf } from './registry/delivery/artefact.ts';
import { holdArtefact } from './registry/delivery/held-artefact.ts';
import type { TakeUsage } from './registry/operations/start-usage.ts';
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
  readonly addUsage?: TakeUsage;
  /** Absent where nobody keeps any. */
  readonly agreements?: HeldAgreements;
  /** Absent where nobody makes any. */
  readonly consumerTokens?: ConsumerTokens;
  /** Never throws for what it reads. @throws WeftError where what it reads cannot be kept, and nothing was before. */
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

/** A graph of hundreds of domains takes seconds. What was published is stored, however long this takes. */
const longestTakeUpMs = 10_000;

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
  let read: Artefact | undefined;
  let changed = async (): Promise<unknown> => undefined;
  let takenUp: Promise<unknown> = Promise.resolve();
  const onChange = (version: MeshVersion): void => {
    held.hold(artefactOf(version));
    takenUp = changed();
  };
  const agreements = holdAgreements();
  const consumerTokens = holdConsumerTokens();
  const registry = await startRegistry({
    ...{ settings, onChange, log },
    ...{ onAgreements: agreements.hold, onConsumerTokens: consumerTokens.hold },
  });
  /** Where there is a version to answer from, whatever keeps the registry from making another one is only said. */
  const tell = async (find: () => Promise<readonly Issue[]>): Promise<void> => {
    const issues = await find().catch((error: unknown) => {
      if (error instanceof WeftError && held.current()) return [issue(error.code, error.message)];
      throw error;
    });
    for (const each of issues) log(printIssue(each), { level: 'warn' });
  };
  /** Whoever has published something can ask this gateway for it. */
  const thenTakenUp =
    <Args extends readonly unknown[], Result>(change: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const result = await change(...args);
      await Promise.race([takenUp.catch(() => {}), wait(longestTakeUpMs, undefined, { ref: false })]);
      return result;
    };
  return {
    registry: {
      ...registry,
      publish: thenTakenUp(registry.publish),
      remove: thenTakenUp(registry.remove),
      rollback: thenTakenUp(registry.rollback),
    },
    delivery: {
      artefacts: held,
      authorise: (token, action, host) => registry.authorise(token && `Bearer ${token}`, action, undefined, host),
      takeUsage: registry.reportUsage,
    },
    addUsage: registry.addUsage,
    agreements,
    consumerTokens,
    async read(signal) {
      const given = { ...options, ...(signal && { signal }) };
      const isFirst = read === undefined;
      // Whoever runs a mesh on one machine changes its files, and expects to see that.
      if (!held.current() || (isFirst && settings.isOpen)) {
        const found = await readGraph(file, given);
        // What is wrong would be lost: a version is to be whole.
        const composed = found.issues.some(isError) ? undefined : found.composed;
        if (!composed && !held.current()) return found;
        await tell(async () =>
          composed ? registry.seed(found.mesh, composed.supergraphSdl, { actor: file }) : found.issues,
        );
      }
      if (isFirst && held.current()) await tell(() => registry.upgrade());
      read = held.current();
      invariant(read, 'a registry says what is current before it says that it was seeded');
      return assembleGraph(publicationsOf(read), { ...given, supergraphSdl: read.supergraphSdl });
    },
    follow(onChange) {
      changed = onChange;
      // Another process may have published since.
      if (held.current() !== read) void onChange();
    },
    async close() {
      agreements.close();
      await registry.close();
    },
  };
}

function artefactOf({ record, published, supergraphSdl }: MeshVersion): Artefact {
  const { id, digest, createdAt: composedAt } = record;
  const subgraphs = [...published.values()].map(({ name, routingUrl: url, sdl, files }) => ({ name, url, sdl, files }));
  return { id: String(id), digest, supergraphSdl, composedAt, subgraphs };
}
