/** Another graph takes over while requests are answered: none fails, none mixes two graphs, nothing is left behind. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { buildSchema } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import type { Engine } from '../gateway/engine/engine.ts';
import { createLiveEngine } from '../gateway/engine/live-engine.ts';
import type { CreatePlanner } from '../gateway/engine/planner.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../gateway/main.ts';
import { createPlanner } from '../gateway/planner/planner.ts';
import { readGraph } from '../gateway/registry/read-graph.ts';
import { watchMesh } from '../scripts/watch-mesh.ts';
import { heldSchema } from './held-schema.ts';
import { freePort, makeMesh, root, spawnWeft, type TestMesh, until } from './mesh.ts';
import { ask } from './subgraph.ts';
import { type VersionedMesh, versionedMesh, versionQuery } from './versioned-mesh.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function meshOf(version = 1): Promise<VersionedMesh> {
  const mesh = await versionedMesh(version);
  open.push(mesh);
  return mesh;
}

async function gatewayOf(mesh: VersionedMesh, options?: GatewayOptions) {
  const log: string[] = [];
  const flags = { supergraph: mesh.file, port: 0, newOperationsPerSecond: 10_000 };
  const gateway: Gateway = await startGateway(readConfig({}, flags), (line) => log.push(line), options);
  open.push({ [Symbol.asyncDispose]: () => gateway.close() });
  return { gateway, log, url: `${gateway.url}/graphql` };
}

const answers = (version: number) => ({
  status: 200,
  data: { item: { id: '1', [`first_v${version}`]: version, [`second_v${version}`]: version } },
});

/** As often as it can until it is stopped: of any version; what is not in the graph that answers is refused as a whole. */
function load(url: string, versions: () => number, clients: number) {
  let isStopped = false;
  const found = { right: 0, refused: 0, wrong: [] as unknown[] };
  const client = async (): Promise<void> => {
    while (!isStopped) {
      const version = versions();
      const answer = await ask(url, versionQuery(version)).catch((error: unknown) => ({ status: 0, error }));
      if (JSON.stringify(answer) === JSON.stringify(answers(version))) found.right += 1;
      else if (answer.status === 400 && JSON.stringify(answer).includes('Cannot query field')) found.refused += 1;
      else found.wrong.push(answer);
    }
  };
  const running = Array.from({ length: clients }, client);
  return {
    async stop() {
      isStopped = true;
      await Promise.all(running);
      return found;
    },
  };
}

describe('under load', () => {
  test('20 swaps: no request fails, and no answer is of two graphs', async () => {
    const mesh = await meshOf(0);
    const { gateway, url } = await gatewayOf(mesh);
    let version = 0;
    // The version before and the one to come are asked for, too: they are refused, never answered in part.
    const running = load(url, () => Math.max(0, version - 1 + Math.floor(Math.random() * 3)), 8);
    while (version < 20) {
      mesh.write(version + 1);
      expect(await gateway.reload()).toEqual({ issues: [], changed: true });
      version += 1;
    }
    const { right, wrong } = await running.stop();
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(20);
    expect(await ask(url, versionQuery(20))).toEqual(answers(20));
  });

  test('who is under way ends on the graph that it began with', async () => {
    const mesh = await meshOf(1);
    const { gateway, url } = await gatewayOf(mesh);
    const { held, release } = mesh.hold();
    const before = Array.from({ length: 20 }, () => ask(url, versionQuery(1)));
    await until(() => held() === 20);
    mesh.write(2);
    expect(await gateway.reload()).toMatchObject({ changed: true });
    const after = ask(url, versionQuery(2));
    await until(() => held() === 21);
    expect(await ask(url, versionQuery(1))).toMatchObject({ status: 400 });
    release();
    expect(await Promise.all(before)).toEqual(Array(20).fill(answers(1)));
    expect(await after).toEqual(answers(2));
  });
});

