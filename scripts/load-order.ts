/**
 * What `weft up` loads, and when. Rows from files need nothing but their domain's folder. Rows that are read through
 * the gateway need a running mesh, and come after the rows that they are made of.
 */
import { existsSync } from 'node:fs';
import {
  operationFile,
  type PipelineFolder,
  readFolder,
  type Target,
  targetsOf,
} from '../subgraphs/kit/pipeline/folder.ts';
import { type Database, openDatabase } from '../subgraphs/kit/store/database.ts';
import { hasRun } from '../subgraphs/kit/store/runs.ts';
import { needsLoad } from '../subgraphs/kit/store/snapshot-shape.ts';
import { databaseOf, type LocalDomain, type MeshFolder } from './mesh-folder.ts';

/** One object of one domain. */
export interface Load {
  readonly domain: LocalDomain;
  readonly object: string;
  readonly contractId: string;
  readonly fromGateway: boolean;
  /** Contracts whose rows it reads through the gateway. */
  readonly reads: readonly string[];
  /** It has rows, but its contract has changed since they were loaded. */
  readonly reload: boolean;
}

/** @param again whether to load what has rows of its contract already, too. @throws WeftError DOMAIN_INVALID */
export async function loadsWanted(mesh: MeshFolder, domains: readonly LocalDomain[], again: boolean): Promise<Load[]> {
  const wanted: Load[] = [];
  for (const domain of domains) {
    const folder = await readFolder(domain.dir);
    const targets = targetsOf(folder);
    const file = databaseOf(mesh, domain);
    const some = again || !existsSync(file) ? targets : outstanding(targets, file);
    wanted.push(...some.map((target) => loadOf(domain, folder, target)));
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

function loadOf(domain: LocalDomain, folder: PipelineFolder, { object, output, kind, reload }: Wanted): Load {
  const ports = output.product.inputPorts.filter((port) => folder.files.includes(operationFile(port)));
  return {
    domain,
    object: object.name,
    contractId: output.contract.id,
    fromGateway: kind === 'graph',
    reads: ports.flatMap((port) => port.contractId ?? []),
    reload: reload === true,
  };
}

type Wanted = Target & { readonly reload?: boolean };

/** A run that failed leaves what was there before, and so may leave nothing, or rows of an earlier contract. */
function outstanding(targets: readonly Target[], file: string): Wanted[] {
  const database: Database = openDatabase(file);
  try {
    return targets
      .filter(({ object }) => needsLoad(database, object))
      .map((target) => ({ ...target, reload: hasRun(database, target.object.name) }));
  } finally {
    database.close();
  }
}
