/** The version of the graph that is current, which another process may have made. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Standards } from './checks/candidate.ts';
import { isSame } from './publication.ts';
import type { RegistryDatabase } from './store/open.ts';
import { currentId, type MeshVersion, readVersion } from './store/versions.ts';

/** What it takes to make a version. */
export interface VersionParts {
  readonly database: RegistryDatabase;
  readonly standards: Standards;
  /** The mesh as it is now. @throws WeftError ARTEFACT_DAMAGED */
  readonly refresh: () => MeshVersion | undefined;
  /** ISO 8601. */
  readonly now: () => string;
}

/**
 * @param onChange told of each version when it is first seen to be current
 * @returns the mesh as it is now; absent before the first version. @throws WeftError ARTEFACT_DAMAGED
 */
export function followCurrent(
  database: RegistryDatabase,
  onChange: (current: MeshVersion) => void,
): () => MeshVersion | undefined {
  let current: MeshVersion | undefined;
  return () => {
    const id = currentId(database);
    if (id !== undefined && id !== current?.record.id) {
      current = withKnown(readVersion(database, id), current);
      onChange(current);
    }
    return current;
  };
}

/** @throws WeftError STALE_BASE */
export function expectBase(base: number | undefined, expected: number | undefined): void {
  if (expected === undefined || expected === base) return;
  throw new WeftError('STALE_BASE', `The graph is at version ${base ?? 'none'}, and no longer at ${expected}.`);
}

/** Another process of the same mesh may do the same, and be first: nothing is wrong then. */
export function unlessStale(commit: () => unknown): void {
  try {
    commit();
  } catch (error) {
    if (!(error instanceof WeftError && error.code === 'STALE_BASE')) throw error;
  }
}

/** Who is as before is the same object: its contracts have been read. */
function withKnown(version: MeshVersion, before: MeshVersion | undefined): MeshVersion {
  const published = [...version.published.values()].map((each) => {
    const known = before?.published.get(each.name);
    return known && known.version === each.version && isSame(known, each) ? known : each;
  });
  return { ...version, published: new Map(published.map((each) => [each.name, each])) };
}
