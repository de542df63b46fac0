/** Runs of pipelines, as recorded in the domain's database; states as in OpenLineage. */
import { randomUUID } from 'node:crypto';
import type { Domain } from '../contract/model.ts';
import type { CheckResult, DomainObservation, RunRecord } from '../contract/observation.ts';
import { WeftError } from '../errors/weft-error.ts';
import type { Database } from './database.ts';
import { isAlive, processMark } from './process-mark.ts';
import { publicRun } from './public-run.ts';
import { lockedForWriting } from './write-lock.ts';

export interface RunCounts {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
}

export interface RunEnd extends RunCounts {
  readonly state: 'COMPLETE' | 'FAIL' | 'ABORT';
  readonly checks: readonly CheckResult[];
  readonly error: RunRecord['error'];
}

/**
 * Records that a run begins. Runs whose process is gone become ABORT first.
 * @returns the id of the run
 * @throws WeftError RUN_IN_PROGRESS where another run of the object is at work, STORE_LOCKED
 */
export function startRun(database: Database, object: string, load: RunRecord['load']): string {
  const id = randomUUID();
  // Two processes that ask at the same moment must not both find nothing.
  lockedForWriting(database, () => {
    abortInterrupted(database);
    const other = database
      .prepare<[string], { id: string; process: string }>(
        `SELECT id, process FROM weft_run WHERE object = ? AND state = 'RUNNING'`,
      )
      .get(object);
    if (other) {
      const pid = other.process.split(':')[0];
      throw new WeftError('RUN_IN_PROGRESS', `${object} is being loaded by process ${pid} (run ${other.id}).`);
    }
    database
      .prepare(`INSERT INTO weft_run (id, object, state, load, started_at, process) VALUES (?, ?, 'RUNNING', ?, ?, ?)`)
      .run(id, object, load, new Date().toISOString(), processMark);
  });
  return id;
}

/** Part of the transaction that changes the rows, where it does. */
export function endRun(database: Database, id: string, end: RunEnd): void {
  database
    .prepare(
      `UPDATE weft_run SET state = ?, ended_at = ?, rows_in = ?, rows_out = ?, rows_quarantined = ?, checks = ?, error = ?
       WHERE id = ?`,
    )
    .run(
      end.state,
      new Date().toISOString(),
      end.rowsIn,
      end.rowsOut,
      end.rowsQuarantined,
      JSON.stringify(end.checks),
      end.error && JSON.stringify(end.error),
      id,
    );
}

export function updateRun(database: Database, id: string, counts: RunCounts): void {
  database
    .prepare('UPDATE weft_run SET rows_in = ?, rows_out = ?, rows_quarantined = ? WHERE id = ?')
    .run(counts.rowsIn, counts.rowsOut, counts.rowsQuarantined, id);
}

/** Ids of the runs that are at work now. */
export function runsAtWork(database: Database): ReadonlySet<string> {
  return new Set(database.prepare<[], string>(`SELECT id FROM weft_run WHERE state = 'RUNNING'`).pluck().all());
}

/** Newest first. */
export function runsOf(database: Database, object: string, limit = 20): RunRecord[] {
  return database
    .prepare<[string, number], StoredRun>(
      'SELECT * FROM weft_run WHERE object = ? ORDER BY started_at DESC, rowid DESC LIMIT ?',
    )
    .all(object, limit)
    .map(toRecord);
}

export function runOf(database: Database, id: string): RunRecord | undefined {
  const run = database.prepare<[string], StoredRun>('SELECT * FROM weft_run WHERE id = ?').get(id);
  return run && toRecord(run);
}

const keptPerObject = 100;

/** Those that only history would ask for. Rows that they have in quarantine must be gone before. */
export function forgetOldRuns(database: Database, object: string): void {
  database
    .prepare(
      `DELETE FROM weft_run WHERE id IN
         (SELECT id FROM weft_run WHERE object = ? ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?)
       AND id NOT IN (SELECT run_id FROM weft_snapshot)`,
    )
    .run(object, keptPerObject);
}

/** Whether the object was ever loaded. */
export function hasRun(database: Database, object: string): boolean {
  return database.prepare('SELECT 1 FROM weft_snapshot WHERE object = ?').get(object) !== undefined;
}

/** For everybody: no value of a row, and no path (see public-run.ts). */
export function observeDomain(database: Database, domain: Domain): DomainObservation {
  const snapshots = database.prepare<[string], { as_of: string; row_count: bigint }>(
    'SELECT as_of, row_count FROM weft_snapshot WHERE object = ?',
  );
  const outputs = domain.outputs.flatMap(({ contract }) =>
    contract.objects.map((object) => {
      const snapshot = snapshots.get(object.name);
      const [lastRun] = runsOf(database, object.name, 1);
      return {
        contractId: contract.id,
        object: object.name,
        rowCount: snapshot ? Number(snapshot.row_count) : null,
        asOf: snapshot?.as_of ?? null,
        lastRun: lastRun ? publicRun(lastRun) : null,
      };
    }),
  );
  return { domain: domain.name, observedAt: new Date().toISOString(), outputs };
}

const interrupted = { code: 'RUN_INTERRUPTED', message: 'The process that ran the pipeline is gone.' } as const;

function abortInterrupted(database: Database): void {
  const running = database
    .prepare<[], { id: string; process: string }>(`SELECT id, process FROM weft_run WHERE state = 'RUNNING'`)
    .all();
  const abort = database.prepare(`UPDATE weft_run SET state = 'ABORT', ended_at = ?, error = ? WHERE id = ?`);
  for (const run of running) {
    if (!isAlive(run.process)) abort.run(new Date().toISOString(), JSON.stringify(interrupted), run.id);
  }
}

interface StoredRun {
  readonly id: string;
  readonly object: string;
  readonly state: RunRecord['state'];
  readonly load: RunRecord['load'];
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly rows_in: bigint;
  readonly rows_out: bigint;
  readonly rows_quarantined: bigint;
  readonly checks: string;
  readonly error: string | null;
  readonly process: string;
}

function toRecord(run: StoredRun): RunRecord {
  // Nobody was left to say so: whoever looks first says it.
  const isInterrupted = run.state === 'RUNNING' && !isAlive(run.process);
  return {
    id: run.id,
    object: run.object,
    state: isInterrupted ? 'ABORT' : run.state,
    load: run.load,
    startedAt: run.started_at,
    endedAt: run.ended_at,
    durationMs: run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : null,
    rowsIn: Number(run.rows_in),
    rowsOut: Number(run.rows_out),
    rowsQuarantined: Number(run.rows_quarantined),
    checks: JSON.parse(run.checks) as CheckResult[],
    error: isInterrupted ? interrupted : run.error === null ? null : (JSON.parse(run.error) as RunRecord['error']),
  };
}
