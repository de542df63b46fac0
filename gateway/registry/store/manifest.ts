/** A manifest says what a version of the graph is made of: each domain's publication, by the digests of its texts. */
import type { Publication } from '../publication.ts';
import { artefactOf, keepArtefact } from './artefacts.ts';
import type { RegistryDatabase } from './open.ts';

/** A domain's publication as one version of the graph has it. */
export interface Published extends Publication {
  /** Counted for each domain: 1, 2, … No two publications of a domain have the same. */
  readonly version: number;
}

interface Entry {
  readonly name: string;
  readonly version: number;
  readonly routingUrl: string;
  readonly sdl: string;
  readonly files: readonly { readonly path: string; readonly digest: string }[];
}

/** @returns the digest of the manifest. Equal publications have equal manifests, whatever the order that they came in. */
export function keepManifest(database: RegistryDatabase, published: Iterable<Published>): string {
  const entries = [...published].sort(byName).map(
    ({ name, version, routingUrl, sdl, files }): Entry => ({
      ...{ name, version, routingUrl },
      sdl: keepArtefact(database, sdl),
      files: files.map(({ path, text }) => ({ path, digest: keepArtefact(database, text) })),
    }),
  );
  return keepArtefact(database, JSON.stringify(entries));
}

/** @throws WeftError ARTEFACT_DAMAGED */
export function manifestOf(database: RegistryDatabase, digest: string): ReadonlyMap<string, Published> {
  return new Map(
    entriesOf(database, digest).map(({ sdl, files, ...entry }) => [
      entry.name,
      {
        ...entry,
        sdl: artefactOf(database, sdl),
        files: files.map((file) => ({ path: file.path, text: artefactOf(database, file.digest) })),
      },
    ]),
  );
}

/** The domains that a version is made of. @throws WeftError ARTEFACT_DAMAGED */
export const namesIn = (database: RegistryDatabase, digest: string): readonly string[] =>
  entriesOf(database, digest).map(({ name }) => name);

/** The number of a domain's publication in a manifest; 0 where it has none. @throws WeftError ARTEFACT_DAMAGED */
export const numberIn = (database: RegistryDatabase, digest: string, domain: string): number =>
  entriesOf(database, digest).find(({ name }) => name === domain)?.version ?? 0;

const entriesOf = (database: RegistryDatabase, digest: string): readonly Entry[] =>
  JSON.parse(artefactOf(database, digest));

export const byName = (one: Published, other: Published): number => (one.name < other.name ? -1 : 1);
