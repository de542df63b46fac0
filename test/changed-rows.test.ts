/** What changes for whom, were other rows theirs: named without asking, and compared with what real domains then answer. */
import { join } from 'node:path';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { answerText } from '../gateway/engine/answer.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { parseAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { type AnyAsker, accessOfAsker } from '../gateway/registry/asker-access.ts';
import { composeMesh } from '../gateway/registry/compose.ts';
import { judgedGraph } from '../gateway/registry/judged-graph.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import { changedOutcomes } from '../gateway/registry/operations/changed-outcomes.ts';
import { createHttpClient } from '../gateway/transport/http-client.ts';
import { requestSigner } from '../gateway/transport/request-signer.ts';
import { createSubgraphFetch } from '../gateway/transport/subgraphs.ts';
import { rowsKey } from '../subgraphs/kit/contract/rows-key.ts';
import { printIssue } from '../subgraphs/kit/errors/issue.ts';
import { generate, writeGenerated } from '../subgraphs/kit/generate.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { purposesText, reading } from './access-mesh.ts';
import { planningHere } from './federation/graph.ts';
import { type Random, randomOf } from './fuzz/random.ts';
import { makeMesh } from './mesh.ts';
import { recorded } from './recorded.ts';
import { type OrderProperty, shopFiles, ticketFiles } from './row-mesh.ts';

const seed = Number(process.env.WEFT_ROWS_SEED ?? Math.floor(Math.random() * 1e9));
process.stdout.write(`changed rows seed ${seed}: WEFT_ROWS_SEED=${seed} repeats this run\n`);

const secret = 'a secret of more than thirty-two characters';
const properties: readonly OrderProperty[] = [
  { name: 'region', kind: 'string', required: true },
  { name: 'size', kind: 'long', required: true },
  { name: 'done', kind: 'boolean', required: true },
  { name: 'weight', kind: 'long', required: true },
];
/** One of each kind in either store: conditions that differ let other rows through, whatever way leads there. Sums tell which. */
const rows = Array.from({ length: 16 }, (_, at) => ({
  ...{ id: `o${at}`, region: at & 2 ? 'EU' : 'US', size: at & 4 ? 1 : 0, done: (at & 8) !== 0, weight: 2 ** at },
}));
async function openMesh() {
  const open: (() => unknown)[] = [];
  const mesh = makeMesh({ ...shopFiles(properties, rows), ...ticketFiles(rows) });
  open.push(() => mesh[Symbol.asyncDispose]());
  const subgraphs: Record<string, unknown> = {};
  for (const name of ['shop', 'care']) {
    const dir = join(mesh.dir, name);
    await writeGenerated((await generate(dir)).files);
    await runDomain(dir, { dataDir: mesh.dir, query: () => Promise.reject(new Error('no gateway')) });
    const served = await serveDomain(dir, { port: 0, dataDir: mesh.dir, gatewaySecret: secret });
    open.push(() => served.close());
    subgraphs[name] = { routing_url: `${served.url}/graphql`, schema: { file: `./${name}/schema.gen.graphql` } };
  }
  mesh.write({ 'supergraph.yaml': JSON.stringify({ subgraphs }) });
  const read = await readMesh(join(mesh.dir, 'supergraph.yaml'));
  const composed = composeMesh(read.mesh);
  if (!('supergraphSdl' in composed)) throw new Error(composed.issues.map(printIssue).join('\n'));
  const http = createHttpClient();
  open.push(() => http.close());
  const engine = await createWeftEngine({ createPlanner: planningHere() })(composed.supergraphSdl, {
    fetchSubgraph: createSubgraphFetch({ http, timeoutMs: 10_000, sign: requestSigner(secret), log: () => {} }),
    log: () => {},
  });
  open.push(() => engine.close?.());
  const graph = await judgedGraph(read.mesh, composed.supergraphSdl);
  return {
    graph,
    async deciding(text: string, { purposes = purposesText, isSigned = true } = {}) {
      const files: [string, string][] = [
        ['p.cedar', text],
        ['purposes.yaml', purposes],
      ];
      const { access, issues } = parseAccessPolicies(cedar, files, reading);
      if (!access) throw new Error(issues.map(printIssue).join('\n'));
      const judged = await graph.deciding(access, isSigned);
      if (!judged.decides) throw new Error(judged.issues.map(printIssue).join('\n'));
      return judged.decides;
    },
    /** What is shown. */
    async answer(source: string, access: ReturnType<typeof accessOfAsker>): Promise<string> {
      const asked = { document: parse(source), source, operationName: null, variables: {}, context: { access } };
      const text = answerText((await engine.execute(asked)) as Parameters<typeof answerText>[0]);
      return JSON.stringify(JSON.parse(text).data);
    },
    async [Symbol.asyncDispose]() {
      for (const each of open.reverse()) await each();
    },
  };
}

