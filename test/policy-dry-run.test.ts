/** `weft policy dry-run`: a gateway says whose operations other policies would answer otherwise, before they are in force. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
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

interface Asked {
  readonly who: 'analyst' | 'marketer' | 'officer';
  readonly purpose: string | undefined;
  readonly text: string;
  readonly requests: number;
}

const names = 'query Names { customers { id name } }';
const incomes = 'query Incomes { customers { id income } }';
const segments = 'query Segments { customers { segment } }';
const search = 'query Search { customers(where: { name: "" }) { segment } }';
const all = (['analyst', 'marketer', 'officer'] as const).flatMap((who) =>
  [undefined, 'reporting', 'marketing'].flatMap((purpose) =>
    [names, incomes, segments, search].map((text, at): Asked => ({ who, purpose, text, requests: at + 1 })),
  ),
);

/** @param asked what has been asked before */
async function start(asked: readonly Asked[], settings: Record<string, unknown> = {}) {
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
      ...{ maskSecret: 'one secret for all of these tests', readAudit: join(mesh.dir, 'reads.db'), ...settings },
    },
  );
  const log: string[] = [];
  const gateway = await startGateway(config, (line) => log.push(line));
  open.push({ [Symbol.asyncDispose]: () => gateway.close() });
  const dryRun = (folder: string, ...more: string[]) =>
    weft(['policy', 'dry-run', folder, '--gateway', gateway.url, ...more], { cwd: mesh.dir });
  const answer = async ({ who, purpose, text }: Asked): Promise<string> =>
    JSON.stringify(
      await ask(`${gateway.url}/graphql`, text, {}, undefined, {
        ...{ authorization: `Bearer dev-${who}`, 'apollographql-client-name': 'shop' },
        ...(purpose && { 'weft-purpose': purpose }),
      }),
    );
  const answers: string[] = [];
  for (const each of asked) {
    for (let sent = 1; sent < each.requests; sent++) await answer(each);
    answers.push(await answer(each));
  }
  return {
    ...{ mesh, gateway, log, dryRun, answer, answers },
    said: async (folder: string) => JSON.parse((await dryRun(folder, '--json')).stdout).data,
  };
}

const filesIn = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

test('names exactly the operations whose answers differ once the policies are in force', async () => {
  const mesh = await start(all);
  const said = await mesh.said('others');
  for (const [name, text] of Object.entries(others)) writeFileSync(join(mesh.mesh.dir, 'access', name), text);
  expect(await mesh.gateway.reload()).toMatchObject({ changed: true });
  const after = await Promise.all(all.map(mesh.answer));

  const changed = all
    .filter((_, at) => mesh.answers[at] !== after[at])
    .map(({ who, purpose, text }) => `dev-${who} ${purpose ?? ''} ${/\w+ (\w+)/.exec(text)?.[1]}`);
  const named = said.changes.map(({ principal, purpose, name }: any) => `${principal.id} ${purpose ?? ''} ${name}`);
  expect(named.sort()).toEqual(changed.sort());
  expect(changed.length).toBeGreaterThan(3);
  expect(said).toMatchObject({ operations: all.length, outdated: 0, changed: changed.length, issues: [] });
  expect(said.requests).toBe(all.reduce((sum, { requests }) => sum + requests, 0));
  expect(said.changes.find((each: any) => each.name === 'Incomes')).toEqual({
    ...{
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'Incomes',
      client: 'shop',
      purpose: 'marketing',
      agreements: [],
    },
    principal: { id: 'dev-marketer', kind: 'user', teams: ['Marketing'], roles: [] },
    ...{ requests: 2, lastSeen: expect.stringMatching(/^20\d\d-.*Z$/) },
    fields: [
      {
        coordinate: 'Customer.income',
        before: { effect: 'deny', policies: [] },
        after: { effect: 'allow', policies: ['incomes-for-marketing'] },
      },
    ],
  });
  expect(Date.now() - Date.parse(said.since)).toBeGreaterThan(29 * 24 * 3_600_000);
});

test('is read by people, and fails only where it is asked to', async () => {
  const mesh = await start(all);
  const { code, stdout, stderr } = await mesh.dryRun('others');
  expect(stdout).toMatch(
    /^shop, dev-analyst \(Analytics\), for no purpose\n {2}Names: 1 request, the last at \S+Z\n {4}Customer\.name {2}mask redact \(names-are-not-shown\) {2}→ {2}mask null \(names-are-not-shown\)\n/m,
  );
  expect(stderr).toMatch(
    /^6 operations \(7 requests\) of 36 operations \(90 requests\) since \d{4}-\d\d-\d\d would be answered otherwise/,
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
    const mesh = await start(all, { readAudit: '' });
    expect(await mesh.dryRun('others')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('READS_NOT_RECORDED'),
    });
  });

  test('for those who may not read everything that others ask', async () => {
    const mesh = await start(all, { registryOpen: false });
    expect(await mesh.dryRun('others')).toMatchObject({ code: 2, stderr: expect.stringContaining('TOKEN_MISSING') });
  });

  test('of a folder that is not there', async () => {
    const mesh = await start(all);
    expect(await mesh.dryRun('nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DOCUMENT_UNREADABLE'),
    });
  });
});