describe('an engine that is replaced', () => {
  const engines = () => {
    const closed: string[] = [];
    const engineOf = (name: string): Engine => ({
      schema: buildSchema(`type Query { ${name}: Int }`),
      execute: async () => ({}),
      async close() {
        closed.push(name);
      },
    });
    return { closed, old: engineOf('old'), next: engineOf('next'), last: engineOf('last') };
  };
  const forEver = (): Promise<void> => new Promise(() => {});
  const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  test('stays open, for whoever was validated for it, until all requests from before have ended', async () => {
    const { closed, old, next, last } = engines();
    const live = createLiveEngine(old, { patience: forEver });
    let end = (): void => {};
    const before = live.during(() => new Promise<void>((resolve) => (end = resolve)));
    const swapped = [live.swap(next), live.swap(last)];
    expect(live.current).toBe(last);
    expect([old, next, last].map(({ schema }) => live.engineOf(schema))).toEqual([old, next, last]);
    await live.during(async () => {}); // Began after the swaps: nobody waits for it.
    await turns();
    expect(closed).toEqual([]); // The request from before may have been validated for `next`, too.
    end();
    await Promise.all([before, ...swapped]);
    expect(closed.sort()).toEqual(['next', 'old']);
    expect(() => live.engineOf(old.schema)).toThrow('Invariant broken');
  });

  test('is closed when patience ends, also with requests under way that began before', async () => {
    const { closed, old, next } = engines();
    const live = createLiveEngine(old, { patience: async () => {} });
    void live.during(forEver);
    await live.swap(next);
    expect(closed).toEqual(['old']);
  });

  test('is closed by a request that fails as by one that does not; the end of all ends patience', async () => {
    const { closed, old, next } = engines();
    let ended: AbortSignal | undefined;
    const patience = (signal: AbortSignal): Promise<void> => {
      ended = signal;
      return forEver();
    };
    const live = createLiveEngine(old, { patience });
    const failing = live.during(async () => {
      await turns();
      throw new Error('no answer');
    });
    const swapped = live.swap(next);
    await expect(failing).rejects.toThrow('no answer');
    await swapped;
    expect([closed, ended?.aborted]).toEqual([['old'], true]);
  });
});

