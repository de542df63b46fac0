/**
 * Processes that publish are killed at any moment, and their disk fails: what was acknowledged is there, and what is there
 * is whole. WEFT_KILLS says how many processes are killed, WEFT_FLIPS how many bits change.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verifyAudit } from '../../gateway/registry/store/audit.ts';
import { contributions } from '../../gateway/registry/store/contributions.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { currentId, readVersion, versionRecords } from '../../gateway/registry/store/versions.ts';
import { makeMesh } from '../mesh.ts';
import { versionOf } from './versions.ts';

const kills = Number(process.env.WEFT_KILLS ?? 20);
const flips = Number(process.env.WEFT_FLIPS ?? 300);
const processOf = (script: string) => ['--import', 'tsx/esm', fileURLToPath(new URL(script, import.meta.url))];
const publishing = processOf('./publishing-process.ts');
const granting = processOf('./granting-process.ts');
const all = ['T0', 'T1', 'T2', 'T3'];

/** `ACK` lines of a process → number of what was published, by version. */
const acknowledged = (output: string): [version: number, number: number][] =>
  [...output.matchAll(/^ACK (\d+) (\d+)$/gm)].map(([, version, number]) => [Number(version), Number(number)]);

/** That all that was acknowledged is there, and that what is there is whole. */
function inspect(file: string, acks: ReadonlyMap<number, number>): void {
  const database = openDatabase(file);
  try {
    expect(database.connection.pragma('integrity_check', { simple: true })).toBe('ok');
    const current = currentId(database);
    const records = versionRecords(database, { first: 1e6 });
    expect(records[0]?.id).toBe(current);
    expect(records.map(({ id }) => id)).toEqual(Array.from(records, (_, at) => records.length - at));
    const { entries, brokenAt } = verifyAudit(database);
    expect([entries, brokenAt]).toEqual([records.length, undefined]);
    for (const { id } of records) {
      const { published, supergraphSdl, owners } = readVersion(database, id);
      const number = published.get('sales')?.version ?? 0;
      const wanted = versionOf(number, undefined);
      expect([supergraphSdl, owners]).toEqual([wanted.supergraphSdl, wanted.owners]);
      expect(acks.get(id) ?? number).toBe(number);
    }
    for (const id of acks.keys()) expect(id).toBeLessThanOrEqual(current ?? 0);
  } finally {
    database.connection.close();
  }
}

test(`no acknowledged version is lost by ${kills} kills`, { timeout: 600_000 }, async () => {
  await using mesh = makeMesh();
  const file = join(mesh.dir, 'registry.db');
  const acks = new Map<number, number>();
  for (let n = 0; n < kills; n++) {
    const child = spawn(process.execPath, [...publishing, file, '1000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    await new Promise<void>((resolve) => {
      // From the moment that it opens the file to well into its work.
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), (n * 37) % 60));
      child.stdout.on('data', (data: Buffer) => {
        output += data;
      });
      child.once('close', () => resolve());
    });
    for (const [version, number] of acknowledged(output)) acks.set(version, number);
    if (n % 10 === 9 || n === kills - 1) inspect(file, acks);
  }
  expect(acks.size).toBeGreaterThan(kills);
});

const ownedByShop = new Map(Array.from({ length: 100 }, (_, n) => [`T${n}`, 'shop']));

/** The types that are open, each as the audit log has it, too. */
function grantsIn(file: string): string[] {
  const database = openDatabase(file);
  try {
    expect(database.connection.pragma('integrity_check', { simple: true })).toBe('ok');
    const types = contributions(database, ownedByShop).map(({ type }) => type);
    expect(verifyAudit(database)).toMatchObject({ entries: types.length });
    expect(verifyAudit(database).brokenAt).toBeUndefined();
    return types;
  } finally {
    database.connection.close();
  }
}

const strace = hasStrace() ? test : test.skip;

