import { setImmediate as nextTurn } from 'node:timers/promises';
import { WeftError } from '../errors/weft-error.ts';
import type { InputSink } from './inputs.ts';
import type { LoadedPipeline } from './load-pipeline.ts';
import type { Loading } from './loading.ts';
import type { Rows } from './pipeline.ts';
import type { QueryGateway } from './read-graph.ts';

export interface DrainOptions {
  readonly query: QueryGateway;
  readonly signal?: AbortSignal | undefined;
  /** About every 5,000 rows that are read. */
  readonly onProgress: () => void;
}

const rowsPerProgress = 5_000;

/**
 * Pulls every row of a pipeline through: nothing is read faster than it is written.
 * @throws WeftError RUN_ABORTED, PIPELINE_FAILED, and what reading the inputs throws
 */
export async function drain(pipeline: LoadedPipeline, loading: Loading, options: DrainOptions): Promise<void> {
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
        if (++ticks % rowsPerProgress === 0) options.onProgress();
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
  loading.finish();
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
