/** `weft policy dry-run`: a gateway says whose operations other policies would answer otherwise, before they are in force. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { type GatewayOptions, startGateway } from '../gateway/main.ts';
import type { AskedOperation } from '../gateway/registry/operations/asked-operation.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { makeMesh, root, weft } from './mesh.ts';
import { ask, startSubgraph } from './subgraph.ts';

const sdl = `${schemaHead}
  type Query { customers(where: CustomerWhere): [Customer] }
  input CustomerWhere { name: String @classified(level: "restricted", categories: ["name"], of: "Customer.name") }
  type Customer {
    id: ID! @classified(level: "confidential", categories: ["identifier"])
    name: String @classified(level: "restricted", categories: ["name"])
    segment: String @classified(level: "internal")
    income: Int @classified(level: "confidential")
  }`;
const policies = Object.fromEntries(
  ['access.cedar', 'purposes.yaml'].map((name) => [name, readFileSync(join(root, 'gateway/policies', name), 'utf8')]),
);
/** Names for nobody but the governance, and incomes for marketing. */
const others: Readonly<Record<string, string>> = {
  ...policies,
  'access.cedar': `${policies['access.cedar']?.replace('@mask("redact")', '@mask("null")')}
    @id("incomes-for-marketing") permit (principal in Weft::Team::"Marketing", action == Weft::Action::"read", resource)
      when { resource.rank == 2 && context has purpose && context.purpose in Weft::Purpose::"marketing" };`,
};

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const people = {
  analyst: { id: 'dev-analyst', kind: 'user', teams: ['Analytics'], roles: [], attributes: {} },
  marketer: { id: 'dev-marketer', kind: 'user', teams: ['Marketing'], roles: [], attributes: {} },
  officer: { id: 'dev-officer', kind: 'user', teams: ['Governance'], roles: ['governance'], attributes: {} },
};

function asked(who: keyof typeof people, purpose: string | undefined, text: string, requests = 1): AskedOperation {
  const [, name = null] = /^query (\w+)/.exec(text) ?? [];
  return {
    ...{ principal: people[who], purpose, agreements: {}, operation: { hash: `hash of ${text}`, name, text } },
    ...{ client: 'shop', inputs: [], requests, lastSeen: '2026-11-23T12:00:00.000Z' },
  };
}

const names = 'query Names { customers { id name } }';
const incomes = 'query Incomes { customers { id income } }';
const segments = 'query Segments { customers { segment } }';
const search = 'query Search { customers(where: { name: "" }) { segment } }';
const all = (['analyst', 'marketer', 'officer'] as const).flatMap((who) =>
  [undefined, 'reporting', 'marketing'].flatMap((purpose) =>
    [names, incomes, segments, search].map((text, at) => asked(who, purpose, text, 10 * (at + 1))),
  ),
);

async function start(recorded: readonly AskedOperation[] | undefined, settings: Record<string, unknown> = {}) {
  const customers = await startSubgraph(sdl, {
    resolvers: { Query: { customers: () => [{ id: 'c1', name: 'Ada', segment: 'A', income: 1234 }] } },
  });
  open.push({ [Symbol.asyncDispose]: () => customers.close() });
  const mesh = makeMesh({
    'customers.graphql': sdl,
    'supergraph.yaml': JSON.stringify({
      subgraphs: { customers: { routing_url: customers.url, schema: { file: './customers.graphql' } } },
    }),
    ...filesIn('access', policies),
    ...filesIn('others', others),
  });
  open.push(mesh);
  const config = readConfig(
    {},
    {
      ...{ supergraph: join(mesh.dir, 'supergraph.yaml'), port: 0, devPrincipals: true, logLevel: 'error' },
      ...{ accessPolicies: join(mesh.dir, 'access'), registry: join(mesh.dir, 'registry.db'), registryOpen: true },
      ...{ maskSecret: 'one secret for all of these tests', ...settings },
    },
  );
  const since: string[] = [];
  const options: GatewayOptions = recorded
    ? {
        // In pages of five.
        async *askedOperations(from) {
          since.push(from);
          for (let at = 0; at < recorded.length; at += 5) yield recorded.slice(at, at + 5);
        },
      }
    : {};
  const log: string[] = [];
  const gateway = await startGateway(config, (line) => log.push(line), options);
  open.push({ [Symbol.asyncDispose]: () => gateway.close() });
  const dryRun = (folder: string, ...more: string[]) =>
    weft(['policy', 'dry-run', folder, '--gateway', gateway.url, ...more], { cwd: mesh.dir });
  return {
    ...{ mesh, gateway, since, log, dryRun },
    said: async (folder: string) => JSON.parse((await dryRun(folder, '--json')).stdout).data,
    answer: async ({ principal, purpose, operation }: AskedOperation) =>
      JSON.stringify(
        await ask(`${gateway.url}/graphql`, operation.text, {}, undefined, {
          authorization: `Bearer ${principal.id}`,
          ...(purpose && { 'weft-purpose': purpose }),
        }),
      ),
  };
}

