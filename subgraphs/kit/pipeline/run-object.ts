/**
 * One run of one object: its pipeline's rows are held against the contract and staged; then one transaction shows them,
 * if the gates let them pass. Whatever goes wrong before that commit, readers keep the last good rows.
 */
import { type LoadOptions, loadOptions } from '../contract/load-options.ts';
import type { ContractObject } from '../contract/model.ts';
import type { CheckResult, RunRecord } from '../contract/observation.ts';
import { qualityChecks } from '../contract/quality.ts';
import { invariant, WeftError } from '../errors/weft-error.ts';
import { evaluate } from '../store/checks.ts';
import { type Database, schemaMatches } from '../store/database.ts';
import { mergeRows } from '../store/merge.ts';
import { forgetOldQuarantine } from '../store/quarantine.ts';
import { endRun, forgetOldRuns, type RunCounts, runOf, startRun } from '../store/runs.ts';
import {
  dropAbandonedStaging,
  dropTable,
  indexStaging,
  recordSnapshot,
  replaceRows,
  rowsServed,
  type Staging,
} from '../store/snapshot.ts';
import { drain } from './drain.ts';
import type { PipelineFolder, Target } from './folder.ts';
import { openGate, quarantineCheck, rowsAfterRows } from './gate.ts';
import { loadPipeline } from './load-pipeline.ts';
import { type Loading, startLoading } from './loading.ts';
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

/**
 * @returns the record of the run, also where it failed: then with the error
 * @throws WeftError RUN_IN_PROGRESS, LOAD_INVALID, STORE_LOCKED: there was no run
 */
export async function runObject(
  database: Database,
  folder: PipelineFolder,
  target: Target,
  options: RunOptions,
): Promise<RunRecord> {
  const { object } = target;
  const { load, maxQuarantinedPercent } = soundOptions(object);
  const runId = startRun(database, object.name, load);

  let loading: Loading | undefined;
  let checks: readonly CheckResult[] = [];
  const counts = (): RunCounts => loading?.counts() ?? { rowsIn: 0, rowsOut: 0, rowsQuarantined: 0 };
  const tell = (state: RunRecord['state']) => options.onProgress?.({ object: object.name, state, ...counts() });
  try {
    tell('RUNNING');
    dropAbandonedStaging(database);
    if (load === 'incremental' && !schemaMatches(database, object)) {
      throw new WeftError(
        'STORE_COLUMNS_CHANGED',
        `The columns of ${object.name} are not those of the rows in the store.`,
      );
    }
    const pipeline = await loadPipeline(folder, target);
    const unknownKeys = pipeline.isOwn ? 'reject' : 'ignore';
    loading = startLoading({ database, object, runId, load, unknownKeys });
    const { query, signal } = options;
    await drain(pipeline, loading, { query, signal, onProgress: () => tell('RUNNING') });
    const share = quarantineCheck(object, loading.quarantinedPercent(), maxQuarantinedPercent);
    const emptied = load === 'full' ? rowsAfterRows(object, counts().rowsOut, rowsServed(database, object)) : [];
    const ofInput = [share, ...emptied, ...pipeline.checks()];
    checks = ofInput;
    openGate(checks);
    if (load === 'full') indexStaging(database, object, loading.staging);
    const commit = database.transaction((staged: Staging) => {
      if (load === 'full') replaceRows(database, object, staged);
      else mergeRows(database, object, staged);
      checks = [...ofInput, ...evaluate(database, qualityChecks(object, object.name))];
      openGate(checks);
      recordSnapshot(database, object, runId);
      endRun(database, runId, { state: 'COMPLETE', ...counts(), checks, error: null });
    });
    commit.immediate(loading.staging);
  } catch (error) {
    const { code, message } = asRunError(error);
    if (loading) dropTable(database, loading.staging.table);
    const state = code === 'RUN_ABORTED' ? 'ABORT' : 'FAIL';
    endRun(database, runId, { state, ...counts(), checks, error: { code, message } });
    // A bug is recorded like every other failure, so that no run stays RUNNING, and then goes on as what it is.
    if (code === 'RUN_FAILED') throw error;
  }
  const record = runOf(database, runId);
  invariant(record, 'a run that was started has a record');
  forgetOldQuarantine(database, object.name);
  forgetOldRuns(database, object.name);
  tell(record.state);
  return record;
}

/** What is asked for and cannot be done is told before there is a run. @throws WeftError LOAD_INVALID */
function soundOptions(object: ContractObject): LoadOptions {
  const { options, faults } = loadOptions(object);
  const [first] = faults;
  if (!first) return options;
  const { message, ...help } = first;
  throw new WeftError('LOAD_INVALID', message, help);
}

function asRunError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof WeftError) return error;
  const { code, message } = error as { code?: string; message?: string };
  if (code?.startsWith('SQLITE_')) return { code: 'STORE_WRITE_FAILED', message: `The database refused: ${message}.` };
  return { code: 'RUN_FAILED', message: message ?? String(error) };
}