describe('with a system that fails', () => {
  /** Runs a process under strace, which fails the nth of some calls of it. */
  async function runWith(file: string, injection: string, most = 1, script = publishing): Promise<string> {
    const args = ['-f', '-qq', '-o', '/dev/null', '-e', `inject=${injection}`, '-P', file, '-P', `${file}-wal`];
    const child = spawn('strace', [...args, process.execPath, ...script, file, String(most)]);
    const [output] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return output;
  }

  strace('a kill at any write leaves the version before, or the version', { timeout: 600_000 }, async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const acks = new Map<number, number>();
    const keep = (output: string) => {
      for (const [version, number] of acknowledged(output)) acks.set(version, number);
      return output;
    };
    // Makes the file: what is killed from here on is a publish.
    keep(execFileSync(process.execPath, [...publishing, file, '1'], { encoding: 'utf8' }));
    let cut = 0;
    for (let nth = 1; nth < 200; nth += process.env.WEFT_KILLS ? 1 : 4) {
      const output = keep(await runWith(file, `pwrite64,fsync,fdatasync,ftruncate:signal=KILL:when=${nth}`));
      inspect(file, acks);
      if (acknowledged(output).length > 0 && nth > 1) break;
      cut++;
    }
    expect(cut).toBeGreaterThan(2);
  });

  strace.each([
    ['a disk that cannot be written', 'fsync,fdatasync:error=EIO', 'REGISTRY_FAILED'],
    ['a full disk', 'pwrite64:error=ENOSPC', 'REGISTRY_FULL'],
  ])('%s is said, and nothing is acknowledged that is not there', { timeout: 600_000 }, async (_, fault, code) => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const acks = new Map(
      acknowledged(execFileSync(process.execPath, [...publishing, file, '3'], { encoding: 'utf8' })),
    );
    const said: string[] = [];
    for (const when of ['1', '2', '3', '3+2', '5']) {
      const output = await runWith(file, `${fault}:when=${when}`, 3);
      said.push(output);
      for (const [version, number] of acknowledged(output)) acks.set(version, number);
      inspect(file, acks);
    }
    expect(said.join('')).toContain(`ERR ${code}`);
    // Where the disk works again, so does the registry: in the same process, and in the next.
    expect(said.some((output) => new RegExp(`ERR ${code}\nACK`).test(output))).toBe(true);
    expect(execFileSync(process.execPath, [...publishing, file, '1'], { encoding: 'utf8' })).toContain('ACK');
  });

  // Of each thread: one sync opens the registry, one more begins its log, and from then on each grant takes one.
  strace.each([
    ['and goes on doing so, all fail', '3', 'ERR T0, ERR T1, ERR T2, ERR T3', []],
    ['what failed is not there', '4', 'ACK T0, ERR T1, ACK T2, ERR T3', ['T0', 'T2']],
    ['also while the file is closed, what failed is there as a whole', '4+1', 'ACK T0, ERR T1, ACK T2, ACK T3', all],
  ])('a registry whose disk fails opens the file anew: %s', { timeout: 60_000 }, async (_, when, said, there) => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    openDatabase(file).connection.close();
    const output = await runWith(file, `fsync,fdatasync:error=EIO:when=${when}`, 4, granting);
    expect(output.replaceAll(' REGISTRY_FAILED', '').trim().split('\n').join(', ')).toBe(said);
    expect(grantsIn(file)).toEqual(there);
  });

  strace(
    'what the system shows of a log is on the disk before anything is added to it',
    { timeout: 60_000 },
    async () => {
      await using mesh = makeMesh();
      const file = join(mesh.dir, 'registry.db');
      // Nobody closes this one: its log stays.
      const killed = `import('${new URL('../../gateway/registry/store/open.ts', import.meta.url)}')
      .then(({ openDatabase }) => { openDatabase('${file}'); process.kill(process.pid, 'SIGKILL'); })`;
      spawnSync(process.execPath, ['--import', 'tsx/esm', '-e', killed]);
      const { size } = statSync(`${file}-wal`);
      expect(size).toBeGreaterThan(4_096);
      const trace = join(mesh.dir, 'trace');
      const args = ['-f', '-qq', '-y', '-o', trace, '-e', 'trace=write,pwrite64,fsync'];
      execFileSync('strace', [...args, process.execPath, ...publishing, file, '1']);
      const ofLog = readFileSync(trace, 'utf8')
        .split('\n')
        .flatMap((line) => /(\w+)\(\d+<[^>]*registry\.db-wal>.*?(, \d+)?\) += (\d+)$/.exec(line) ?? [])
        .filter((_, at) => at % 4 !== 0);
      // What was there, from its beginning, and to the disk, before any page of the new version.
      expect(ofLog.slice(0, 6)).toEqual(['pwrite64', ', 0', `${size}`, 'fsync', undefined, '0']);
    },
  );

  strace('each acknowledgement comes after the disk has it', { timeout: 600_000 }, async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'registry.db');
    const trace = join(mesh.dir, 'trace');
    const args = ['-f', '-qq', '-y', '-o', trace, '-e', 'trace=write,fsync,fdatasync'];
    execFileSync('strace', [...args, process.execPath, ...publishing, file, '50']);
    let isSynced = false;
    let acks = 0;
    for (const line of readFileSync(trace, 'utf8').split('\n')) {
      if (/f(?:data)?sync\(\d+<[^>]*registry\.db-wal>\)\s+= 0/.test(line)) isSynced = true;
      if (!/write\(1<.*"ACK /.test(line)) continue;
      expect(isSynced, line).toBe(true);
      isSynced = false;
      acks++;
    }
    expect(acks).toBe(50);
  });
});