const filesIn = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

test('names exactly the operations whose answers differ once the policies are in force', async () => {
  const mesh = await start(all);
  const before = await Promise.all(all.map(mesh.answer));
  const said = await mesh.said('others');
  for (const [name, text] of Object.entries(others)) writeFileSync(join(mesh.mesh.dir, 'access', name), text);
  expect(await mesh.gateway.reload()).toMatchObject({ changed: true });
  const after = await Promise.all(all.map(mesh.answer));

  const nameOf = ({ principal, purpose, operation }: any) => `${principal.id} ${purpose ?? ''} ${operation.name}`;
  const changed = all.filter((_, at) => before[at] !== after[at]).map(nameOf);
  const named = said.changes.map((each: any) => nameOf({ ...each, operation: each }));
  expect(named.sort()).toEqual(changed.sort());
  expect(changed.length).toBeGreaterThan(3);
  expect(said).toMatchObject({ operations: all.length, outdated: 0, changed: changed.length, issues: [] });
  expect(said.requests).toBe(all.reduce((sum, { requests }) => sum + requests, 0));
  expect(said.changes.find((each: any) => each.name === 'Incomes')).toEqual({
    ...{ hash: `hash of ${incomes}`, name: 'Incomes', client: 'shop', purpose: 'marketing', agreements: [] },
    principal: { id: 'dev-marketer', kind: 'user', teams: ['Marketing'], roles: [] },
    ...{ requests: 20, lastSeen: '2026-11-23T12:00:00.000Z' },
    fields: [
      {
        coordinate: 'Customer.income',
        before: { effect: 'deny', policies: [] },
        after: { effect: 'allow', policies: ['incomes-for-marketing'] },
      },
    ],
  });
  expect(Date.now() - Date.parse(mesh.since[0] ?? '')).toBeGreaterThan(29 * 24 * 3_600_000);
});

test('is read by people, and fails only where it is asked to', async () => {
  const mesh = await start([...all, asked('analyst', undefined, 'query Gone { gone }')]);
  const { code, stdout, stderr } = await mesh.dryRun('others');
  expect(stdout).toContain(
    `shop, dev-analyst (Analytics), for no purpose
  Names: 10 requests, the last at 2026-11-23T12:00:00.000Z
    Customer.name  mask redact (names-are-not-shown)  →  mask null (names-are-not-shown)
`,
  );
  expect(stderr).toMatch(
    /^6 operations \(70 requests\) of 36 operations \(901 requests\) since \d{4}-\d\d-\d\d would be answered otherwise; 1 operation not judged/,
  );
  expect(code).toBe(0);
  expect((await mesh.dryRun('others', '--fail-on-change')).code).toBe(1);
  const same = await mesh.dryRun('access', '--fail-on-change');
  expect(same).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^0 operations \(0 requests\) of 36/),
  });
  expect((await mesh.dryRun('others', '--first', '2')).stderr).toContain('shown are 2');
});

test('of a gateway that has no policies, all that they would keep back is named', async () => {
  const mesh = await start(all, { accessPolicies: '' });
  const { changes } = await mesh.said('access');
  expect(new Set(changes.map(({ principal }: any) => principal.id))).toEqual(new Set(['dev-analyst', 'dev-marketer']));
  const searched = changes.find((each: any) => each.name === 'Search');
  expect(searched.fields).toMatchObject([
    { coordinate: 'CustomerWhere.name', before: { effect: 'allow' }, after: { effect: 'refuse' } },
  ]);
});

describe('nothing is judged', () => {
  test('by policies with a fault, and that is said with its place', async () => {
    const mesh = await start(all);
    mesh.mesh.write({ 'others/more.cedar': '\n@id("more") permit (principal, actio, resource);' });
    const { code, stdout, stderr } = await mesh.dryRun('others');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^others\/more\.cedar:2:\d+ error ACCESS_POLICY_INVALID {2}/);
    expect(mesh.since).toEqual([]);
    expect(await mesh.said('others')).toMatchObject({
      operations: 0,
      changes: [],
      issues: [{ place: expect.any(String) }],
    });
  });

  test('by more than a folder of policies is', async () => {
    const mesh = await start(all);
    mesh.mesh.write({ 'others/more.cedar': `// ${'x'.repeat(250_000)}` });
    expect((await mesh.dryRun('others')).stderr).toContain('at most 200 files, and 250,000 characters');
  });

  test('where nobody writes down who asks what', async () => {
    const mesh = await start(undefined);
    expect(await mesh.dryRun('others')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('READS_NOT_RECORDED'),
    });
  });

  test('for those who may not read everything that others ask', async () => {
    const mesh = await start(all, { registryOpen: false });
    expect(await mesh.dryRun('others')).toMatchObject({ code: 2, stderr: expect.stringContaining('TOKEN_MISSING') });
    expect(mesh.since).toEqual([]);
  });

  test('of a folder that is not there', async () => {
    const mesh = await start(all);
    expect(await mesh.dryRun('nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DOCUMENT_UNREADABLE'),
    });
  });
});
