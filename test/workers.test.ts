/** `weft gateway --workers`: several processes behind one port, and nobody notices when one of them dies. */
import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { freePort, spawnWeft, until } from './mesh.ts';
import { ask } from './subgraph.ts';
import { versionedMesh, versionQuery } from './versioned-mesh.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function start(...args: string[]) {
  const mesh = await versionedMesh();
  const port = await freePort();
  const { child, ended } = spawnWeft(['gateway', '--json', '--port', String(port), ...args], { cwd: mesh.mesh.dir });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  open.push(mesh, {
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
  const { child, ended, graphql, url, said } = await start('--workers', '2');
  const workers = childrenOf(child.pid);
  expect(workers).toHaveLength(2);
  for (const { args } of workers) expect(args).toContain('--max-semi-space-size=64');
  const planners = workers.flatMap(({ pid }) => descendantsOf(pid));
  expect(planners.length).toBeGreaterThanOrEqual(2);

  let isStopped = false;
  const failures: unknown[] = [];
  let answered = 0;
  const client = async (): Promise<void> => {
    while (!isStopped) {
      const once = () => ask(graphql, versionQuery(1));
      const found = await once()
        .catch(once)
        .catch((error: unknown) => error);
      if (JSON.stringify(found) === JSON.stringify(answer)) answered += 1;
      else failures.push(found);
    }
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
