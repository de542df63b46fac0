/** The children of `weft up`: their lines under coloured names, and one way to stop them all. */
import { type Child, type ChildOptions, startChild } from './child.ts';
import { colour, say } from './terminal.ts';

export interface Supervisor {
  /** A process that is to stay: started again when it crashes. */
  keep(name: string, args: readonly string[], options?: Pick<ChildOptions, 'execArgv' | 'env'>): Child;
  /** A process that is to finish. @returns its exit code */
  run(name: string, args: readonly string[]): Promise<number>;
  /** A line of our own under a name. */
  log(name: string, line: string): void;
  /** Ends every child. What would start one later throws instead. */
  stop(): Promise<void>;
}

const palette = [colour.cyan, colour.magenta, colour.yellow, colour.green, colour.blue, colour.red];

export function supervise(names: readonly string[]): Supervisor {
  const children = new Set<Child>();
  const width = Math.max(...names.map((name) => name.length));
  let stopping = false;

  const log = (name: string, line: string): void => {
    const paint = palette[Math.max(0, names.indexOf(name)) % palette.length] ?? String;
    say(`${paint(name.padEnd(width))} ${colour.dim('|')} ${line}`);
  };
  const start = (
    name: string,
    args: readonly string[],
    restart: boolean,
    options: Partial<ChildOptions> = {},
  ): Child => {
    if (stopping) throw new Error('The mesh is stopping.');
    const child = startChild({ ...options, args, restart, log: (line) => log(name, line) });
    children.add(child);
    void child.ended.then(() => children.delete(child));
    return child;
  };
  return {
    log,
    keep: (name, args, options) => start(name, args, true, options),
    run: (name, args) => start(name, args, false).ended,
    async stop() {
      stopping = true;
      await Promise.all([...children].map((child) => child.stop()));
    },
  };
}
