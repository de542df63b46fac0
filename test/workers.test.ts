/** `weft gateway --workers`: several processes behind one port, and nobody notices when one of them dies. */
import { execFileSync } from 'node:child_process';
import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { Client, request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { createMetricsOfWorkers } from '../scripts/metrics-of-workers.ts';
import { createWorkerReloads } from '../scripts/reload-workers.ts';
import type { FromWorker, ToWorker } from '../scripts/worker-messages.ts';
import { heldSchema } from './held-schema.ts';
import { freePort, spawnWeft, until } from './mesh.ts';
import { ask } from './subgraph.ts';
import { type VersionedMesh, versionedMesh, versionQuery } from './versioned-mesh.ts';
import { samplesOf } from './watched-mesh.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function start(...args: string[]) {
  const mesh = await versionedMesh();
  open.push(mesh);
  return startIn(mesh, args);
}

async function startIn(mesh: VersionedMesh, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const cwd = mesh.mesh.dir;
  const { child, ended } = spawnWeft(['gateway', '--json', '--port', String(port), ...args], { cwd, env });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  open.push({
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  });
  await Promise.race([until(() => stderr.includes('listens at')), ended]);
  const url = `http://127.0.0.1:${port}`;
  return { mesh, child, ended, url, graphql: `${url}/graphql`, port, said: () => stderr };
}

/** Processes that were started by this one, with their command lines. */
function childrenOf(pid: number | undefined): { pid: number; args: string }[] {
  // Where there is none, ps fails.
  const list =
    pid === undefined ? '' : execFileSync('sh', ['-c', `ps --ppid ${pid} -o pid=,args= || true`], { encoding: 'utf8' });
  return list
    .split('\n')
    .filter((line) => line.includes('weft.mjs'))
    .map((line) => ({ pid: Number.parseInt(line, 10), args: line.trim().replace(/^\d+\s+/, '') }));
}

/** One that has ended and that nobody has asked about yet counts as ended. */
const isAlive = (pid: number): boolean =>
  /^[^Z]/.test(execFileSync('sh', ['-c', `ps -p ${pid} -o stat= || true`], { encoding: 'utf8' }).trim());

const answer = { status: 200, data: { item: { id: '1', first_v1: 1, second_v1: 1 } } };

test('two workers answer; one that is killed is replaced, and who asks once more sees no failure', async () => {
  const { child, ended, url, said } = await start('--workers', '2');
  const workers = childrenOf(child.pid);
  expect(workers).toHaveLength(2);
  for (const { args } of workers) expect(args).toContain('--max-semi-space-size=64');
  const planners = workers.flatMap(({ pid }) => descendantsOf(pid));
  expect(planners.length).toBeGreaterThanOrEqual(2);

  let isStopped = false;
  const failures: unknown[] = [];
  let answered = 0;
  const client = async (): Promise<void> => {
    // One connection of its own: only that one can be left to the worker that was killed.
    const connection = new Client(url);
    const once = async () => {
      const body = JSON.stringify({ query: versionQuery(1) });
      const asked = {
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      } as const;
      const response = await connection.request(asked);
      return { status: response.statusCode, ...((await response.body.json()) as object) };
    };
    while (!isStopped) {
      const found = await once()
        .catch(once)
        .catch((error: unknown) => error);
      if (JSON.stringify(found) === JSON.stringify(answer)) answered += 1;
      else failures.push(found);
    }
    await connection.close();
  };
  const clients = [client(), client(), client(), client()];
  for (let kill = 0; kill < 2; kill++) {
    const [victim] = childrenOf(child.pid);
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await until(() => said().split('another worker listens').length === kill + 2);
    expect(childrenOf(child.pid)).toHaveLength(2);
    const before = answered;
    await until(() => answered > before + 50);
  }
  isStopped = true;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect((await fetch(`${url}/health`)).status).toBe(200);

  const all = [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)];
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  await until(() => !all.some(isAlive));
});

function descendantsOf(pid: number): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([own = 0, of]) => (of === parent ? [own, ...below(own)] : []));
  return below(pid);
}

test('SIGTERM lets what is under way finish', async () => {
  const { mesh, child, ended, graphql } = await start('--workers', '2');
  const { held, release } = mesh.hold();
  const under = [ask(graphql, versionQuery(1)), ask(graphql, versionQuery(1))];
  await until(() => held() === 2);
  child.kill('SIGTERM');
  await until(async () => !(await fetch(graphql).catch(() => undefined)));
  release();
  expect(await Promise.all(under)).toEqual([answer, answer]);
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: { url: graphql.replace('/graphql', '') }, error: null });
});

