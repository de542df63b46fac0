/** A gateway that follows its registry, keeps the last good graph on disk, and starts from it; and the graph as files. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { digestOf } from '../gateway/engine/digest.ts';
import { backoff } from '../gateway/processes/backoff.ts';
import type { Artefact } from '../gateway/registry/delivery/artefact.ts';
import { type FollowOptions, followArtefacts } from '../gateway/registry/delivery/follow.ts';
import { openLastGood } from '../gateway/registry/delivery/last-good.ts';
import { printArtefact } from '../gateway/registry/delivery/read-artefact.ts';
import { exportCosmo, exportRover } from '../gateway/registry/delivery/rover.ts';
import { readSupergraphFile } from '../gateway/registry/supergraph-file.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { freePort, makeMesh, until } from './mesh.ts';
import { artefactOf, openRegistryDoor, orders, people } from './registry-door.ts';

const here = 'http://127.0.0.1:9/graphql';
const first = artefactOf(1);
const second = artefactOf(2, [people(here), orders(here)]);
const third = { ...first, id: '3' };

interface Follower {
  readonly taken: readonly Artefact[];
  readonly log: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param url of the registry. Pauses are short here, unless the test brings its own. */
function follow(url: string, more: Partial<FollowOptions> = {}): Follower {
  const taken: Artefact[] = [];
  const log: string[] = [];
  const ending = new AbortController();
  const followed = followArtefacts({
    url: `${url}/artifacts/v1/weft`,
    token: 'reads',
    onArtefact: (artefact) => void taken.push(artefact),
    log: (line) => log.push(line),
    signal: ending.signal,
    pause: () => new Promise((resolve) => setTimeout(resolve, 10)),
    ...more,
  });
  return {
    taken,
    log,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await followed;
    },
  };
}