describe('what is read again', () => {
  test('unchanged changes nothing', async () => {
    const mesh = await meshOf();
    const { gateway, url } = await gatewayOf(mesh);
    mesh.write(1);
    expect(await gateway.reload()).toEqual({ issues: [], changed: false });
    expect(await ask(url, versionQuery(1))).toEqual(answers(1));
  });

  test.each([
    ['does not compose', (mesh: VersionedMesh) => mesh.writeBroken(), 'COMPOSITION_FAILED'],
    ['is empty', (mesh: VersionedMesh) => mesh.mesh.write({ 'supergraph.yaml': '' }), 'DOCUMENT_EMPTY'],
    ['lacks a schema', (mesh: VersionedMesh) => mesh.mesh.write({ 'first.graphql': '' }), 'COMPOSITION_FAILED'],
    [
      'names a file that is not there',
      ({ mesh }: VersionedMesh) =>
        mesh.write({ 'supergraph.yaml': mesh.read('supergraph.yaml').replace('first.graphql', 'away.graphql') }),
      'SUBGRAPH_SCHEMA_UNREADABLE',
    ],
  ])('and %s: the graph from before answers, and everybody can see why', async (_, spoil, code) => {
    const mesh = await meshOf();
    const before = mesh.mesh.read('supergraph.yaml');
    const { gateway, log, url } = await gatewayOf(mesh);
    spoil(mesh);
    const { issues, changed } = await gateway.reload();
    expect(changed).toBe(false);
    expect(issues.map((each) => each.code)).toEqual(expect.arrayContaining(['GRAPH_OUTDATED', code]));
    expect(gateway.issues).toEqual(issues);
    expect(log.join('\n')).toContain('GRAPH_OUTDATED');
    expect(await ask(url, versionQuery(1))).toEqual(answers(1));
    const health = await fetch(`${gateway.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'pass', graph: 'outdated' }]);

    mesh.mesh.write({ 'supergraph.yaml': before });
    mesh.write(1);
    expect(await gateway.reload()).toEqual({ issues: [], changed: false });
    expect(await (await fetch(`${gateway.url}/health`)).json()).toEqual({ status: 'pass', graph: 'composed' });
  });

  test('and refused by the engine counts as not composed', async () => {
    const mesh = await meshOf();
    const createEngine = createWeftEngine({ createPlanner: createPlanner() });
    let refuses = false;
    const { gateway, url } = await gatewayOf(mesh, {
      createEngine: (sdl, options) =>
        createEngine(refuses ? sdl.replace('enum join__Graph', 'enum join__Graphs') : sdl, options),
    });
    refuses = true;
    mesh.write(2);
    const { issues, changed } = await gateway.reload();
    expect([changed, issues.map((each) => each.code)]).toEqual([false, ['GRAPH_OUTDATED', 'SUPERGRAPH_REFUSED']]);
    expect(await ask(url, versionQuery(1))).toEqual(answers(1));
  });

  test('a mesh that did not compose at the start answers once it does, without a restart', async () => {
    const mesh = await meshOf();
    mesh.writeBroken();
    const { gateway, url } = await gatewayOf(mesh);
    expect(await ask(url, versionQuery(1))).toMatchObject({ status: 503 });
    expect(await gateway.reload()).toMatchObject({ changed: false });
    mesh.write(1);
    expect(await gateway.reload()).toEqual({ issues: [], changed: true });
    expect(await ask(url, versionQuery(1))).toEqual(answers(1));
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });

  test('the catalog changes together with the graph', async () => {
    const mesh = await meshOf();
    const { gateway } = await gatewayOf(mesh);
    const typeOf = (version: number) => `{ field(coordinate: "Item.first_v${version}") { type } }`;
    const both = (version: number) =>
      Promise.all(['/catalog', '/graphql'].map((path) => ask(gateway.url + path, typeOf(version))));
    const [there, gone] = [{ field: { type: 'Int' } }, { field: null }];
    expect((await both(1)).map(({ data }) => data)).toEqual([there, there]);
    mesh.write(2);
    await gateway.reload();
    expect((await both(1)).map(({ data }) => data)).toEqual([gone, gone]);
    expect((await both(2)).map(({ data }) => data)).toEqual([there, there]);
  });

  test('one after the other: who asks while one runs shares the next', async () => {
    const mesh = await meshOf();
    const { gateway } = await gatewayOf(mesh);
    mesh.write(2);
    const first = gateway.reload();
    await new Promise((resolve) => setImmediate(resolve));
    const [second, third] = [gateway.reload(), gateway.reload()];
    expect(third).toBe(second);
    expect([await first, await second]).toMatchObject([{ changed: true }, { changed: false }]);
  });

  test('within a time: a mesh that takes longer is one that does not compose', async () => {
    const mesh = await meshOf();
    const read = await readGraph(mesh.file, { catalogUrl: 'http://127.0.0.1:1/catalog', timeoutMs: 1 });
    expect(read.composed).toBeUndefined();
    expect(read.issues).toMatchObject([{ code: 'COMPOSITION_FAILED', message: expect.stringContaining('0.001 s') }]);
  });
});

describe('before another graph takes over', () => {
  test('what was asked lately is planned for it, and what is not valid there is not', async () => {
    const mesh = await meshOf();
    const plans: string[][] = [];
    const create = createPlanner();
    const counting: CreatePlanner = async (sdl) => {
      const planner = await create(sdl);
      const own: string[] = [];
      plans.push(own);
      return {
        ...planner,
        plan(operation, overrides) {
          own.push(operation);
          return planner.plan(operation, overrides);
        },
      };
    };
    const { gateway, url } = await gatewayOf(mesh, { createEngine: createWeftEngine({ createPlanner: counting }) });
    const conditional = 'query Named($with: Boolean!) { item { id again: id @include(if: $with) } }';
    await ask(url, '{ item { id } }');
    await ask(url, conditional, { with: true });
    await ask(url, versionQuery(1));
    mesh.write(2);
    await gateway.reload();
    const prepared = plans[1]?.length;
    // The two that are still valid; they fetch the same, or else each has a plan of its own.
    expect(prepared).toBeGreaterThan(0);
    expect(prepared).toBeLessThanOrEqual(2);
    expect(await ask(url, conditional, { with: true })).toMatchObject({ data: { item: { again: '1' } } });
    expect(await ask(url, '{ item { id } }')).toMatchObject({ data: { item: { id: '1' } } });
    expect(plans[1]).toHaveLength(prepared ?? 0);
    await ask(url, versionQuery(2));
    expect(plans[1]).toHaveLength((prepared ?? 0) + 1);
  });
});

test('old graphs leave nothing behind: their engines are collected, their planners end', async () => {
  const mesh = await meshOf(0);
  const args = ['--expose-gc', '--import', 'tsx', `${root}test/swap-and-collect.ts`, mesh.file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(JSON.parse(stdout)).toEqual({ swaps: 5, alive: 1, planners: 1 });
});

describe('weft gateway', () => {
  async function starting(mesh: VersionedMesh, ...args: string[]) {
    const port = await freePort();
    const { child, ended } = spawnWeft(['gateway', '--port', String(port), ...args], { cwd: mesh.mesh.dir });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    open.push({
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        expect((await ended).code).toBe(0);
      },
    });
    return { child, url: `http://127.0.0.1:${port}/graphql`, said: () => stderr };
  }

  async function running(mesh: VersionedMesh, ...args: string[]) {
    const gateway = await starting(mesh, ...args);
    await until(() => gateway.said().includes('listens at'));
    return gateway;
  }

  test.each([
    ['SIGHUP', []],
    ['--watch', ['--watch']],
  ])('what changes while it starts is not lost: %s', async (_, args) => {
    const mesh = await meshOf();
    const schema = await heldSchema(mesh);
    open.push(schema);
    const { isHeld, release } = schema.holdNext();
    const { child, url, said } = await starting(mesh, ...args);
    await until(isHeld);
    mesh.write(2);
    if (args.length === 0) child.kill('SIGHUP');
    release();
    await until(() => said().includes('listens at'));
    await until(async () => (await ask(url, versionQuery(2))).status === 200);
  });

  test('says all of it in lines of JSON where no terminal is', async () => {
    const mesh = await meshOf();
    const { child, said } = await running(mesh);
    child.kill('SIGHUP');
    await until(() => said().includes('the mesh has not changed'));
    const lines = said().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'the mesh has not changed', pid: child.pid }),
    );
  });

  test('reads the mesh again on SIGHUP', async () => {
    const mesh = await meshOf();
    const { child, url, said } = await running(mesh);
    mesh.write(2);
    child.kill('SIGHUP');
    await until(() => said().includes('answers from the changed mesh'));
    expect(await ask(url, versionQuery(2))).toEqual(answers(2));
    child.kill('SIGHUP');
    await until(() => said().includes('the mesh has not changed'));
    mesh.writeBroken();
    child.kill('SIGHUP');
    await until(() => said().includes('does not compose: the graph from before answers'));
    expect(said()).toContain('GRAPH_OUTDATED');
    expect(await ask(url, versionQuery(2))).toEqual(answers(2));
  });

  test('with --watch, as soon as a file of it changes, and whatever happens to the others', async () => {
    const mesh = await meshOf();
    const { url } = await running(mesh, '--watch');
    mesh.mesh.write({ 'notes.txt': 'nothing of the mesh' });
    mesh.write(2);
    await until(async () => (await ask(url, versionQuery(2))).status === 200);
    // A file of supergraph.yaml that was not watched before.
    const moved = readFileSync(mesh.file, 'utf8').replace('./first.graphql', './elsewhere/first.graphql');
    mesh.mesh.write({ 'elsewhere/first.graphql': mesh.mesh.read('first.graphql'), 'supergraph.yaml': moved });
    await until(async () => (await ask(url, versionQuery(2))).status === 200);
    mesh.mesh.write({ 'second.graphql': mesh.mesh.read('second.graphql').replace('second_v2', 'second_v3') });
    const elsewhere = mesh.mesh.read('elsewhere/first.graphql').replace('first_v2', 'first_v3');
    mesh.mesh.write({ 'elsewhere/first.graphql': elsewhere });
    await until(async () => (await ask(url, versionQuery(3))).status === 200);
  });
});