const each = (what: (row: (typeof rows)[number], at: number) => string) => `{ ${rows.map(what).join(' ')} }`;
const operations = [
  '{ orders(first: 100) { nodes { id } } }',
  '{ orders(first: 100) { edges { node { weight } } } }',
  each(({ weight }, at) => `c${at}: orders(where: { weight: { eq: ${weight} } }) { totalCount }`),
  each(({ id }, at) => `k${at}: order(id: "${id}") { region }`),
  '{ ordersSummary { sum { weight } } }',
  '{ ordersSummary(groupBy: [{ field: id }]) { group { id } } }',
  '{ lines(first: 100) { nodes { line } } }',
  '{ lines(first: 100) { nodes { line order { id } } } }',
  '{ stores { nodes { id } } }',
  '{ stores { nodes { id orders(first: 100) { nodes { id } } } } }',
  // A key that the tickets have themselves, and what only the shop knows.
  '{ tickets(first: 100) { nodes { ticket order { id } } } }',
  '{ tickets(first: 100) { nodes { ticket order { weight } } } }',
  '{ tickets(first: 100) { nodes { order { tickets { totalCount } } } } }',
];

const permits = [
  'resource.region == "EU"',
  'resource.size > 0',
  'principal in Weft::Team::"Sales"',
  'context has agreement',
];
const readRow = (id: string, effect: string, type: string, condition: string): string =>
  `@id("${id}") ${effect} (principal, action == Weft::Action::"readRow", resource is Weft::Row::${type}) when { ${condition} };`;

function randomPolicies(random: Random): string[] {
  const policies = ['@id("fields") permit (principal, action == Weft::Action::"read", resource);'];
  if (random.chance(0.8)) {
    for (const [at, condition] of random.some(permits, random.int(4)).entries())
      policies.push(readRow(`p${at}`, 'permit', 'Order', condition));
    // Of values that no permit looks at: two sets of policies with equal rows have equal conditions.
    if (random.chance(0.4)) policies.push(readRow('f', 'forbid', 'Order', 'resource.done'));
  }
  if (random.chance(0.4)) policies.push(readRow('s', 'permit', 'Store', 'resource.id == "s0"'));
  if (random.chance(0.2)) policies.push(readRow('t', 'forbid', 'Store', 'principal in Weft::Team::"Sales"'));
  if (random.chance(0.2)) policies.push(readRow('l', 'permit', 'Line', 'principal in Weft::Team::"Sales"'));
  for (const field of ['Store.orders', 'Line.order'])
    if (random.chance(0.15))
      policies.push(
        `@id("no-${field.length}") forbid (principal, action == Weft::Action::"read", resource == Weft::Field::"${field}");`,
      );
  return policies;
}

function randomAsker(random: Random): AnyAsker {
  const teams = random.some(['Sales', 'Care'], 1);
  return {
    principal: { id: 'ann', kind: 'user', teams, roles: [], attributes: {} },
    purpose: 'marketing',
    agreements: random.chance(0.3) ? [{ id: 'g', roles: [], product: 'shop.orders' }] : [],
  };
}

const asking = (asker: AnyAsker, { hash, name, text, coordinates }: ReturnType<typeof recorded>) => ({
  ...asker,
  operation: { hash, name, text },
  ...{ client: 'test', inputs: coordinates, requests: 1, lastSeen: '2026-11-23T12:00:00.000Z' },
});

