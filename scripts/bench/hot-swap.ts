/**
 * What a change of graph costs those who ask meanwhile.
 *
 *     node --import tsx scripts/bench/hot-swap.ts                     200 swaps of a small mesh under load
 *     node --expose-gc --import tsx scripts/bench/hot-swap.ts --swaps 50
 *     node --import tsx scripts/bench/hot-swap.ts --domains 200       one swap of a large mesh: how long the loop stands still,
 *                                                                     and how long its operations are planned
 *
 * The clients and the two domains run in a process of their own, the gateway in this one. The event loop's delay is compared
 * with that of a loop that does nothing, at the same time on the same machine.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from '../../gateway/config.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';
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

/** One swap of a mesh of that many domains, step by step, while a client asks what the gateway can answer alone. */
async function large(url: string) {
  const mesh = { domains: Number(values.domains), entities: Number(values.entities), url };
  writeSyntheticMesh(dir, mesh);
  const gateway = await open();
  clients.send({ url: `${gateway.url}/graphql`, version: -1 });
  await wait(2_000);
  const steady = await report();
  const quiet = delay();
  await wait(3_000);
  const without = quiet.stop();
  const schema = join(dir, 'domain0.graphql');
  writeFileSync(schema, readFileSync(schema, 'utf8').replace('label: String!', 'label: String!\n  another: Int'));
  const stood = delay();
  const begun = performance.now();
  const { changed } = await gateway.reload();
  const seconds = (performance.now() - begun) / 1000;
  await wait(500);
  const during = await report();
  const reload = stood.stop();
  await gateway.close();
  return { ...mesh, changed, seconds, steady, during, without, reload, planMs: await planTimes(mesh) };
}

/** Of operations that nobody has asked before, with the way to the planner's process and back. */
async function planTimes(mesh: SyntheticMesh) {
  const catalogUrl = 'http://127.0.0.1/catalog';
  const { composed } = await readGraph(join(dir, 'supergraph.yaml'), { catalogUrl });
  if (!composed) throw new Error('The synthetic mesh does not compose.');
  const planner = await createPlanner()(composed.supergraphSdl);
  const times: number[] = [];
  for (let from = 0; from < 100; from++) {
    for (const operation of syntheticOperations(mesh, from)) {
      const begun = performance.now();
      await planner.plan(operation, { labels: new Set(), percentage: 100 });
      times.push(performance.now() - begun);
    }
  }
  await planner.close();
  const inOrder = times.sort((one, other) => one - other);
  const at = (share: number): number => Math.round((inOrder[Math.floor(inOrder.length * share)] ?? 0) * 100) / 100;
  return { operations: times.length, p50: at(0.5), p95: at(0.95), max: at(0.999) };
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

/** Of this loop, and of one in the clients' process that has little to do: what the machine itself holds up. */
function delay() {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  return {
    stop() {
      histogram.disable();
      const ms = (ns: number) => Math.round(ns / 1e4) / 100;
      return {
        loopDelayMs: { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) },
      };
    },
  };
}

function heapMb(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}
