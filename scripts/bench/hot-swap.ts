/**
 * What a change of graph costs those who ask meanwhile.
 *
 *     node --import tsx scripts/bench/hot-swap.ts                     200 swaps of a small mesh under load
 *     node --expose-gc --import tsx scripts/bench/hot-swap.ts --swaps 50
 *     node --import tsx scripts/bench/hot-swap.ts --domains 200       swaps of a large mesh: how long the loop stands still, and
 *                                                                     how long its operations are planned
 *
 * The clients and the two domains run in a process of their own, the gateway in this one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from '../../gateway/config.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';
import { openPlanning } from '../../gateway/planner/planning.ts';
import { readGraph } from '../../gateway/registry/read-graph.ts';
import type { ClientReport, FromClients } from './hot-swap-clients.ts';
import { type SyntheticMesh, syntheticOperations, writeSyntheticMesh } from './synthetic-mesh.ts';

const { values } = parseArgs({
  options: {
    swaps: { type: 'string', default: '200' },
    domains: { type: 'string', default: '0' },
    entities: { type: 'string', default: '5' },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'weft-swap-'));
const clients = fork(fileURLToPath(new URL('./hot-swap-clients.ts', import.meta.url)), {
  execArgv: ['--import', 'tsx'],
  serialization: 'advanced',
});
try {
  const { urls } = await heard(clients, 'domains');
  const report = Number(values.domains) > 0 ? await large(urls[0] ?? '') : await small(urls);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  clients.kill();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

/** Every swap renames a field in both domains: an answer with a field of each says which graph it came from. */
async function small([first = '', second = '']: readonly string[]) {
  writeVersion(0, first, second);
  const gateway = await open();
  clients.send({ url: `${gateway.url}/graphql`, version: 0 });
  await wait(3_000);
  const steady = await report();
  const heapBefore = heapMb();
  const stood = delay();
  let unchanged = 0;
  for (let version = 1; version <= Number(values.swaps); version++) {
    writeVersion(version, first, second);
    if (!(await gateway.reload()).changed) unchanged += 1;
    clients.send({ version });
  }
  const during = await report();
  const delays = stood.stop();
  await wait(1_000);
  return {
    swaps: Number(values.swaps),
    unchanged,
    steady,
    during,
    ...delays,
    heapMb: { before: heapBefore, after: heapMb() },
  };
}

/** Two swaps of a mesh of that many domains: nobody asks meanwhile, and clients ask what the gateway can answer alone. */
async function large(url: string) {
  const mesh = { domains: Number(values.domains), entities: Number(values.entities), url };
  writeSyntheticMesh(dir, mesh);
  const gateway = await open();
  await wait(2_000);
  const alone = await swapped(gateway, 'another');
  clients.send({ url: `${gateway.url}/graphql`, version: -1 });
  await wait(2_000);
  const steady = await report();
  const underLoad = await swapped(gateway, 'oneMore');
  const during = await report();
  await gateway.close();
  clients.kill();
  return { ...mesh, alone, underLoad: { ...underLoad, steady, during }, planMs: await planTimes(mesh) };
}

/** One more field in one domain, and how long the loop stood still: before, and while the graph is changed. */
async function swapped(gateway: Gateway, field: string) {
  const quiet = delay();
  await wait(3_000);
  const { loopDelayMs: before } = quiet.stop();
  const schema = join(dir, 'domain0.graphql');
  writeFileSync(schema, readFileSync(schema, 'utf8').replace('label: String!', `label: String!\n  ${field}: Int`));
  const stood = delay();
  const begun = performance.now();
  const { changed } = await gateway.reload();
  const seconds = (performance.now() - begun) / 1000;
  await wait(500);
  return { changed, seconds, loopDelayMs: { before, during: stood.stop().loopDelayMs } };
}

/**
 * Of operations that nobody has asked before, by name of their shape: planned and checked in this process, and in the
 * planner's with the way there and back. The first rounds run code that V8 has not compiled yet, and do not count.
 */
