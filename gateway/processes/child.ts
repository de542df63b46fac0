import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A process that answers one message at a time. It keeps this one alive only while it owes an answer. */
export interface Child<Request, Answer> {
  /** To be called when the last request has been answered. @throws Error where the process ends instead of answering. */
  ask(request: Request): Promise<Answer>;
  readonly hasEnded: boolean;
  /** At once, whatever it is at. */
  stop(): void;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  /** For node. */
  readonly execArgv?: readonly string[];
  /** As of `nice`: whoever answers requests goes before a process of a higher number. */
  readonly niceness?: number;
}

export function startChild<Request extends object, Answer>(
  entry: URL,
  { args = [], execArgv = [], niceness }: ChildOptions = {},
): Child<Request, Answer> {
  let child: ChildProcess;
  try {
    child = fork(fileURLToPath(entry), args, {
      serialization: 'advanced',
      execArgv: [...execArgv],
      // What a failing library writes would stand between the lines of the log.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  } catch (error) {
    return neverStarted(error);
  }
  // Before it starts threads, which take it over.
  if (niceness !== undefined) tryToSetPriority(child.pid, niceness);
  let owed: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    owed?.reject(ended);
  };
  child.on('message', (answer) => {
    hold(child, false);
    owed?.resolve(answer as Answer);
  });
  child.on('error', end);
  child.on('exit', (code, signal) => end(new Error(`The process ended with ${signal ?? code}.`)));
  hold(child, false);
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        owed = { resolve, reject };
        hold(child, true);
        // One that could not be started has no channel, and the event that says why is on its way.
        if (child.pid !== undefined) child.send(request);
      }),
    get hasEnded() {
      return ended !== undefined;
    },
    stop() {
      child.kill('SIGKILL');
    },
  };
}

/** `fork` tells of some errors by an event, and throws others: where there is no memory for a process, say. */
function neverStarted(error: unknown): Child<object, never> {
  return { ask: () => Promise.reject(error), hasEnded: true, stop() {} };
}

/** Not everywhere may a process do so, and the process may have ended already. */
function tryToSetPriority(pid: number | undefined, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {}
}

function hold(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}
