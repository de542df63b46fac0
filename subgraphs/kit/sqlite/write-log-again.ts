import { closeSync, fsyncSync, openSync, readSync, realpathSync, writeSync } from 'node:fs';
import type { Database } from './sqlite.ts';

/**
 * Where the disk has failed before, a commit that nobody was told of may be in the write-ahead log as the system shows it,
 * and not on the disk, and no fsync would write it again: what is committed after it would be lost with it when the power
 * fails. Written as it is, the log is on the disk, too. Part of a transaction: nobody else writes it meanwhile.
 */
export function writeLogAgain(connection: Database): void {
  if (connection.memory) return;
  // SQLite keeps it beside the file that a link leads to.
  const log = openSync(`${realpathSync(connection.name)}-wal`, 'r+');
  try {
    const some = Buffer.alloc(1024 * 1024);
    for (let at = 0; ; ) {
      const read = readSync(log, some, 0, some.length, at);
      if (read === 0) break;
      at += writeSync(log, some, 0, read, at);
    }
    fsyncSync(log);
  } finally {
    closeSync(log);
  }
}