async function planTimes(mesh: SyntheticMesh) {
  const catalogUrl = 'http://127.0.0.1/catalog';
  const { composed } = await readGraph(join(dir, 'supergraph.yaml'), { catalogUrl });
  if (!composed) throw new Error('The synthetic mesh does not compose.');
  const here = await openPlanning(composed.supergraphSdl);
  const planner = await createPlanner()(composed.supergraphSdl);
  const overrides = { labels: new Set<string>(), percentage: 100 };
  const ways = {
    here: (operation: string) => here.plan(operation, overrides, AbortSignal.timeout(60_000)),
    thereAndBack: (operation: string) => planner.plan(operation, overrides),
  };
  const report: Record<string, Record<string, ReturnType<typeof percentiles>>> = {};
  for (const [way, plan] of Object.entries(ways)) {
    const times: Record<string, number[]> = {};
    for (let from = 0; from < 150; from++) {
      for (const operation of syntheticOperations(mesh, from)) {
        const begun = performance.now();
        await plan(operation);
        const ms = performance.now() - begun;
        const shape = /\w+(?= {)/.exec(operation)?.[0] ?? '';
        for (const name of from < 50 ? [] : ['all', shape]) times[name] = [...(times[name] ?? []), ms];
      }
    }
    report[way] = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, percentiles(ms)]));
  }
  await planner.close();
  return report;
}

function percentiles(times: readonly number[]) {
  const inOrder = [...times].sort((one, other) => one - other);
  const at = (share: number): number => rounded(inOrder[Math.floor((inOrder.length - 1) * share)] ?? 0);
  return { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

function open(): Promise<Gateway> {
  const config = readConfig({}, { supergraph: join(dir, 'supergraph.yaml'), port: 0, newOperationsPerSecond: 100_000 });
  return startGateway(config, (line) => process.stderr.write(`${line}\n`));
}

function writeVersion(version: number, first: string, second: string): void {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
  const sdl = {
    first: `${link} type Query { item: Item } type Item @key(fields: "id") { id: ID! first_v${version}: Int }`,
    second: `${link} type Item @key(fields: "id") { id: ID! second_v${version}: Int }`,
  };
  const subgraphs = {
    first: { routing_url: first, schema: { sdl: sdl.first } },
    second: { routing_url: second, schema: { sdl: sdl.second } },
  };
  writeFileSync(join(dir, 'supergraph.yaml'), JSON.stringify({ federation_version: '2', subgraphs }));
}

async function report(): Promise<ClientReport> {
  clients.send({ report: true });
  return (await heard(clients, 'report')).report;
}

async function heard<Kind extends FromClients['kind']>(from: ChildProcess, kind: Kind) {
  for (;;) {
    const [message] = (await once(from, 'message')) as [FromClients];
    if (message.kind === kind) return message as Extract<FromClients, { kind: Kind }>;
  }
}

/**
 * How long this loop stands still between two turns, and how long it was running then, on Linux: the rest is the time of
 * others on the same machine. The clients' process measures a loop that has nothing to do.
 */
function delay() {
  const stood: number[] = [];
  let longestRunningMs: number | undefined;
  let [last, ran] = [performance.now(), runningMs()];
  const timer = setInterval(() => {
    const [now, runs] = [performance.now(), runningMs()];
    stood.push(now - last);
    if (runs !== undefined && ran !== undefined) longestRunningMs = Math.max(longestRunningMs ?? 0, runs - ran);
    [last, ran] = [now, runs];
  }, 1);
  return {
    stop() {
      clearInterval(timer);
      const { p50, p99, max } = percentiles(stood);
      return { loopDelayMs: { p50, p99, max, longestRunning: longestRunningMs && rounded(longestRunningMs) } };
    },
  };
}

/** What the main thread has had of a processor (Linux, proc_pid_schedstat). */
function runningMs(): number | undefined {
  try {
    return Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

function heapMb(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}
