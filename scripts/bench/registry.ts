/**
 * What publishing costs: until it is acknowledged, until the graph answers from it, and the way back; with many recorded
 * operations; and the memory that many publishes leave behind.
 *
 *     node --import tsx scripts/bench/registry.ts                       meshes of 5, 50 and 200 domains, 10 publishes each
 *     node --import tsx scripts/bench/registry.ts --domains 5 --publishes 50 --memory 0 --operations 0
 *
 * One entity of one domain gets a field more with each publish. Nobody else asks meanwhile; the gateway has a core to itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'graphql';
import { usedCoordinates } from '../../gateway/engine/operation/used-coordinates.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';
import { consumerSchema } from '../../gateway/registry/consumer-schema.ts';
import { operationHash, operationText } from '../../gateway/registry/operations/operation-text.ts';
import { openDatabase } from '../../gateway/registry/store/open.ts';
import { addUsage } from '../../gateway/registry/store/usage-days.ts';
import { currentId, readVersion } from '../../gateway/registry/store/versions.ts';
import { memoryOf, untilIdle } from './processes.ts';
import { entities, openMesh } from './registry-mesh.ts';
import { syntheticOperations } from './synthetic-mesh.ts';

const { values } = parseArgs({
  options: {
    domains: { type: 'string', default: '5,50,200' },
    publishes: { type: 'string', default: '10' },
    memory: { type: 'string', default: '200' },
    operations: { type: 'string', default: '10000' },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'weft-registry-'));

try {
  const latency: unknown[] = [];
  for (const domains of values.domains.split(',').map(Number)) latency.push(await publishTimes(domains));
  const operations = Number(values.operations) > 0 ? await checkTimes(Number(values.operations)) : undefined;
  const memory = Number(values.memory) > 0 ? await memoryAfter(Number(values.memory)) : undefined;
  process.stdout.write(`${JSON.stringify({ latency, operations, memory }, null, 2)}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

async function publishTimes(domains: number) {
  await using mesh = await openMesh(dir, domains);
  const times = { acknowledgedMs: [] as number[], liveMs: [] as number[], rollbackLiveMs: [] as number[] };
  // The first publish loads what the others find loaded, and does not count.
  for (let n = 0; n <= Number(values.publishes); n++) {
    const begun = performance.now();
    const { version } = await mesh.publish(n);
    const acknowledged = performance.now() - begun;
    await mesh.untilLive(n, true);
    const live = performance.now() - begun;
    const back = performance.now();
    await mesh.ask(`mutation { rollback(to: ${version.id - 1}) { outcome } }`);
    await mesh.untilLive(n, false);
    if (n === 0) continue;
    times.acknowledgedMs.push(acknowledged);
    times.liveMs.push(live);
    times.rollbackLiveMs.push(performance.now() - back);
  }
  return { domains, ...Object.fromEntries(Object.entries(times).map(([name, all]) => [name, percentiles(all)])) };
}

/** A check of a change that touches all operations, with none recorded and with so many. */
async function checkTimes(count: number) {
  await using mesh = await openMesh(dir, 5);
  const times = async (): Promise<ReturnType<typeof percentiles>> => {
    const all: number[] = [];
    for (let n = 0; n <= Number(values.publishes); n++) {
      const begun = performance.now();
      await mesh.checkWithoutLabel();
      if (n > 0) all.push(performance.now() - begun);
    }
    return percentiles(all);
  };
  const without = await times();
  await recordOperations(mesh.file, count);
  const withMs = await times();
  return { count, broken: (await mesh.checkWithoutLabel()).broken, withoutMs: without, withMs };
}

async function recordOperations(file: string, count: number): Promise<void> {
  const database = openDatabase(file);
  const { supergraphSdl } = readVersion(database, currentId(database) ?? 0);
  const schema = await consumerSchema(createPlanner())(supergraphSdl);
  const texts = syntheticOperations({ domains: 5, entities, url: '' });
  const lastSeen = new Date().toISOString();
  const operations = Array.from({ length: count }, (_, at) => {
    const name = `Operation${at}`;
    const document = parse((texts[at % texts.length] ?? '').replace(/query \w+/, `query ${name}`));
    const text = operationText(schema, document, null);
    const coordinates = [...usedCoordinates(schema, document, null, {})];
    return { hash: operationHash(text), name, text, coordinates };
  });
  const counts = operations.map(({ hash: operation }) => ({
    ...{ day: lastSeen.slice(0, 10), client: 'bench', clientVersion: '1', operation },
    ...{ requests: 1, errors: 0, lastSeen },
  }));
  addUsage(database, { sender: 'bench', number: 1, operations, counts, dropped: 0 }, lastSeen.slice(0, 10));
  database.connection.close();
}

async function memoryAfter(publishes: number) {
  await using mesh = await openMesh(dir, 5);
  const megabytes: Record<number, number> = {};
  for (let n = 0; n <= publishes; n++) {
    await mesh.publish(n);
    // Each graph is asked, as by its consumers: engines are made to be used.
    await mesh.untilLive(n, true);
    if (n % Math.ceil(publishes / 10) !== 0) continue;
    await untilIdle(mesh.pid);
    megabytes[n] = Math.round(memoryOf(mesh.pid) / 2 ** 20);
  }
  return { publishes, megabytes };
}

function percentiles(times: readonly number[]) {
  const inOrder = [...times].sort((one, other) => one - other);
  const at = (share: number): number => Math.round(inOrder[Math.floor((inOrder.length - 1) * share)] ?? 0);
  return { count: times.length, p50: at(0.5), p95: at(0.95) };
}
