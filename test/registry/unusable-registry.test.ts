/** A gateway whose registry cannot be used says so with a code, ends, and leaves the file as it is. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { commitVersion, readVersion } from '../../gateway/registry/store/versions.ts';
import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { bin, type Ended, makeMesh, type TestMesh } from '../mesh.ts';
import { newVersion } from './versions.ts';

const nobody = 65_534;

interface UnusableMesh {
  readonly mesh: TestMesh;
  /** A sound registry with one version. */
  readonly file: string;
  [Symbol.asyncDispose](): Promise<void>;
}

function meshWithRegistry(): UnusableMesh {
  const mesh = makeMesh({
    'supergraph.yaml': JSON.stringify({
      federation_version: '2',
      subgraphs: { sales: { routing_url: 'http://127.0.0.1:4999/', schema: { sdl: 'type Query { sales: Int }' } } },
    }),
  });
  const file = join(mesh.dir, 'registry.db');
  const database = openDatabase(file);
  commitVersion(database, newVersion({}));
  database.connection.close();
  return { mesh, file, [Symbol.asyncDispose]: () => mesh[Symbol.asyncDispose]() };
}

/** Until it ends. @param before what is run before node, and what with */
async function startGateway(
  { mesh, file }: UnusableMesh,
  before: readonly string[] = [],
  uid?: number,
): Promise<Ended> {
  const [program = '', ...args] = [...before, process.execPath, bin, 'gateway', '--json', '--port', '0'];
  const env = { PATH: process.env.PATH, HOME: mesh.dir, WEFT_REGISTRY: file, WEFT_LOG_LEVEL: 'error' };
  const child = spawn(program, args, { cwd: mesh.dir, env, ...(uid !== undefined && { uid, gid: uid }) });
  // One that starts nevertheless says where it listens.
  child.stdout.on('data', (data: Buffer) => data.includes('"url"') && child.kill());
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { stdout, stderr, code };
}

/** Root may write whatever it likes, so another has to try: where the files of this repository are nobody else's, none can. */
function mayBeRunByOthers(): boolean {
  if (process.getuid?.() !== 0) return true;
  const look = `require('node:fs').accessSync(${JSON.stringify(bin)})`;
  const { status } = spawnSync(process.execPath, ['-e', look], { uid: nobody, gid: nobody, cwd: '/' });
  if (status !== 0)
    process.stdout.write('NOT TESTED, as root in a folder of its own: a registry that may not be written\n');
  return status === 0;
}

function expectRefused({ code, stdout, stderr }: Ended, expected: string): void {
  expect(JSON.parse(stdout).error.code).toBe(expected);
  expect(stderr).toContain(expected);
  expect(code).toBe(2);
}

describe('a registry', () => {
  test.each<[what: string, spoil: (file: string) => void, code: string]>([
    ['that has lost its end', (file) => truncateSync(file, 40_000), 'REGISTRY_UNREADABLE'],
    ['that is a text', (file) => writeFileSync(file, 'name,team\n'.repeat(999)), 'REGISTRY_UNREADABLE'],
    ['that is a database of something else', writeForeign, 'REGISTRY_UNREADABLE'],
    [
      'of a newer Weft',
      (file) => {
        const connection = new SQLite(file);
        connection.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9e15)");
        connection.close();
      },
      'REGISTRY_NEWER',
    ],
  ])('%s is not used', async (_, spoil, code) => {
    await using given = meshWithRegistry();
    spoil(given.file);
    const before = readFileSync(given.file);
    expectRefused(await startGateway(given), code);
    expect(readFileSync(given.file).equals(before)).toBe(true);
  });

  test.skipIf(!mayBeRunByOthers())('that may not be written is not used', async () => {
    await using given = meshWithRegistry();
    const before = readFileSync(given.file);
    chmodSync(given.file, 0o444);
    // Its folder may be: SQLite would open the file, to read only.
    chmodSync(given.mesh.dir, 0o777);
    expectRefused(await startGateway(given, [], process.getuid?.() === 0 ? nobody : undefined), 'REGISTRY_UNREADABLE');
    expect(readFileSync(given.file).equals(before)).toBe(true);
  });

  test('beside which the index of a crashed process is garbage is used', async () => {
    await using given = meshWithRegistry();
    const database = openDatabase(given.file);
    commitVersion(database, newVersion({ base: 1 }));
    for (const end of ['', '-wal']) cpSync(given.file + end, `${given.file}.crashed${end}`);
    database.connection.close();
    writeFileSync(`${given.file}.crashed-shm`, 'no index, but a text'.repeat(1_000));
    const reopened = openDatabase(`${given.file}.crashed`);
    expect(readVersion(reopened, 2).record.base).toBe(1);
    reopened.connection.close();
  });
});

const withFullDisk = canMount() ? describe : describe.skip;

withFullDisk('on a full disk, a registry', () => {
  test.each([
    ['that is there', true],
    ['that is to be made', false],
  ])('%s is not used, and stays as it is', async (_, isThere) => {
    await using given = meshWithRegistry();
    // The disk is only there for the process and what it starts; it leaves behind how the file was, and is.
    const script = `disk=$1; shift; mkdir $disk; mount -t tmpfs -o size=400k none $disk
      ${isThere ? 'cp registry.db $disk/' : ''}
      dd if=/dev/zero of=$disk/rest bs=4096 2>/dev/null
      "$@"; code=$?
      cp $disk/registry.db after.db; exit $code`;
    const disk = join(given.mesh.dir, 'disk');
    const inNamespace = ['unshare', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', disk];
    const ended = await startGateway({ ...given, file: join(disk, 'registry.db') }, inNamespace);
    expectRefused(ended, 'REGISTRY_UNREADABLE');
    const after = readFileSync(join(given.mesh.dir, 'after.db'));
    expect(after.equals(isThere ? readFileSync(given.file) : Buffer.alloc(0))).toBe(true);
  });
});

function writeForeign(file: string): void {
  writeFileSync(file, '');
  const connection = new SQLite(file);
  connection.exec('CREATE TABLE bill (id INTEGER PRIMARY KEY, total INTEGER); INSERT INTO bill VALUES (1, 7)');
  connection.close();
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs none /mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    process.stdout.write('no disk can be made here: what a full one does is not tested\n');
    return false;
  }
}
