/**
 * One run of one object: its pipeline's rows are held against the contract and staged; then one transaction shows them,
 * if the gates let them pass. Whatever goes wrong before that commit, readers keep the last good rows.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ContractObject, custom, primaryKey } from '../contract/model.ts';
import type { CheckResult, RunRecord } from '../contract/observation.ts';
import { blocks, qualityChecks } from '../contract/quality.ts';
import { invariant, WeftError } from '../errors/weft-error.ts';
import { evaluate } from '../store/checks.ts';
import { type Database, schemaMatches } from '../store/database.ts';
import { forgetOldQuarantine } from '../store/quarantine.ts';
import { endRun, type RunCounts, runOf, startRun } from '../store/runs.ts';
import {
  dropAbandonedStaging,
  dropTable,
  indexStaging,
  mergeRows,
  recordSnapshot,
  replaceRows,
  type Staging,
} from '../store/snapshot.ts';
import type { PipelineFolder, Target } from './folder.ts';
import type { InputSink } from './inputs.ts';
import { type LoadedPipeline, loadPipeline } from './load-pipeline.ts';
import { type Loading, startLoading } from './loading.ts';
import type { Rows } from './pipeline.ts';
import type { QueryGateway } from './read-graph.ts';

export interface Progress extends RunCounts {
  readonly object: string;
  readonly state: RunRecord['state'];
}

export interface RunOptions {
  readonly query: QueryGateway;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

const rowsPerProgress = 5_000;

/**
 * @returns the record of the run, also where it failed: then with the error
 * @throws WeftError RUN_IN_PROGRESS, LOAD_INVALID: there was no run
 */
export async function runObject(
  database: Database,
  folder: PipelineFolder,
  target: Target,
  options: RunOptions,
): Promise<RunRecord> {
  const { object } = target;
  const load = loadOf(object);
  const mostQuarantined = mostQuarantinedPercent(object);
  const runId = startRun(database, object.name, load);
  dropAbandonedStaging(database);

  let counts: RunCounts = { rowsIn: 0, rowsOut: 0, rowsQuarantined: 0 };
  let checks: readonly CheckResult[] = [];
  let staging: Staging | undefined;
  const tell = (state: RunRecord['state']) => options.onProgress?.({ object: object.name, state, ...counts });
  tell('RUNNING');
  try {
    if (load === 'incremental' && !schemaMatches(database, object)) {
      throw new WeftError(
        'STORE_COLUMNS_CHANGED',
        `The columns of ${object.name} are not those of the rows in the store.`,
      );
    }
    const pipeline = await loadPipeline(folder, target);
    const unknownKeys = pipeline.isOwn ? 'reject' : 'ignore';
    const loading = startLoading({
      database,
      object,
      runId,
      load,
      unknownKeys,
      onWritten: () => {
        counts = loading.counts();
      },
    });
    staging = loading.staging;
    await drain(pipeline, loading, options, () => {
      counts = loading.counts();
      tell('RUNNING');
    });
    counts = loading.counts();
    const share = quarantineCheck(object, loading.quarantinedPercent(), mostQuarantined);
    checks = [share];
    openGate(checks);
    indexStaging(database, object, staging);
    const commit = database.transaction((staged: Staging) => {
      if (load === 'full') replaceRows(database, object, staged);
      else mergeRows(database, object, staged);
      checks = [share, ...evaluate(database, qualityChecks(object, object.name))];
      openGate(checks);
      recordSnapshot(database, object, runId);
      endRun(database, runId, { state: 'COMPLETE', ...counts, checks, error: null });
    });
    commit.immediate(staging);
  } catch (error) {
    const { code, message } = asRunError(error);
    if (staging) dropTable(database, staging.table);
    const state = code === 'RUN_ABORTED' ? 'ABORT' : 'FAIL';
    endRun(database, runId, { state, ...counts, checks, error: { code, message } });
    // A bug is recorded like every other failure, so that no run stays RUNNING, and then goes on as what it is.
    if (code === 'RUN_FAILED') throw error;
  }
  forgetOldQuarantine(database, object.name);
  const record = runOf(database, runId);
  invariant(record, 'a run that was started has a record');
  tell(record.state);
  return record;
}

