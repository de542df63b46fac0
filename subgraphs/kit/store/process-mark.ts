import { readFileSync } from 'node:fs';

/** This process, so that others can tell later whether it still lives: `<pid>:<start>`, since pids are used again. */
export const processMark = markOf(process.pid);

export function isAlive(mark: string): boolean {
  const [pid = '', start = ''] = mark.split(':');
  if (!exists(Number(pid))) return false;
  const now = startOf(Number(pid));
  return start === '' || now === undefined || now === start;
}

function markOf(pid: number): string {
  return `${pid}:${startOf(pid) ?? ''}`;
}

/** In clock ticks since boot, as Linux tells; elsewhere the pid has to do. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command's name in brackets, which may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'zombie' : fields[19];
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks. EPERM: it exists, and belongs to someone else. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
