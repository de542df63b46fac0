/**
 * One process under `weft up`: a subgraph, the gateway, or a pipeline run. Its lines are passed on; when it crashes it
 * is started again, each time a little later. It holds an IPC channel whose other end closes with this process,
 * however this process ends, and leaves when it does (stop-signal.ts): so nothing is left behind.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { wrongInput } from './terminal.ts';

export interface ChildOptions {
  /** Arguments of `weft`. */
  readonly args: readonly string[];
  /** Of Node, before those that this process has. */
  readonly execArgv?: readonly string[];
  /** Variables that it has where this process has none of the name. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether a crash is followed by a new start. Exit codes 0 and 1 are no crash: wrong input would be wrong again. */
  readonly restart: boolean;
  readonly log: (line: string) => void;
}

export interface Child {
  /** When it has ended for good. */
  readonly ended: Promise<number>;
  /** Undefined as long as it has not. */
  exitCode(): number | undefined;
  /** How often it crashed since it last ran for a minute. */
  crashes(): number;
  stop(): Promise<void>;
}

const graceMs = 5_000;
const steadyMs = 60_000;
const longestWaitMs = 30_000;
const bin = fileURLToPath(new URL('./weft.mjs', import.meta.url));

export function startChild({ args, execArgv = [], env = {}, restart, log }: ChildOptions): Child {
  let running: ChildProcess | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let crashes = 0;
  let stopping = false;
  let exitCode: number | undefined;
  let settle: (exitCode: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    settle = resolve;
  });
  const end = (code: number): void => {
    exitCode = code;
    settle(code);
  };

  const start = (): void => {
    const startedAt = Date.now();
    // Its lines are read by people, here, unless they want JSON.
    const child = fork(bin, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...execArgv, ...process.execArgv],
      env: { WEFT_LOG_FORMAT: 'text', ...env, ...process.env },
    });
    running = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', log);
    }
    // `close` and not `exit`: by then its last lines have been read.
    child.once('close', (code, signal) => {
      running = undefined;
      if (stopping || !restart || code === 0 || code === wrongInput) return end(code ?? 2);
      crashes = Date.now() - startedAt > steadyMs ? 1 : crashes + 1;
      const waitMs = Math.min(500 * 2 ** (crashes - 1), longestWaitMs);
      log(`ended with ${signal ?? `exit code ${code}`}; starting again in ${waitMs / 1000} s`);
      waiting = setTimeout(start, waitMs);
    });
  };

  const stop = async (): Promise<void> => {
    stopping = true;
    clearTimeout(waiting);
    if (!running) return end(0);
    running.kill('SIGTERM');
    const impatient = setTimeout(() => running?.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(impatient);
  };

  start();
  return { ended, exitCode: () => exitCode, crashes: () => crashes, stop };
}