describe('files that are watched', () => {
  const supergraph = (schema: string): string =>
    JSON.stringify({ subgraphs: { first: { routing_url: 'http://127.0.0.1:1', schema: { file: schema } } } });

  function watching(mesh: TestMesh) {
    const log: string[] = [];
    let changes = 0;
    const watcher = watchMesh(
      { file: `${mesh.dir}/supergraph.yaml`, accessPolicies: `${mesh.dir}/access` },
      () => {
        changes += 1;
      },
      (line) => log.push(line),
    );
    open.push(mesh, { [Symbol.asyncDispose]: async () => watcher.close() });
    /** What is done is seen, and nothing of it comes later. */
    const seen = async (change: () => void): Promise<void> => {
      const before = changes;
      change();
      await until(() => changes > before);
      await new Promise((resolve) => setTimeout(resolve, 400));
    };
    return { log, seen };
  }

  test('are access policies, too, as soon as there are any', async () => {
    const mesh = makeMesh({ 'supergraph.yaml': supergraph('./first.graphql') });
    const { seen } = watching(mesh);
    await seen(() => mesh.write({ 'access/purposes.yaml': 'purposes: {}' }));
    await seen(() => mesh.write({ 'access/more.cedar': 'permit (principal, action, resource);' }));
    await seen(() => mesh.write({ 'access/more.cedar': '' }));
  });

  test('in a ConfigMap of Kubernetes: the folder behind the links is another one', async () => {
    const mesh = makeMesh({
      '..2026_1/supergraph.yaml': supergraph('./first.graphql'),
      '..2026_2/supergraph.yaml': supergraph('./second.graphql'),
    });
    symlinkSync('..2026_1', `${mesh.dir}/..data`);
    symlinkSync('..data/supergraph.yaml', `${mesh.dir}/supergraph.yaml`);
    const { seen } = watching(mesh);
    await seen(() => {
      symlinkSync('..2026_2', `${mesh.dir}/..data_tmp`);
      renameSync(`${mesh.dir}/..data_tmp`, `${mesh.dir}/..data`);
    });
    await seen(() => mesh.write({ 'second.graphql': 'type Query { second: Int }' }));
  });

  test('in a folder that is not there yet, and in one that goes away and comes back', async () => {
    const mesh = makeMesh({ 'supergraph.yaml': supergraph('./later/deep/first.graphql') });
    const { seen } = watching(mesh);
    const write = (version: number) => () =>
      mesh.write({ 'later/deep/first.graphql': `type Query { version${version}: Int }` });
    await seen(() => mkdirSync(`${mesh.dir}/later`));
    await seen(write(1));
    await seen(write(2));
    await seen(() => rmSync(`${mesh.dir}/later`, { recursive: true }));
    await seen(write(3));
    await seen(write(4));
    await seen(() => renameSync(`${mesh.dir}/later/deep`, `${mesh.dir}/away`));
    await seen(write(5));
    await seen(write(6));
  });

  test('and cannot be read: that is in the log, and the others still are watched', async () => {
    const mesh = makeMesh({ 'supergraph.yaml/file': 'A folder is no mesh.' });
    const atStart = watching(mesh);
    expect(atStart.log).toEqual([expect.stringContaining('EISDIR')]);

    const good = makeMesh({ 'supergraph.yaml': supergraph('./schemas/first.graphql'), 'schemas/first.graphql': '' });
    const { log, seen } = watching(good);
    await seen(() => {
      rmSync(`${good.dir}/supergraph.yaml`);
      mkdirSync(`${good.dir}/supergraph.yaml`);
    });
    expect(log).toEqual([expect.stringContaining('EISDIR')]);
    await seen(() => good.write({ 'schemas/first.graphql': 'type Query { first: Int }' }));
  });
});