test('all of them read the mesh again on SIGHUP', async () => {
  const { mesh, child, graphql, said } = await start('--workers', '2');
  mesh.write(2);
  child.kill('SIGHUP');
  await until(() => said().includes('answers from the changed mesh'));
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(graphql, versionQuery(2))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test('a worker that read the mesh before it changed, and listens after that, is asked once more', async () => {
  const mesh = await versionedMesh();
  const schema = await heldSchema(mesh);
  open.push(mesh, schema);
  const { child, graphql, said } = await startIn(mesh, ['--workers', '2']);
  const { isHeld, release } = schema.holdNext();
  const [victim] = childrenOf(child.pid);
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  await until(isHeld);
  mesh.write(2);
  child.kill('SIGHUP');
  await until(() => said().includes('answers from the changed mesh'));
  release();
  await until(() => said().includes('another worker listens'));
  const statuses = async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(graphql, versionQuery(2))));
    return new Set(answers.map(({ status }) => status));
  };
  await until(async () => (await statuses()).size === 1);
  for (let time = 0; time < 5; time++) expect(await statuses()).toEqual(new Set([200]));
});

test('while others answer from the graph from before, none takes part without one, and the log says why', async () => {
  const { mesh, child, graphql, said } = await start('--workers', '2');
  mesh.writeBroken();
  child.kill('SIGHUP');
  await until(() => said().includes('the graph from before answers'));
  const [victim] = childrenOf(child.pid);
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  await until(() => said().includes('another worker could not start: GRAPH_UNAVAILABLE'));
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => ask(graphql, versionQuery(1)).catch(() => 'gone')),
  );
  expect(answers).toEqual(Array(40).fill(answer));
  mesh.write(1);
  await until(() => said().includes('another worker listens'));
});

describe('workers that are asked to read the mesh again', () => {
  /** Answers as it is told to, one turn later, and says when it is asked while it has not answered yet. */
  function worker(name: string, told: string[], answerOf: () => FromWorker): Worker {
    let isAsked = false;
    const one = Object.assign(new EventEmitter(), {
      isConnected: () => true,
      send() {
        told.push(isAsked ? `${name} twice` : name);
        isAsked = true;
        setImmediate(() => {
          isAsked = false;
          one.emit('message', answerOf());
        });
      },
    });
    return one as unknown as Worker;
  }
  const reloaded = (changed: boolean): FromWorker => ({
    kind: 'reloaded',
    reloaded: { issues: [], changed },
    hasGraph: true,
  });

  test('are all asked, also after one that could not; then that is said', async () => {
    const told: string[] = [];
    const broken = worker('broken', told, () => ({ kind: 'notReloaded', reason: 'out of memory' }));
    const { reload } = createWorkerReloads(new Set([broken, worker('well', told, () => reloaded(true))]));
    await expect(reload()).rejects.toThrow('out of memory');
    expect(told).toEqual(['broken', 'well']);
  });

  test('are asked once at a time: who asks while one runs shares the next', async () => {
    const told: string[] = [];
    const first = worker('first', told, () => reloaded(told.length < 3));
    const second = worker('second', told, () => reloaded(false));
    const reloads = createWorkerReloads(new Set([first, second]));
    const running = reloads.reload();
    await new Promise((resolve) => process.nextTick(resolve));
    const [next, same] = [reloads.reload(), reloads.reload()];
    expect(next).toBe(same);
    // Changed for one of them is changed.
    expect([await running, await next]).toMatchObject([{ changed: true }, { changed: false }]);
    expect(told).toEqual(['first', 'second', 'first', 'second']);
    expect(reloads.asked).toBe(3);
  });
});