describe('a gateway that follows its registry', () => {
  test('takes each version as it is published, whole', async () => {
    await using registry = await openRegistryDoor(first);
    await using follower = follow(registry.url);
    for (const next of [second, third, { ...second, id: '4' }]) {
      await until(() => follower.taken.length > 0 && follower.taken.at(-1)?.id === registry.current()?.id);
      registry.hold(next);
    }
    await until(() => follower.taken.length === 4);
    expect(follower.taken).toEqual([first, second, third, { ...second, id: '4' }]);
    expect(follower.log).toEqual([]);
    expect(registry.asked.every(({ headers }) => headers.prefer === 'wait=30')).toBe(true);
    expect(registry.asked.length).toBeLessThanOrEqual(5); // It waits, and does not ask again and again.
  });

  test('does not take again what it has from disk, and waits for what comes next', async () => {
    await using registry = await openRegistryDoor(second);
    await using follower = follow(registry.url, { known: second });
    await until(() => registry.asked.length === 2);
    registry.hold(third);
    await until(() => follower.taken.length > 0);
    expect(follower.taken).toEqual([third]);
  });

  test('stays where it is when the registry goes back, says so once, and goes on with what is newer', async () => {
    await using registry = await openRegistryDoor(second);
    await using follower = follow(registry.url);
    await until(() => follower.taken.length === 1);
    registry.hold(first);
    await until(() => follower.log.length > 0);
    registry.hold({ ...first, id: '2' }); // Another graph under the number that is known.
    await until(() => follower.log.length > 1);
    registry.hold(third);
    await until(() => follower.taken.length > 1);
    expect(follower.taken).toEqual([second, third]);
    expect(follower.log).toEqual([
      expect.stringMatching(/ARTEFACT_OLDER .*offers version 1 .*; version 2 .* answers already/),
      expect.stringMatching(/ARTEFACT_OLDER .*offers version 2 .*; version 2 .* answers already/),
    ]);
  });

  test('outlives its registry: it says once that it is away, and follows it when it is back', async () => {
    const port = await freePort();
    const registry = await openRegistryDoor(first, { port });
    let pauses = 0;
    const pause = () => {
      pauses += 1;
      return new Promise((resolve) => setTimeout(resolve, 10));
    };
    await using follower = follow(registry.url, { pause });
    await until(() => follower.taken.length === 1);
    await registry.close();
    pauses = 0;
    await until(() => pauses > 5);
    expect(follower.log).toEqual([expect.stringMatching(/REGISTRY_UNREACHABLE .*ECONNREFUSED/)]);
    await using _again = await openRegistryDoor(second, { port });
    await until(() => follower.taken.length === 2);
    expect(follower.log[1]).toMatch(/answers again/);
  });

  test('says that its token is refused, and goes on once it is not', async () => {
    let isRefused = true;
    const authorise = async () => {
      if (isRefused) throw new WeftError('TOKEN_MISSING', 'The token is not known.');
    };
    await using registry = await openRegistryDoor(first, { authorise });
    await using follower = follow(registry.url);
    await until(() => registry.asked.length > 3);
    expect(follower.log).toEqual([expect.stringMatching(/REGISTRY_REFUSED .*HTTP 401/)]);
    isRefused = false;
    await until(() => follower.taken.length === 1);
  });

  test('logs a version that its engine refuses, and takes the next', async () => {
    await using registry = await openRegistryDoor(first);
    const taken: string[] = [];
    const onArtefact = async ({ id }: Artefact) => {
      taken.push(id);
      if (id === '1') throw new Error('the engine refuses it');
    };
    await using follower = follow(registry.url, { onArtefact });
    await until(() => follower.log.length === 1);
    expect(follower.log[0]).toMatch(/Version 1 of the graph is not taken: the engine refuses it/);
    registry.hold(second);
    await until(() => taken.length === 2);
  });

  const whole = Buffer.from(printArtefact(second));
  const reprDigest = (bytes: Buffer): string => `sha-256=:${digestOf(bytes, 'base64')}:`;
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
  const forged = Buffer.from(printArtefact({ ...second, digest: first.digest }));
  const strange = Buffer.from('{"id":"2"}');
  const escaping = Buffer.from(
    printArtefact({ ...second, subgraphs: [{ name: '../../etc', url: here, sdl: 'x', files: [] }] }),
  );

  test.each([
    ['is damaged on the way', flipped, { 'repr-digest': reprDigest(whole) }, 'ARTEFACT_DAMAGED'],
    ['has no digest', whole, {}, 'ARTEFACT_DAMAGED'],
    ['is another supergraph than was composed', forged, { 'repr-digest': reprDigest(forged) }, 'ARTEFACT_DAMAGED'],
    ['is no artefact', strange, { 'repr-digest': reprDigest(strange) }, 'ARTEFACT_DAMAGED'],
    ['has a name that leads elsewhere', escaping, { 'repr-digest': reprDigest(escaping) }, 'ARTEFACT_DAMAGED'],
    ['is cut off', whole, { 'content-length': String(whole.length + 9) }, 'REGISTRY_UNREACHABLE'],
    ['is larger than a graph can be', Buffer.alloc(200_000, 32), {}, 'REGISTRY_UNREACHABLE'],
  ])('does not take what %s', async (_, bytes, headers, code) => {
    let answers = 0;
    const registry = createServer((_, response) => {
      answers += 1;
      response.writeHead(200, { 'content-type': 'application/json', ...(headers as object) }).write(bytes);
      setTimeout(() => ('content-length' in headers ? response.destroy() : response.end()), 5);
    }).listen(0, '127.0.0.1');
    await until(() => registry.listening);
    const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
    {
      await using follower = follow(url, { known: first, largestBytes: 100_000 });
      await until(() => answers > 2);
      expect(follower.taken).toEqual([]);
      expect(follower.log).toEqual([expect.stringContaining(code)]);
    }
    registry.closeAllConnections();
    registry.close();
  });

  test('asks ever more rarely, and not when all others do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const ms = backoff(failures, () => chance);
        const most = Math.min(30_000, 500 * 2 ** (failures - 1));
        expect(ms).toBeGreaterThanOrEqual(most / 2);
        expect(ms).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('the last good graph on disk', () => {
  test('is what a gateway starts from while its registry is away, and follows from when it is back', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'last-good.weft');
    const log: string[] = [];
    const kept = openLastGood(file, (line) => log.push(line));
    const port = await freePort();
    const registry = await openRegistryDoor(second, { port });
    {
      await using _ = follow(registry.url, { onArtefact: kept.keep });
      await until(async () => (await kept.read()) !== undefined);
    }
    await registry.close();

    const known = await openLastGood(file, (line) => log.push(line)).read();
    expect(known).toEqual(second);
    await using follower = follow(registry.url, { known });
    await until(() => follower.log.length === 1);
    await using older = await openRegistryDoor(first, { port });
    await until(() => follower.log.some((line) => line.includes('ARTEFACT_OLDER')));
    older.hold(third);
    await until(() => follower.taken.length > 0);
    expect(follower.taken).toEqual([third]);
    expect(log).toEqual([]);
  });

  test('is the last one that was to be kept, and nothing else lies beside it', async () => {
    await using mesh = makeMesh();
    const kept = openLastGood(join(mesh.dir, 'last-good.weft'), () => {});
    expect(await kept.read()).toBeUndefined();
    await Promise.all([first, second, third].map(kept.keep));
    expect(await kept.read()).toEqual(third);
    expect(readdirSync(mesh.dir)).toEqual(['last-good.weft']);
  });

  test('with any bit turned, or cut off anywhere, is reported and not used', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'last-good.weft');
    let reported: string[] = [];
    const kept = openLastGood(file, (line) => reported.push(line));
    await kept.keep(second);
    const sound = readFileSync(file);
    const spoilt = async (bytes: Buffer) => {
      reported = [];
      writeFileSync(file, bytes);
      expect(await kept.read()).toBeUndefined();
      expect(reported).toEqual([expect.stringMatching(/^error ARTEFACT_DAMAGED .*last-good\.weft/)]);
    };
    const anywhere = fc.integer({ min: 0, max: sound.length - 1 });
    await fc.assert(
      fc.asyncProperty(anywhere, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const bytes = Buffer.from(sound);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        await spoilt(bytes);
      }),
      {
        numRuns: 300,
        examples: [
          [0, 0],
          [63, 1],
          [64, 0],
          [65, 3],
        ],
      },
    );
    await fc.assert(
      fc.asyncProperty(anywhere, (length) => spoilt(sound.subarray(0, length))),
      { numRuns: 50 },
    );
    writeFileSync(file, sound);
    expect(await kept.read()).toEqual(second);
    await kept.keep(third); // A damaged one is replaced by the next.
    expect(await kept.read()).toEqual(third);
  });

  test('that cannot be written is reported, and what was there stays', async () => {
    await using mesh = makeMesh();
    const reported: string[] = [];
    const taken = join(mesh.dir, 'folder.weft');
    mkdirSync(join(taken, 'not empty'), { recursive: true });
    await openLastGood(taken, (line) => reported.push(line)).keep(first);
    await openLastGood(join(mesh.dir, 'nowhere/last-good.weft'), (line) => reported.push(line)).keep(first);
    expect(reported).toEqual([
      expect.stringMatching(/^error ARTEFACT_NOT_KEPT .*folder\.weft/),
      expect.stringMatching(/^error ARTEFACT_NOT_KEPT .*nowhere/),
    ]);
    expect(readdirSync(mesh.dir)).toEqual(['folder.weft']);
  });
});

