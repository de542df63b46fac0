/** Whatever ends the registry's thread, it comes back by itself: nothing is stored by halves, and the graph goes on answering. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startRegistry } from '../../gateway/registry/start-registry.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { commitVersion } from '../../gateway/registry/store/versions.ts';
import { SQLite } from '../../subgraphs/kit/sqlite/sqlite.ts';
import { makeMesh, until } from '../mesh.ts';
import { salesSdl, startRegistryMesh } from './mesh-with-registry.ts';
import { newVersion, publicationOf } from './versions.ts';

/** Policies are code of whoever runs the mesh: one of them ends the thread, whenever `deadly` is judged. */
const policy = (end: string): string => `export default {
  id: 'no-end', title: 'The thread goes on', severity: 'error', why: 'Else nothing can be published.',
  check({ publisher }) {
    if (publisher === 'deadly') { ${end} }
    return [];
  },
};`;

const exit = 'process.exit(7)';

/** A registry with one version, that `deadly` ends. Each time that it would rest is up to the test. */
async function startMortal(end = exit) {
  const mesh = makeMesh({ 'policies/no-end.policy.mjs': policy(end) });
  const file = join(mesh.dir, 'registry.db');
  const publish = (base?: number): void => {
    const database = openDatabase(file);
    commitVersion(database, newVersion({ base, owners: new Map([['Order', 'sales']]) }));
    database.connection.close();
  };
  publish();
  const told: number[] = [];
  const log: string[] = [];
  const rests: { readonly ms: number; readonly signal: AbortSignal; readonly over: () => void }[] = [];
  const registry = await startRegistry({
    settings: {
      file,
      catalogUrl: 'http://127.0.0.1:4000/catalog',
      routingUrls: { addresses: new Set(['loopback']) },
      policies: { folder: join(mesh.dir, 'policies') },
      isOpen: true,
    },
    onChange: ({ record }) => told.push(record.id),
    log: (line) => log.push(line),
    pause: (ms, signal) => new Promise<void>((over) => rests.push({ ms, signal, over })),
  });
  return {
    ...{ file, registry, told, log, rests, publish },
    kill: () => registry.check('deadly', publicationOf('deadly', 1)),
    async [Symbol.asyncDispose]() {
      await registry.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}

test('a gateway that cannot write in its registry answers from what is there, and says so', {
  timeout: 60_000,
}, async () => {
  const log: string[] = [];
  await using mesh = await startRegistryMesh({ logLevel: 'silent' });
  const writer = new SQLite(join(mesh.dir, 'registry.db'));
  await mesh.restart(
    async () => {
      // As a registry of an older Weft: there is something to be written at the start.
      writer.exec('UPDATE version SET catalog = NULL; BEGIN IMMEDIATE');
    },
    (line) => log.push(line),
  );
  expect((await mesh.query('{ orders { id } }')).data).toEqual({ orders: [{ id: 'o1' }] });
  expect(log).toContainEqual(expect.stringContaining('REGISTRY_LOCKED'));
  writer.close();
});

describe('when the thread ends,', () => {
  test.each([
    ['it stops', exit, 'stopped with 7'],
    ['it fails', 'setImmediate(() => { throw new Error("a bug in a policy"); })', 'a bug in a policy'],
  ])('since %s, calls under way fail, and later ones are answered', async (_, end, why) => {
    await using mortal = await startMortal(end);
    const { registry, told, log } = mortal;
    const ended = { code: 'REGISTRY_ENDED', message: expect.stringMatching(`${why}.* may be stored, or not`) };
    const underWay = [mortal.kill(), registry.check('other', publicationOf('other', 1))];
    const results = await Promise.allSettled(underWay);
    expect(results.map((each) => each.status === 'rejected' && each.reason)).toMatchObject([ended, ended]);
    expect(await registry.versions({ first: 9 })).toMatchObject([{ id: 1 }]);
    await registry.grant({ type: 'Order', domain: 'other', owner: 'sales' }, 'somebody');
    expect(await registry.contributions()).toMatchObject([{ type: 'Order', domain: 'other' }]);
    // The version that was there before is nothing new.
    expect(told).toEqual([1]);
    expect(log).toEqual([expect.stringContaining(why), 'The registry is open again.']);
  });

  test('what another process has published meanwhile is told', async () => {
    await using mortal = await startMortal();
    await expect(mortal.kill()).rejects.toMatchObject({ code: 'REGISTRY_ENDED' });
    mortal.publish(1);
    expect(await mortal.registry.currentId()).toBe(2);
    expect(mortal.told).toEqual([1, 2]);
  });

  test('and cannot be started again, calls say why, and it is tried ever more rarely', async () => {
    await using mortal = await startMortal();
    const { file, registry, rests, log } = mortal;
    const away = (end: string): void => renameSync(`${file}${end}`, `${file}.away${end}`);
    const back = (end: string): void => renameSync(`${file}.away${end}`, `${file}${end}`);
    const parts = ['', '-wal', '-shm'];
    parts.forEach(away);
    writeFileSync(file, 'no database, but a text of some length'.repeat(99));
    await expect(mortal.kill()).rejects.toMatchObject({ code: 'REGISTRY_ENDED' });
    // The first waits for the thread that is being started; the second comes while none is.
    for (let n = 0; n < 2; n++) {
      await expect(registry.currentId()).rejects.toMatchObject({ code: 'REGISTRY_UNREADABLE' });
    }
    for (let n = 1; n <= 4; n++) {
      await until(() => rests.length === n);
      expect(rests[n - 1]?.ms).toBeGreaterThanOrEqual(250 * 2 ** (n - 1));
      if (n === 4) parts.forEach(back);
      rests[n - 1]?.over();
    }
    await until(async () => (await registry.currentId().catch(() => undefined)) === 1);
    const unreadable = expect.stringContaining('cannot be opened as a registry');
    expect(log).toEqual([expect.stringContaining('stopped with 7'), unreadable, 'The registry is open again.']);
  });

  test('and the gateway does before another can be started, none is', async () => {
    const mortal = await startMortal();
    const { file, registry, rests, log } = mortal;
    for (const end of ['', '-wal', '-shm']) renameSync(`${file}${end}`, `${file}.away${end}`);
    writeFileSync(file, 'no database, but a text of some length'.repeat(99));
    await expect(mortal.kill()).rejects.toMatchObject({ code: 'REGISTRY_ENDED' });
    await until(() => rests.length === 1);
    await mortal[Symbol.asyncDispose]();
    expect(rests[0]?.signal.aborted).toBe(true);
    rests[0]?.over();
    await expect(registry.currentId()).rejects.toMatchObject({ code: 'REGISTRY_UNREADABLE' });
    expect(log).toHaveLength(2);
  });
});

test('the gateway answers while its registry ends, and publishes when it is back', { timeout: 60_000 }, async () => {
  await using folder = makeMesh({ 'no-end.policy.mjs': policy(exit) });
  await using mesh = await startRegistryMesh({ policies: folder.dir, logLevel: 'silent' });
  let isOver = false;
  const statuses = new Set<number>();
  const asking = (async () => {
    while (!isOver) {
      statuses.add((await mesh.query('{ orders { total } }')).status);
      await wait(20);
    }
  })();
  const killed = await mesh.publish({ name: 'deadly', sdl: 'type Query { deadly: Int }' });
  expect(killed.extensions).toMatchObject({ code: 'REGISTRY_ENDED', help: expect.stringContaining('Ask again') });
  const sdl = salesSdl.replace('note: String', 'note: String more: Int');
  expect(await mesh.publish({ name: 'sales', sdl })).toMatchObject({ outcome: 'PUBLISHED', version: { id: 2 } });
  await until(async () => (await mesh.query('{ orders { more } }')).status === 200);
  isOver = true;
  await asking;
  expect([...statuses]).toEqual([200]);
  const { data } = await mesh.ask('{ graphVersions { id isCurrent } subgraphs { name } auditVerdict { brokenAt } }');
  expect(data).toEqual({
    graphVersions: [
      { id: 2, isCurrent: true },
      { id: 1, isCurrent: false },
    ],
    subgraphs: [{ name: 'customers' }, { name: 'sales' }],
    auditVerdict: { brokenAt: null },
  });
});