/** Pulls every row through: nothing is read faster than it is written. */
async function drain(
  pipeline: LoadedPipeline,
  loading: Loading,
  options: RunOptions,
  onProgress: () => void,
): Promise<void> {
  const stopIfAborted = (): void => {
    if (options.signal?.aborted) throw new WeftError('RUN_ABORTED', 'The run was stopped before its end.');
  };
  let ticks = 0;
  let ours: unknown;
  // These are called from within the domain's function, through which a failure of theirs then passes.
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      ours = error;
      throw error;
    }
  };
  const sink: InputSink = {
    onRead: () =>
      guarded(() => {
        stopIfAborted();
        loading.countRead();
        if (++ticks % rowsPerProgress === 0) onProgress();
      }),
    onMalformed: (source, record) => guarded(() => loading.malformed(source, record)),
  };
  stopIfAborted();
  for await (const row of ownWork(
    () => pipeline.start(options.query, sink),
    (error) => error === ours,
  )) {
    stopIfAborted();
    // A pipeline that makes its rows without waiting for anything would otherwise keep the process from all else.
    if (loading.row(row)) await nextTurn();
  }
  loading.flush();
}

/** What the domain's function throws is told apart from what the kit throws through it. */
async function* ownWork(start: () => Rows<unknown>, isOurs: (error: unknown) => boolean): AsyncGenerator<unknown> {
  try {
    yield* await start();
  } catch (cause) {
    if (cause instanceof WeftError || isOurs(cause)) throw cause;
    const at = /((?:file:\/\/)?\/[^\s()]*\.pipeline\.[cm]?[jt]s:\d+:\d+)/.exec((cause as Error)?.stack ?? '')?.[1];
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new WeftError('PIPELINE_FAILED', `${at ? `${at.replace('file://', '')} ` : ''}${what}`, { cause });
  }
}

function openGate(checks: readonly CheckResult[]): void {
  const failed = checks.filter(blocks);
  if (failed.length === 0) return;
  const named = failed.map((check) => `${check.name} (${check.message ?? check.status})`).join('; ');
  throw new WeftError('GATE_FAILED', `${failed.length} of ${checks.length} checks failed: ${named}`);
}

function quarantineCheck(object: ContractObject, percent: number, most: number): CheckResult {
  const value = Math.round(percent * 1000) / 1000;
  const passes = percent <= most;
  return {
    name: 'rows in quarantine',
    target: object.name,
    metric: 'quarantine',
    dimension: 'conformity',
    severity: 'error',
    status: passes ? 'pass' : 'fail',
    value,
    expected: `mustBeLessOrEqualTo ${most} percent`,
    message: passes ? null : `${value} percent of the rows do not meet the contract; at most ${most} percent may`,
  };
}

function loadOf(object: ContractObject): RunRecord['load'] {
  const load = custom(object, 'load') ?? 'full';
  if (load !== 'full' && load !== 'incremental') {
    throw new WeftError('LOAD_INVALID', `The custom property load of ${object.name} is ${String(load)}.`);
  }
  if (load === 'incremental' && primaryKey(object).length === 0) {
    throw new WeftError('LOAD_INVALID', `${object.name} loads incrementally, but its contract has no primary key.`);
  }
  return load;
}

function mostQuarantinedPercent(object: ContractObject): number {
  const stated = custom(object, 'maxQuarantinedPercent') ?? 5;
  const percent = typeof stated === 'number' ? stated : Number.NaN;
  if (percent >= 0 && percent <= 100) return percent;
  const help = 'Set it to a number from 0 to 100.';
  throw new WeftError('LOAD_INVALID', `maxQuarantinedPercent of ${object.name} is ${String(stated)}.`, { help });
}

function asRunError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof WeftError) return error;
  const { code, message } = error as { code?: string; message?: string };
  if (code?.startsWith('SQLITE_')) return { code: 'STORE_WRITE_FAILED', message: `The database refused: ${message}.` };
  return { code: 'RUN_FAILED', message: message ?? String(error) };
}