test('of random policies of rows, exactly those operations are named whose answers then differ', async () => {
  await using mesh = await openMesh();
  const { graph } = mesh;
  const random = randomOf(seed, 0);
  const counts = { changed: 0, same: 0, sameOtherwise: 0, unsigned: 0 };
  for (let change = 0; change < 60; change++) {
    const isSigned = change % 4 !== 3;
    const texts = randomPolicies(random);
    const others = random.chance(0.2) ? [...texts].reverse() : randomPolicies(random);
    const before = await mesh.deciding(texts.join('\n'), { isSigned });
    const after = await mesh.deciding(others.join('\n'), { isSigned });
    const asker = randomAsker(random);
    for (const source of random.some(operations, 6)) {
      const asked = asking(asker, recorded(graph.schema, source));
      const { changed } = await changedOutcomes([asked], { graph, before, after, pause: async () => {} });
      const [one, other] = [accessOfAsker(before, asker), accessOfAsker(after, asker)];
      const [was, is] = [await mesh.answer(source, one), await mesh.answer(source, other)];
      const about = `seed ${seed}, ${change}: ${source} ${JSON.stringify([isSigned, asker, texts, others, was, is, changed], null, 1)}`;
      expect(changed.length, about).toBe(was === is ? 0 : 1);
      if (was !== is) expect(changed[0]?.fields.length, about).toBeGreaterThan(0);
      counts[was === is ? 'same' : 'changed'] += 1;
      if (!isSigned && was !== is) counts.unsigned += 1;
      const ofRows = ['Order', 'Store', 'Line'].map((type) =>
        [one, other].map((each) => each.explainRows(type).effect),
      );
      if (was === is && ofRows.some(([had, has]) => had !== has)) counts.sameOtherwise += 1;
    }
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
}, 300_000);

describe('what is said of it', () => {
  const ann: AnyAsker = {
    principal: { id: 'ann', kind: 'user', teams: ['Sales'], roles: [], attributes: {} },
    purpose: 'newsletter',
    agreements: [{ id: '7', roles: [], product: 'shop.orders', purpose: 'marketing' }],
  };
  const fields = '@id("fields") permit (principal, action == Weft::Action::"read", resource);';
  const europe = readRow('europe', 'permit', 'Order', 'resource.region == "EU"');
  const agreed = readRow('agreed', 'permit', 'Order', 'context has agreement');

  test('the type, how many of its rows, and the policies that decide', async () => {
    await using mesh = await openMesh();
    const changes = async (one: string, other: string, options: Parameters<typeof mesh.deciding>[1] = {}) => {
      const asked = asking(ann, recorded(mesh.graph.schema, '{ ordersSummary { count } }'));
      const [before, after] = [await mesh.deciding(one), await mesh.deciding(other, options)];
      const { changed } = await changedOutcomes([asked], { graph: mesh.graph, before, after, pause: async () => {} });
      return changed.map(({ agreements, fields: [field] }) => [
        ...[field?.coordinate, field?.before, field?.after].map((each) => JSON.stringify(each)),
        agreements.join(),
      ]);
    };
    const said = (effect: string, ...policies: string[]) => JSON.stringify({ effect, policies });
    const order = '"Order"';
    expect(await changes(fields, fields + europe)).toEqual([
      [order, said('all rows'), said('some rows', 'europe'), '7'],
    ]);
    expect(await changes(fields + europe, fields + agreed)).toEqual([
      [order, said('some rows', 'europe'), said('all rows', 'agreed'), '7'],
    ]);
    const none = readRow('none', 'forbid', 'Order', 'principal in Weft::Team::"Sales"');
    expect(await changes(fields + europe, fields + europe + none)).toEqual([
      [order, said('some rows', 'europe'), said('no rows', 'none'), '7'],
    ]);
    expect(await changes(fields, fields + europe, { isSigned: false })).toEqual([
      [order, said('all rows'), said('not asked', 'europe'), '7'],
    ]);
    // Which agreements cover a purpose, the purposes say that are judged.
    const purposes = purposesText.replace('parents: [marketing]', 'parents: [research]');
    expect(await changes(fields + agreed, fields + agreed)).toEqual([]);
    expect(await changes(fields + agreed, fields + agreed, { purposes })).toEqual([
      [order, said('all rows', 'agreed'), said('no rows'), '7'],
    ]);
  });

  test('the same rows, said otherwise, are no change', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((field) => ({ field, is: 'eq', value: 1 }) as const);
    if (!a || !b || !c) throw new Error('There are three.');
    expect(rowsKey({ any: [a, { any: [b, a] }] })).toBe(rowsKey({ any: [b, a] }));
    expect(rowsKey({ not: { any: [a, { not: b }] } })).toBe(rowsKey({ all: [b, { not: a }] }));
    expect(rowsKey({ all: [a, true, { not: false }] })).toBe(rowsKey(a));
    expect(rowsKey({ any: [a, true] })).toBe(rowsKey(true));
    expect(rowsKey({ all: [a, { any: [b, c] }] })).not.toBe(rowsKey({ any: [a, { all: [b, c] }] }));
    expect(rowsKey({ not: a })).not.toBe(rowsKey(a));
  });
});