test(`of ${flips} changed bits, none is served`, { timeout: 600_000 }, async () => {
  await using mesh = makeMesh();
  const file = join(mesh.dir, 'registry.db');
  const acks = new Map(acknowledged(execFileSync(process.execPath, [...publishing, file, '20'], { encoding: 'utf8' })));
  {
    const { connection } = openDatabase(file);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.close();
  }
  const sound = readFileSync(file);
  let noticed = 0;
  for (let n = 0; n < flips; n++) {
    const damaged = Buffer.from(sound);
    const at = Math.floor((n / flips) * sound.length) + (n % 7);
    damaged[at] = (damaged[at] as number) ^ (1 << (n % 8));
    writeFileSync(file, damaged);
    if (isServedWhole(file, acks)) continue;
    noticed++;
  }
  // A bit in a page that nothing uses harms nobody.
  expect(noticed).toBeGreaterThan(flips / 3);
});

/** False where an error with a code says what is wrong. Anything but that, and the truth, throws. */
function isServedWhole(file: string, acks: ReadonlyMap<number, number>): boolean {
  const coded = /^(?:REGISTRY_|ARTEFACT_|VERSION_UNKNOWN|SQLITE_)/;
  let database: ReturnType<typeof openDatabase> | undefined;
  let whole = true;
  try {
    database = openDatabase(file);
    if (verifyAudit(database).brokenAt !== undefined) whole = false;
    for (const [id, number] of acks) {
      try {
        const { published, supergraphSdl, owners } = readVersion(database, id);
        const wanted = versionOf(number, undefined);
        expect([supergraphSdl, owners]).toEqual([wanted.supergraphSdl, wanted.owners]);
        expect(published.get('sales')).toEqual([...wanted.published][0]);
      } catch (error) {
        if (!coded.test(String((error as { readonly code?: string }).code))) throw error;
        whole = false;
      }
    }
  } catch (error) {
    if (!coded.test(String((error as { readonly code?: string }).code))) throw error;
    whole = false;
  } finally {
    database?.connection.close();
  }
  return whole;
}

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stdout.write('strace is not installed: what a failing disk does is not tested\n');
    return false;
  }
}