describe('the graph as files', () => {
  const name = fc.stringMatching(/^[A-Za-z][\w-]{0,20}$/).filter((each) => each !== 'catalog');
  const path = fc.string({ unit: fc.constantFrom('$' + '{', ...'aZ09-_~%20/?=&$}.:é'), maxLength: 20 });
  const part = fc.record({
    name,
    url: path.map((rest) => `https://example.com/${rest}`).filter(URL.canParse),
    sdl: fc.string({ unit: 'grapheme', minLength: 1 }),
    files: fc.constant([]),
  });
  const parts = fc.uniqueArray(part, { selector: (each) => each.name, minLength: 1, maxLength: 5 });

  test('supergraph.yaml is read again as what was published', () => {
    fc.assert(
      fc.property(parts, (subgraphs) => {
        const files = new Map(exportRover({ subgraphs }).map(({ path, text }) => [path, text]));
        const { supergraph, issues } = readSupergraphFile(files.get('supergraph.yaml') ?? '', 'supergraph.yaml', {});
        expect(issues).toEqual([]);
        const read = supergraph?.subgraphs.map(({ name, routingUrl, schema }) => ({
          name,
          url: new URL(routingUrl).href,
          sdl: 'file' in schema && files.get(schema.file.replace('./', '')),
          files: [],
        }));
        // `{` is written as %7B in addresses, where it means the same.
        const published = subgraphs.map((each) => ({ ...each, url: new URL(each.url.replaceAll('${', '$%7B')).href }));
        expect(read).toEqual(published);
      }),
    );
  });

  test('graph.yaml is what wgc router compose reads', () => {
    const [graph, ...schemas] = exportCosmo(second);
    expect(graph?.path).toBe('graph.yaml');
    expect(parse(graph?.text ?? '')).toEqual({
      version: 1,
      subgraphs: [
        { name: 'people', routing_url: here, schema: { file: './people.graphql' } },
        { name: 'orders', routing_url: here, schema: { file: './orders.graphql' } },
      ],
    });
    expect(schemas).toEqual([
      { path: 'people.graphql', text: people(here).sdl },
      { path: 'orders.graphql', text: orders(here).sdl },
    ]);
  });
});
