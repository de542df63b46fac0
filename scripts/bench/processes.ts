/** Starting processes, each on the core where it belongs, and what they cost. Linux, since it reads /proc. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** The gateway has a core to itself; the load and the subgraphs share the other. */
export const cores = { gateway: 0, rest: 1 };

export const canPin: boolean = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

export function startNode(
  args: readonly string[],
  { core, env = {}, ipc = false }: { core: number; env?: Readonly<Record<string, string>>; ipc?: boolean },
): ChildProcess {
  const [program = '', ...rest] = pinned(args, core);
  const child = spawn(program, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** However the benchmark ends, nothing of it stays. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** CPU milliseconds of a fixed piece of work on the gateway's core. */
export function calibrate(): number {
  const file = new URL('./calibrate.mjs', import.meta.url).pathname;
  const [program = '', ...args] = pinned([file], cores.gateway);
  return JSON.parse(spawnSync(program, args, { encoding: 'utf8' }).stdout).ms;
}

const pinned = (args: readonly string[], core: number): readonly string[] => [
  ...(canPin ? ['taskset', '-c', String(core)] : []),
  process.execPath,
  ...args,
];

/** One of our own files, in TypeScript, that talks with us. */
export const startOurs = (file: URL): ChildProcess =>
  startNode(['--import', import.meta.resolve('tsx'), file.pathname], { core: cores.rest, ipc: true });

export const nextMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A process of the benchmark ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 1_000);
  await ended;
  clearTimeout(impatient);
}

export interface Usage {
  /** User and system time of the process and all its descendants, in milliseconds; in steps of 10. */
  readonly cpuMs: number;
  /** Resident memory of all of them, in bytes. Pages that they share count more than once. */
  readonly rss: number;
}

const msPerTick = 10; // USER_HZ is 100 on every Linux that Node runs on.
const pageSize = 4096;

/** proc_pid_stat(5) */
export function usageOf(pid: number): Usage {
  const members = familyOf(pid, statsOfAll());
  return {
    cpuMs: members.reduce((sum, { ticks }) => sum + ticks, 0) * msPerTick,
    rss: members.reduce((sum, { pages }) => sum + pages, 0) * pageSize,
  };
}

type Stat = ReturnType<typeof statOf>[number];

const statsOfAll = (): Stat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)));

function familyOf(pid: number, stats: readonly Stat[]): Stat[] {
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    const before = family.size;
    for (const { id, parent } of stats) if (family.has(parent)) family.add(id);
    grown = family.size > before;
  }
  return stats.filter(({ id }) => family.has(id));
}

/** Memory of the process and its descendants, in bytes; pages that several have are shared out among them. */
export function memoryOf(pid: number): number {
  const kilobytes = familyOf(pid, statsOfAll()).map(({ id }) => {
    try {
      const [, pss = 0] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? [];
      return Number(pss);
    } catch {
      return 0; // It ended meanwhile.
    }
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) * 1024;
}

function statOf(id: number): { id: number; parent: number; ticks: number; pages: number }[] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    // utime, stime, and those of children that have ended and been waited for.
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
    return [{ id, parent, ticks, pages: fields[21] ?? 0 }];
  } catch {
    return []; // It ended meanwhile.
  }
}

/** Waits until the process rests, so that what a request left behind is counted with it. */
export async function untilIdle(pid: number): Promise<Usage> {
  let last = usageOf(pid);
  for (let quiet = 0, round = 0; quiet < 3 && round < 50; round++) {
    await sleep(100);
    const now = usageOf(pid);
    quiet = now.cpuMs - last.cpuMs > 10 ? 0 : quiet + 1;
    last = now;
  }
  return last;
}

/** How long a core has been busy since the machine started, whoever used it, in milliseconds. */
export function busyMs(core: number): number {
  const line = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`cpu${core} `));
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (line ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * msPerTick;
}
