import type { Issue } from '../subgraphs/kit/errors/issue.ts';
import { generate, staleFiles, writeGenerated } from '../subgraphs/kit/generate.ts';
import type { LocalDomain, MeshFolder } from './mesh-folder.ts';

export interface Generated {
  /** Absolute paths of the domains' generated files. */
  readonly files: readonly string[];
  /** Those that are not, or were not until now, what the contracts give. */
  readonly stale: readonly string[];
  readonly issues: readonly Issue[];
}

/** Compares the generated files of the domains with their contracts and, unless told not to, writes what differs. */
export async function refreshGenerated(
  mesh: MeshFolder,
  domains: readonly LocalDomain[],
  write: boolean,
): Promise<Generated> {
  const everyone = mesh.domains.map(({ dir }) => dir);
  const each = await Promise.all(
    domains.map(async ({ dir }) => {
      const { files, issues } = await generate(dir, everyone);
      const stale = await (write ? writeGenerated(files) : staleFiles(files));
      return { files: [...files.keys()], stale, issues };
    }),
  );
  return {
    files: each.flatMap(({ files }) => files),
    stale: each.flatMap(({ stale }) => stale),
    issues: each.flatMap(({ issues }) => issues),
  };
}
