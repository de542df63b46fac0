/** For hot-swap.test.ts, in a process of its own with --expose-gc: swaps, and counts the engines that are still there. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../gateway/config.ts';
import type { Engine } from '../gateway/engine/engine.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { startGateway } from '../gateway/main.ts';
import { createPlanner } from '../gateway/planner/planner.ts';

const [, , file = ''] = process.argv;
const swaps = 5;
const engines: WeakRef<Engine>[] = [];
const create = createWeftEngine({ createPlanner: createPlanner() });
const gateway = await startGateway(readConfig({}, { supergraph: file, port: 0 }), () => {}, {
  createEngine: async (...given) => {
    const engine = await create(...given);
    engines.push(new WeakRef(engine));
    return engine;
  },
});
for (let version = 0; version < swaps; version++) {
  const body = JSON.stringify({ query: `{ item { id first_v${version} second_v${version} } }` });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
  if (answer.status !== 200) throw new Error(await answer.text());
  await answer.text();
  for (const name of ['first', 'second']) {
    const schema = join(dirname(file), `${name}.graphql`);
    writeFileSync(schema, readFileSync(schema, 'utf8').replace(`${name}_v${version}`, `${name}_v${version + 1}`));
  }
  await gateway.reload();
}
// An engine is closed in the turn after its last request; a process takes a moment to end.
let alive = engines.length;
let planners = engines.length;
for (let turn = 0; turn < 100 && (alive > 1 || planners > 1); turn++) {
  await wait(50);
  (globalThis as { gc?: () => void }).gc?.();
  alive = engines.filter((engine) => engine.deref()).length;
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'args='], { encoding: 'utf8' });
  planners = children.split('\n').filter((line) => line.includes('planner-process')).length;
}
process.stdout.write(JSON.stringify({ swaps, alive, planners }));
await gateway.close();
