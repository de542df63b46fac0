import { join } from 'node:path';
import type { RunRecord } from '../contract/observation.ts';
import { WeftError } from '../errors/weft-error.ts';
import { ensureTables, openDatabase } from '../store/database.ts';
import { readFolder, targetsOf } from './folder.ts';
import { type RunOptions, runObject } from './run-object.ts';

export interface RunDomainOptions extends RunOptions {
  /** Holds one database per domain, `<domain>.sqlite`. */
  readonly dataDir: string;
  /** Only this object; all of the domain's where it is not given. */
  readonly object?: string;
}

/**
 * Runs the pipelines of a domain, one after the other: those over files, then those that read other domains.
 * @returns one record per object, also of runs that failed; after an abort, those so far
 * @throws WeftError DOMAIN_UNKNOWN, DOMAIN_INVALID, RUN_OBJECT_UNKNOWN, RUN_IN_PROGRESS, LOAD_INVALID
 */
export async function runDomain(dir: string, options: RunDomainOptions): Promise<RunRecord[]> {
  const folder = await readFolder(dir);
  const all = targetsOf(folder);
  const wanted = all.filter(({ object }) => options.object === undefined || object.name === options.object);
  if (options.object !== undefined && wanted.length === 0) {
    const names = all.map(({ object }) => object.name).join(', ') || 'none';
    throw new WeftError('RUN_OBJECT_UNKNOWN', `${folder.domain.name} has no ${options.object}. It has: ${names}.`);
  }
  const database = openDatabase(join(options.dataDir, `${folder.domain.name}.sqlite`));
  try {
    ensureTables(database, folder.domain);
    const records: RunRecord[] = [];
    for (const target of wanted) {
      const record = await runObject(database, folder, target, options);
      records.push(record);
      if (record.state === 'ABORT') break;
    }
    return records;
  } finally {
    database.close();
  }
}
