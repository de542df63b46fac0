/** `weft quarantine <domain>[.<object>]`: the rows that the last run of each object kept back, and why. */
import { existsSync } from 'node:fs';
import type { RunRecord } from '../../subgraphs/kit/contract/observation.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { readFolder, targetsOf } from '../../subgraphs/kit/pipeline/folder.ts';
import { openDatabase } from '../../subgraphs/kit/store/database.ts';
import { type QuarantinedRow, quarantinedRows } from '../../subgraphs/kit/store/quarantine.ts';
import { runsOf } from '../../subgraphs/kit/store/runs.ts';
import { databaseOf, openMesh } from '../mesh-folder.ts';
import { whereOf } from '../run-report.ts';
import { readTarget, type Target } from '../targets.ts';
import { done, plural, print, printJson, say } from '../terminal.ts';

export interface QuarantineOptions {
  readonly limit: number;
  readonly supergraph?: string;
  readonly json?: true;
}

interface Quarantine {
  readonly object: string;
  readonly run: RunRecord | undefined;
  readonly rows: readonly QuarantinedRow[];
}

export async function quarantine(text: string, options: QuarantineOptions): Promise<number> {
  const mesh = openMesh(options.supergraph);
  for (const target of readTarget(mesh, text)) {
    const found = read(databaseOf(mesh, target.domain), await objectsOf(target), options.limit);
    if (options.json) printJson({ objects: found.map(toJson) });
    else for (const each of found) show(each);
  }
  return done;
}

/** @throws WeftError DOMAIN_INVALID, RUN_OBJECT_UNKNOWN */
async function objectsOf({ domain, object }: Target): Promise<string[]> {
  const names = targetsOf(await readFolder(domain.dir)).map((target) => target.object.name);
  if (object === undefined) return names;
  if (names.includes(object)) return [object];
  const message = `${domain.name} has no ${object}. It has: ${names.join(', ') || 'none'}.`;
  throw new WeftError('RUN_OBJECT_UNKNOWN', message);
}

function read(file: string, objects: readonly string[], limit: number): Quarantine[] {
  if (!existsSync(file)) return objects.map((object) => ({ object, run: undefined, rows: [] }));
  const database = openDatabase(file);
  try {
    return objects.map((object) => {
      const [run] = runsOf(database, object, 1);
      return { object, run, rows: run ? quarantinedRows(database, run.id, limit) : [] };
    });
  } finally {
    database.close();
  }
}

function show({ object, run, rows }: Quarantine): void {
  if (!run) {
    say(`${object}: never loaded`);
    return;
  }
  const { rowsQuarantined, state, endedAt, startedAt } = run;
  say(`${object}: ${plural(rowsQuarantined, 'row')} in quarantine after the run of ${endedAt ?? startedAt} (${state})`);
  for (const row of rows) {
    const reasons = row.reasons.map(({ property, code, message }) => `  ${`${property} ${code}`.trim()}: ${message}`);
    print(`${whereOf(row)}\n${reasons.join('\n')}\n  ${row.row}`);
  }
  if (rows.length < rowsQuarantined)
    say(`${plural(rows.length, 'row')} shown of ${rowsQuarantined.toLocaleString('en')}`);
}

const toJson = ({ object, run, rows }: Quarantine) => ({
  object,
  run: run ? { id: run.id, state: run.state, endedAt: run.endedAt, rowsQuarantined: run.rowsQuarantined } : null,
  rows: rows.map((row) => ({ ...row, row: row.source === 'row' ? parsed(row.row) : row.row })),
});

/** A row that was too long to keep in full is text. */
function parsed(row: string): unknown {
  try {
    return JSON.parse(row);
  } catch {
    return row;
  }
}
