/**
 * A domain's own pipeline runs in the process of `weft run`, and can do to it what no `catch` sees: end it, leave it
 * with nothing to wait for, throw from a timer, reject a promise that nobody holds, print to stdout. Here it is told whose doing that was.
 */
import { Console } from 'node:console';
import type { RunRecord } from '../subgraphs/kit/contract/observation.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { failure, reportError } from './terminal.ts';

export interface PipelineGuard {
  /** What runs now: `domain.object`; no longer, once its state is that of an end. */
  watch(object: string, state: RunRecord['state']): void;
  /** Whatever runs is not a pipeline any more. */
  release(): void;
}

export function guardPipelines(json: boolean): PipelineGuard {
  let running: string | undefined;
  const blame = (what: string, cause?: unknown): void => {
    if (running === undefined) return;
    const message = `The pipeline of ${running} ${what}`;
    running = undefined; // It is said once: to exit is to come by here again.
    reportError(new WeftError('PIPELINE_FAILED', message, { cause, help: 'Correct it; nothing was changed.' }), json);
  };
  process.on('exit', () => {
    if (running === undefined) return;
    blame('ended the process (process.exit).');
    process.exitCode = failure;
  });
  process.on('beforeExit', () => {
    if (running === undefined) return;
    blame('waits for something that cannot come: a promise that nothing is left to settle.');
    process.exit(failure);
  });
  // Before weft.ts hears of it, to whom it is a bug. A rejection that nobody handles arrives here, too.
  process.prependListener('uncaughtException', (error, origin) => {
    if (running === undefined) return;
    const how = origin === 'unhandledRejection' ? 'left a promise alone that was rejected' : 'threw outside of its run';
    blame(`${how}: ${describe(error)}`, error);
    process.exit(failure);
  });
  // stdout is for the run records.
  globalThis.console = new Console(process.stderr, process.stderr);
  return {
    watch: (object, state) => {
      running = state === 'RUNNING' ? object : undefined;
    },
    release: () => {
      running = undefined;
    },
  };
}

function describe({ name, message, stack }: Error): string {
  const at = /\/[^\s()]*\.pipeline\.[cm]?[jt]s:\d+:\d+/.exec(stack ?? '')?.[0];
  return `${at ? `${at} ` : ''}${name}: ${message}`;
}