describe('the metrics of several workers', () => {
  const asked = 'weft_requests_total{operation="-",status="2xx"}';
  const inFlight = 'weft_requests_in_flight';

  async function startCounting() {
    const mesh = await versionedMesh();
    open.push(mesh);
    const started = await startIn(mesh, ['--workers', '2'], { WEFT_METRICS: 'true' });
    /** By a connection of its own, which any worker may accept that is awake. */
    const get = async (path: string): Promise<string> => {
      const { statusCode, body } = await request(started.url + path, { reset: true });
      const text = await body.text();
      return statusCode === 200 ? text : Promise.reject(new Error(text));
    };
    const ask = async (times: number): Promise<void> => {
      const path = `/graphql?query=${encodeURIComponent(versionQuery(1))}`;
      const all = await Promise.all(Array.from({ length: times }, () => get(path)));
      expect(new Set(all)).toEqual(new Set([JSON.stringify({ data: answer.data })]));
    };
    const scrape = async () => samplesOf(await get('/metrics'));
    /** An answer arrives a little before it has been counted. */
    const settled = () => until(async () => (await scrape()).get(inFlight) === 0);
    const pids = childrenOf(started.child.pid).map(({ pid }) => pid);
    /** Only this one of the workers runs meanwhile. */
    const aloneWith = async (pid: number, work: () => Promise<unknown>): Promise<void> => {
      const others = pids.filter((each) => each !== pid);
      for (const other of others) process.kill(other, 'SIGSTOP');
      await work().finally(() => {
        for (const other of others) process.kill(other, 'SIGCONT');
      });
    };
    return { ...started, ask, scrape, settled, aloneWith, pids: pids as [number, number] };
  }

  test('are their sum, whichever of them is asked, and also where several ask at once', async () => {
    const { ask, scrape, settled, aloneWith, pids } = await startCounting();
    await aloneWith(pids[0], () => ask(3));
    await aloneWith(pids[1], () => ask(5));
    await settled();
    for (let time = 0; time < 3; time++) {
      const scrapes = await Promise.all(Array.from({ length: 4 }, scrape));
      expect(scrapes.map((samples) => samples.get(asked))).toEqual([8, 8, 8, 8]);
    }
    const samples = await scrape();
    expect(samples.get('weft_request_duration_seconds_count{operation="-"}')).toBe(8);
    expect(samples.get('weft_request_duration_seconds_bucket{le="+Inf",operation="-"}')).toBe(8);
    // Both have asked it.
    expect(samples.get('weft_subgraph_circuit{subgraph="first",state="closed"}')).toBe(2);
    expect([...samples].filter(([name]) => name.startsWith('nodejs_version_info'))).toEqual([[expect.anything(), 1]]);
    // Of several processes, there is none.
    expect(samples.has('process_start_time_seconds')).toBe(false);
  });

  test('keep what one had counted that hangs, or that is killed', async () => {
    const { ask, scrape, settled, aloneWith, pids, said } = await startCounting();
    await aloneWith(pids[0], () => ask(3));
    await aloneWith(pids[1], () => ask(5));
    await settled();
    await aloneWith(pids[1], async () => {
      expect((await scrape()).get(asked)).toBe(8);
      await ask(1);
      await settled();
      expect((await scrape()).get(asked)).toBe(9);
    });
    process.kill(pids[0], 'SIGKILL');
    let isReplaced = false;
    while (!isReplaced) {
      isReplaced = said().includes('another worker listens');
      // A connection that the killed one had accepted breaks.
      expect((await scrape().catch(scrape)).get(asked)).toBe(9);
    }
    await ask(4);
    await settled();
    const samples = await scrape();
    expect(samples.get(asked)).toBe(13);
    expect(samples.get('weft_subgraph_circuit{subgraph="first",state="closed"}')).toBeLessThanOrEqual(2);
  });

  test('are asked for again where somebody asks while they are: what it saw happen is counted', async () => {
    const counts = new Set<{ id: number; settle(value: number): void }>();
    const got: string[] = [];
    const worker = Object.assign(new EventEmitter(), {
      id: 1,
      isConnected: () => true,
      send(message: ToWorker) {
        if (message.kind === 'metrics') got.push(`${message.id}: ${/^weft_x (\d+)$/m.exec(message.text)?.[1]}`);
        if (message.kind !== 'count') return;
        counts.add({
          id: message.id,
          settle(value) {
            const metric: any = {
              name: 'weft_x',
              help: 'x',
              type: 'counter',
              aggregator: 'sum',
              values: [{ value, labels: {} }],
            };
            tell({ kind: 'counted', id: message.id, counted: [metric] });
          },
        });
      },
    });
    const tell = (message: FromWorker) => worker.emit('message', message);
    createMetricsOfWorkers(new Set([worker as unknown as Worker])).join(worker as unknown as Worker);
    tell({ kind: 'metricsWanted', id: 7 });
    await until(() => counts.size === 1);
    tell({ kind: 'metricsWanted', id: 8 });
    tell({ kind: 'metricsWanted', id: 9 });
    const [first] = counts;
    first?.settle(1);
    await until(() => counts.size === 2);
    // What comes twice, or late, is no answer to the second question.
    first?.settle(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(got).toEqual(['7: 1']);
    const [, second] = counts;
    second?.settle(2);
    await until(() => got.length === 3);
    expect(got).toEqual(['7: 1', '8: 2', '9: 2']);
    expect([counts.size, worker.listenerCount('message'), worker.listenerCount('disconnect')]).toEqual([2, 1, 1]);
  });
});

test('what a worker cannot start with is said once, as one process would say it', async () => {
  const first = await start();
  expect(first.said()).toContain('--workers 1');
  const { child, ended } = spawnWeft(['gateway', '--json', '--workers', '2', '--port', String(first.port)], {
    cwd: first.mesh.mesh.dir,
  });
  const { code, stdout } = await ended;
  expect([code, JSON.parse(stdout).error.code]).toEqual([2, 'PORT_IN_USE']);
  expect(childrenOf(child.pid)).toEqual([]);
});

test('a size of the semi-space that somebody chose is kept', async () => {
  const mesh = await versionedMesh();
  open.push(mesh);
  const env = { NODE_OPTIONS: '--max-semi-space-size=32' };
  const port = String(await freePort());
  const { child, ended } = spawnWeft(['gateway', '--port', port, '--workers', '1'], { cwd: mesh.mesh.dir, env });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await until(() => stderr.includes('listens at'));
  expect(childrenOf(child.pid).map(({ args }) => args)).toEqual([expect.not.stringContaining('--max-semi')]);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});
