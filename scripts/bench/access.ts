/**
 * What access policies add to a warm request of 100 fields: to find out who asks as policies see it, and what was compiled
 * for such askers. The subgraph answers at once, within the process, so that what is left is the engine's own time; each
 * row is answered in turn with the one without policies, and what it adds is the median of the differences.
 *
 *     npm run bench:access -- --requests 2000 --rounds 60
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'graphql';
import { accessReaderOf } from '../../gateway/access-settings.ts';
import { noCosts } from '../../gateway/engine/demand/cost-model.ts';
import type { Engine, Operation, RequestContext } from '../../gateway/engine/engine.ts';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { guardedEngine } from '../../gateway/guarded-engine.ts';
import { createPlanner } from '../../gateway/planner/planner.ts';
import { composeMesh } from '../../gateway/registry/compose.ts';
import { readGraphFacts } from '../../gateway/registry/graph-facts.ts';
import { readMesh } from '../../gateway/registry/mesh.ts';
import { schemaHead } from '../../subgraphs/kit/contract/spec.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '60' } },
});
const fields = Array.from({ length: 100 }, (_, at) => `field${at}`);
const levels = ['public', 'internal', 'confidential', 'restricted'];
const sdl = `${schemaHead}
type Query { row: Row }
type Row { ${fields.map((name, at) => `${name}: String @classified(level: "${levels[at % 4]}")`).join(' ')} }`;

const all =
  '@id("all") permit (principal, action == Weft::Action::"read", resource) when { principal.kind == "user" };';
const others = Array.from(
  { length: 30 },
  (_, at) =>
    `@id("team-${at}") permit (principal in Weft::Team::"team ${at}", action == Weft::Action::"read", resource)
     when { resource.rank <= ${at % 4} && context has purpose && context.purpose == Weft::Purpose::"reporting" };`,
);
const half = `@id("half") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 1 };`;

const dir = mkdtempSync(join(tmpdir(), 'weft-access-'));
const file = join(dir, 'supergraph.yaml');
writeFileSync(join(dir, 'rows.graphql'), sdl);
writeFileSync(file, 'subgraphs: { rows: { routing_url: "http://127.0.0.1:1", schema: { file: ./rows.graphql } } }\n');
writeFileSync(join(dir, 'purposes.yaml'), 'purposes: { reporting: { title: Reporting } }\n');

const { mesh } = await readMesh(file);
const composed = composeMesh(mesh);
if (!('supergraphSdl' in composed)) throw new Error(JSON.stringify(composed.issues));
const { supergraphSdl } = composed;
const graph = { supergraphSdl, facts: readGraphFacts(supergraphSdl, mesh.subgraphs), costModel: noCosts };
const answer = { data: { row: Object.fromEntries(fields.map((name) => [name, `value of ${name}`])) } };
const engine = await createWeftEngine({ createPlanner: createPlanner() })(supergraphSdl, {
  fetchSubgraph: async () => answer,
  log: console.error,
});

async function guardedBy(policies: string): Promise<Engine> {
  writeFileSync(join(dir, 'p.cedar'), policies);
  const config = { accessPolicies: dir, maskSecret: 'x'.repeat(32), jwtAttributeClaims: [], consumerAttributes: [] };
  const reader = accessReaderOf(config, async () => ({ mesh, issues: [], composed: graph, digest: '' }), console.error);
  if (!reader) throw new Error('There are policies.');
  return guardedEngine(engine, await reader.accessOf(await reader.read()));
}

const source = `query Warm { row { ${fields.join(' ')} } }`;
const document = parse(source);
const principal = { id: 'issuer#1', kind: 'user', team: 'team 7', roles: ['analyst'], attributes: {} };
const contextOf = (asker: object): RequestContext => ({ asker, purpose: 'reporting' }) as RequestContext;
const operation = (context: RequestContext): Operation => ({
  ...{ document, source, operationName: null, variables: {}, context },
});
const same = operation(contextOf(principal));

const plain = async (): Promise<unknown> => engine.execute(same);
const open = await guardedBy([all, ...others].join('\n'));
const hidden = await guardedBy([half, ...others].join('\n'));
const hashed = await guardedBy(
  `${half} @id("hashed") @mask("hash") permit (principal, action == Weft::Action::"readMasked", resource);`,
);
const rows: [what: string, ask: () => Promise<unknown>][] = [
  ['31 policies, everything may be read', () => open.execute(same)],
  [
    'the same, a token that was never seen before each time',
    () => open.execute(operation(contextOf({ ...principal }))),
  ],
  ['31 policies, half of the fields are denied', () => hidden.execute(same)],
  ['50 of the fields are hashed', () => hashed.execute(same)],
];

const requests = Number(values.requests);
async function microseconds(ask: () => Promise<unknown>): Promise<number> {
  const begin = process.hrtime.bigint();
  for (let at = 0; at < requests; at++) await ask();
  return Number(process.hrtime.bigint() - begin) / 1_000 / requests;
}

for (const [, ask] of [['', plain] as const, ...rows]) await microseconds(ask);
const without: number[] = [];
const added = rows.map((): number[] => []);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [at, [, ask]] of rows.entries()) {
    const before = await microseconds(plain);
    without.push(before);
    added[at]?.push((await microseconds(ask)) - before);
  }
}
const quantile = (all: readonly number[], share: number): number =>
  [...all].sort((a, b) => a - b)[Math.floor(share * (all.length - 1))] ?? 0;
const told = (all: readonly number[]): string =>
  `${quantile(all, 0.5).toFixed(1)} (${quantile(all, 0.1).toFixed(1)} to ${quantile(all, 0.9).toFixed(1)})`;
console.log(`without policies: ${told(without)} µs per request`);
for (const [at, [what]] of rows.entries()) console.log(`${what}: ${told(added[at] ?? [])} µs more`);
await engine.close();
rmSync(dir, { recursive: true, force: true });
process.exit();
