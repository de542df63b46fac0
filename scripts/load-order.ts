/**
 * What `weft up` loads, and when. Rows from files need nothing but their domain's folder. Rows that are read through
 * the gateway need a running mesh, and come after the rows that they are made of.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { operationFile, type PipelineFolder, readFolder, targetsOf } from '../subgraphs/kit/pipeline/folder.ts';
import { type Database, openDatabase } from '../subgraphs/kit/store/database.ts';
import { hasRun } from '../subgraphs/kit/store/runs.ts';
import type { LocalDomain, MeshFolder } from './mesh-folder.ts';

/** One object of one domain. */
export interface Load {
  readonly domain: LocalDomain;
  readonly object: string;
  readonly contractId: string;
  readonly fromGateway: boolean;
  /** Contracts whose rows it reads through the gateway. */
  readonly reads: readonly string[];
}

/** @param again whether to load what has rows already, too. @throws WeftError DOMAIN_INVALID */
export async function loadsWanted(mesh: MeshFolder, domains: readonly LocalDomain[], again: boolean): Promise<Load[]> {
  const wanted: Load[] = [];
  for (const domain of domains) {
    const folder = await readFolder(domain.dir);
    const loads = loadsOf(domain, folder);
    wanted.push(...(again ? loads : neverLoaded(loads, join(mesh.dataDir, `${folder.domain.name}.sqlite`))));
  }
  return wanted;
}

/** Those that are read before those that read them; a circle is cut where it is met. */
export function inOrder(loads: readonly Load[]): Load[] {
  const ordered = new Set<Load>();
  const visit = (load: Load, above: ReadonlySet<Load>): void => {
    if (above.has(load)) return;
    for (const other of loads) {
      if (load.reads.includes(other.contractId)) visit(other, new Set([...above, load]));
    }
    ordered.add(load);
  };
  for (const load of loads) visit(load, new Set());
  return [...ordered];
}

function loadsOf(domain: LocalDomain, folder: PipelineFolder): Load[] {
  return targetsOf(folder).map(({ object, output, kind }) => {
    const ports = output.product.inputPorts.filter((port) => folder.files.includes(operationFile(port)));
    return {
      domain,
      object: object.name,
      contractId: output.contract.id,
      fromGateway: kind === 'graph',
      reads: ports.flatMap((port) => port.contractId ?? []),
    };
  });
}

/** A run that failed leaves what was there before, and so may leave nothing. */
function neverLoaded(loads: readonly Load[], file: string): readonly Load[] {
  if (!existsSync(file)) return loads;
  const database: Database = openDatabase(file);
  try {
    return loads.filter(({ object }) => !hasRun(database, object));
  } finally {
    database.close();
  }
}
