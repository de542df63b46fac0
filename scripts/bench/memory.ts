/**
 * How much memory the gateway holds after many different operations: whatever it keeps per operation has to be bounded.
 *
 *     npm run bench:memory -- --operations 100000 --engine weft
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { askOnce, freePort } from './ask.ts';
import { writeMesh } from './mesh-on-disk.ts';
import { cores, memoryOf, nextMessage, startNode, startOurs, stop, untilIdle } from './processes.ts';
import type { SubgraphsReady } from './subgraph-server.ts';

const { values } = parseArgs({
  options: { operations: { type: 'string', default: '100000' }, engine: { type: 'string', default: 'weft' } },
});
const total = Number(values.operations);
const connections = 10;
const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

const dir = mkdtempSync(join(tmpdir(), 'weft-memory-'));
const subgraphs = startOurs(new URL('./subgraph-server.ts', import.meta.url));
const { urls } = await nextMessage<SubgraphsReady>(subgraphs);
const port = await freePort();
const bin = fileURLToPath(new URL('../weft.mjs', import.meta.url));
const { mesh } = writeMesh(dir, urls);
const gateway = startNode([bin, 'gateway', '--supergraph', join(mesh, 'supergraph.yaml'), '--port', String(port)], {
  core: cores.gateway,
  // Their number is what matters here, not the pace at which one consumer may send them.
  env: { WEFT_ENGINE: values.engine, WEFT_NEW_OPERATIONS_PER_SECOND: '1000000' },
});
gateway.stderr?.pipe(process.stderr);
const pid = gateway.pid ?? 0;

try {
  while (!(await askOnce(port, operation(0)).catch(() => undefined))) {
    if (gateway.exitCode !== null) throw new Error('The gateway does not start.');
    await sleep(50);
  }
  console.log(`after the first operation: ${megabytes(memoryOf(pid))}`);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 1;
  let most = 0;
  const statuses = new Map<string, number>();
  const client = async (): Promise<void> => {
    while (next < total) {
      const at = next++;
      const { status, text } = await askOnce(port, operation(at), agent);
      const kind = `${status}${text.includes('"errors"') ? ' with errors' : ''}`;
      statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
      if (at % Math.ceil(total / 10) !== 0) continue;
      const memory = memoryOf(pid);
      most = Math.max(most, memory);
      console.log(`after ${at.toLocaleString('en')}: ${megabytes(memory)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  await untilIdle(pid);
  const memory = memoryOf(pid);
  const answers = [...statuses].map(([kind, count]) => `${count.toLocaleString('en')} × ${kind}`).join(', ');
  console.log(
    `after ${total.toLocaleString('en')}: ${megabytes(memory)}, at most ${megabytes(Math.max(most, memory))}; answers: ${answers}`,
  );
} finally {
  await Promise.all([stop(gateway), stop(subgraphs)]);
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

/** No two have the same text, the same selection or the same answer. */
function operation(at: number): string {
  const fields = ['upc', 'name', 'price', 'weight', 'inStock'].filter((_, bit) => (at >> bit) & 1);
  const query = `query Different${at} { topProducts(first: 2) { ${fields.join(' ')} name${at}: name reviews { stars${at}: stars author { username } } } }`;
  return JSON.stringify({ query, operationName: `Different${at}` });
}
