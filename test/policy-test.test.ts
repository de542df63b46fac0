/** `weft policy test`: examples beside access policies say what these decide, and the command whether they do. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testPolicies } from '../scripts/test-policies.ts';
import { schemaHead } from '../subgraphs/kit/contract/spec.ts';
import { generate, writeGenerated } from '../subgraphs/kit/generate.ts';
import { makeMesh, root, weft } from './mesh.ts';

const sdl = `${schemaHead}
  type Query { customers(where: CustomerWhere): [Customer] pets: [Pet] }
  input CustomerWhere { name: String @classified(level: "restricted", categories: ["name"], of: "Customer.name") segment: String }
  interface Pet { call: String }
  type Cat implements Pet { call: String @classified(level: "restricted", categories: ["name"]) }
  type Dog implements Pet { call: String @classified(level: "public") }
  type Customer @key(fields: "id") {
    id: ID! @classified(level: "public")
    name: String @owner(team: "Care", product: "customers") @classified(level: "restricted", categories: ["name"])
    segment: String @owner(team: "Care", product: "customers") @classified(level: "internal")
    income: Int @owner(team: "Care", product: "customers") @classified(level: "confidential")
    home: Home @classified(level: "restricted", categories: ["name"])
  }
  type Home { city: String }`;

const policies = `
@id("open") permit (principal, action == Weft::Action::"read", resource) when { resource.rank <= 0 };
@id("colleagues") permit (principal in Weft::Team::"Care", action == Weft::Action::"read", resource) when { resource.rank <= 1 };
@id("masked-names") @mask("redact") permit (principal, action == Weft::Action::"readMasked", resource)
  when { resource.categories.contains("name") };
@id("names-for-care") permit (principal in Weft::Team::"Care", action == Weft::Action::"read", resource)
  when { resource.categories.contains("name") && context has purpose && context.purpose == Weft::Purpose::"care" };
@id("europe") permit (principal, action == Weft::Action::"read", resource == Weft::Field::"Customer.income")
  when { principal has region && principal.region == "eu" };
@id("by-agreement") permit (principal, action == Weft::Action::"read", resource == Weft::Field::"Customer.segment")
  when { context has agreement };
@id("no-robots") forbid (principal, action, resource) when { principal.kind == "service" && resource.rank > 1 };`;

const purposes = 'purposes: { care: { title: Care }, reporting: { title: Reporting } }';

const files = (examples: string) => ({
  'customers.graphql': sdl,
  'supergraph.yaml': JSON.stringify({
    subgraphs: { customers: { routing_url: 'http://127.0.0.1:1', schema: { file: './customers.graphql' } } },
  }),
  ...{ 'access/p.cedar': policies, 'access/purposes.yaml': purposes, 'access/p.tests.yaml': examples },
});

async function run(examples: string) {
  await using mesh = makeMesh(files(examples));
  const { issues, ...tested } = await testPolicies(join(mesh.dir, 'access'), join(mesh.dir, 'supergraph.yaml'), [
    'region',
  ]);
  const found = issues.map(({ code, message, place, coordinate }) => ({
    ...{ code, message, coordinate },
    at: place && `${basename(place.file)}:${place.line}:${place.column}`,
  }));
  return { ...tested, issues: found, wrong: found.filter(({ code }) => code !== 'ACCESS_POLICY_UNTESTED') };
}

const all = `
askers:
  care: { teams: [Care] }
  robot: { kind: service, teams: [Care] }
examples:
  - asker: { kind: anonymous }
    fields:
      Customer.id: { decision: allow, by: open }
      Customer.name: { decision: mask redact, by: [masked-names] }
      Customer.segment: deny
      Customer.home: deny
      CustomerWhere.name: deny
      CustomerWhere.segment: allow
      Cat.call: mask redact
      Dog.call: allow
  - { asker: care, purpose: care, fields: { Customer.name: { decision: allow, by: names-for-care }, CustomerWhere.name: allow } }
  - { asker: care, purpose: reporting, fields: { Customer.name: mask redact, Customer.segment: { decision: allow, by: colleagues } } }
  - { asker: robot, purpose: care, fields: { Customer.name: { decision: deny, by: no-robots } } }
  - { asker: { attributes: { region: eu } }, fields: { Customer.income: { decision: allow, by: europe } } }
  - { asker: { kind: user }, agreements: { customers: { id: a-1 } }, fields: { Customer.segment: { decision: allow, by: by-agreement } } }
  - { asker: { kind: user }, agreements: { orders: { id: a-2 } }, fields: { Customer.segment: deny } }
  - asker: care
    operation: 'query ($w: CustomerWhere) { customers(where: $w) { ...C } pets { call } } fragment C on Customer { id called: name segment }'
    variables: { w: { segment: x } }
    fields: { Customer.name: mask redact, Cat.call: mask redact }
  - { asker: care, operation: 'query ($w: CustomerWhere) { customers(where: $w) { id } }', variables: { w: { name: x } }, refused: CustomerWhere.name }
`;

test('examples that are as expected: exit code 0, and each policy has one', async () => {
  const { issues, examples, decisions, untested } = await run(all);
  expect(issues).toEqual([]);
  expect({ examples, untested }).toEqual({ examples: 9, untested: [] });
  expect(decisions).toBeGreaterThan(20);
  await using mesh = makeMesh(files(all));
  const { code, stderr, stdout } = await mesh.weft(
    'policy',
    'test',
    'access',
    '--attributes',
    'region',
    '--strict',
    '--json',
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: `9 examples, ${decisions} decisions: 0 errors, 0 warnings\n` });
  expect(JSON.parse(stdout).data).toEqual({ examples: 9, decisions, untested: [], issues: [] });
});

describe('an example that is not as expected is named with its place, and what decided', () => {
  const one = (example: string) => `examples:\n  - ${example}\n`;
  test.each([
    ['{ asker: {}, fields: { Customer.name: allow } }', 'Customer.name', /but it is mask redact, by masked-names/, 28],
    ['{ asker: {}, fields: { Customer.name: mask hash } }', 'Customer.name', /but it is mask redact/, 28],
    ['{ asker: {}, fields: { Customer.segment: allow } }', 'Customer.segment', /deny: no policy permits it/, 28],
    ['{ asker: {}, fields: { CustomerWhere.name: allow } }', 'CustomerWhere.name', /deny, by masked-names/, 28],
    [
      '{ asker: { kind: service }, fields: { Customer.name: mask redact } }',
      ...(['Customer.name', /deny, by no-robots/, 43] as const),
    ],
    [
      '{ asker: {}, fields: { Customer.name: { decision: mask redact, by: [masked-names, open] } } }',
      ...(['Customer.name', /expected mask redact by masked-names, open/, 28] as const),
    ],
    ["{ asker: {}, operation: '{ customers { id name } }' }", 'Customer.name', /expected allow, but it is mask/, 29],
    [
      '{ asker: {}, operation: \'{ customers(where: { name: "" }) { id } }\' }',
      ...(['CustomerWhere.name', /is refused for CustomerWhere\.name/, 29] as const),
    ],
    [
      '{ asker: {}, operation: \'{ customers(where: { segment: "" }) { id } }\', refused: CustomerWhere.segment }',
      ...(['CustomerWhere.segment', /expected deny, but it is allow/, 86] as const),
    ],
  ])('%s', async (example, coordinate, message, column) => {
    const { wrong } = await run(one(example));
    expect(wrong).toEqual([
      { code: 'ACCESS_TEST_FAILED', coordinate, message: expect.stringMatching(message), at: expect.any(String) },
    ]);
    expect(wrong[0]?.at).toBe(`p.tests.yaml:2:${column}`);
  });

  test.each([
    ['{ asker: nobody, fields: { Customer.id: allow } }', 'is no asker of this file'],
    ['{ asker: {}, purpose: cares, fields: { Customer.id: allow } }', 'Is care meant?'],
    ['{ asker: {}, fields: { Customer.nam: allow } }', 'Is Customer.name meant?'],
    ['{ asker: {}, fields: { Pet.call: allow } }', 'is of an interface'],
    ['{ asker: {}, fields: { Customer.id: mask blur } }', '"blur" is no mask'],
    ['{ asker: {}, fields: { Customer.id: yes } }', 'Write allow, deny'],
    ['{ asker: {}, fields: { Customer.id: { decision: allow, by: opem } } }', 'Is open meant?'],
    ['{ asker: { attributes: { regio: eu } }, fields: { Customer.id: allow } }', 'Is region meant?'],
    ['{ asker: {} }', 'expects nothing'],
    ['{ asker: {}, fields: { Customer.id: allow }, refused: CustomerWhere.name }', 'Only an operation is refused'],
    ["{ asker: {}, operation: '{ customers { nothing } }' }", 'Cannot query field'],
    ["{ asker: {}, operation: '{ customers {' }", 'Syntax Error'],
    ["{ asker: {}, operation: '{ customers { id } }', fields: { Customer.name: deny } }", 'does not use Customer.name'],
    [
      "{ asker: {}, operation: '{ customers { id } }', refused: CustomerWhere.name }",
      'does not use CustomerWhere.name',
    ],
    ['{ asker: {}, field: { Customer.id: allow } }', 'field'],
  ])('%s is no example', async (example, message) => {
    const { wrong } = await run(one(example));
    expect(wrong[0]).toMatchObject({ code: 'ACCESS_TESTS_INVALID', message: expect.stringContaining(message) });
    expect(wrong[0]?.at).toMatch(/^p\.tests\.yaml:2:\d+$/);
  });
});

describe('examples say which rows', () => {
  const odps = `apiVersion: v1.0.0
kind: DataProduct
id: customers
status: active
outputPorts: [{ name: rows, version: 1.0.0, contractId: customers }]
`;
  const odcs = `apiVersion: v3.2.0
kind: DataContract
id: customers
version: 1.0.0
status: active
schema:
  - name: customers
    properties:
      - { name: id, logicalType: string, primaryKey: true, required: true }
      - { name: segment, logicalType: string }
      - { name: revenue, logicalType: number, physicalType: 'decimal(10,2)', required: true }
      - { name: since, logicalType: date, required: true }
      - { name: visits, logicalType: integer, required: true }
`;
  const ofRows = `
@id("fields") permit (principal, action == Weft::Action::"read", resource);
@id("own-segment") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Customer)
when { principal has segment && resource has segment && resource.segment == principal.segment };
@id("large") permit (principal in Weft::Team::"Sales", action == Weft::Action::"readRow", resource is Weft::Row::Customer)
when { resource.revenue.greaterThan(decimal("1000.5")) && resource.since < datetime("2026-01-01") };
@id("all") permit (principal in Weft::Role::"chief", action == Weft::Action::"readRow", resource is Weft::Row::Customer);
@id("never-visited") forbid (principal, action == Weft::Action::"readRow", resource is Weft::Row::Customer)
when { resource.visits == 0 } unless { principal in Weft::Role::"chief" };`;
  const open = async (examples: string) => {
    const mesh = makeMesh({ 'shop/shop.odps.yaml': odps, 'shop/customers.odcs.yaml': odcs });
    await writeGenerated((await generate(join(mesh.dir, 'shop'))).files);
    mesh.write({
      'supergraph.yaml': JSON.stringify({
        subgraphs: { shop: { routing_url: 'http://127.0.0.1:1', schema: { file: './shop/schema.gen.graphql' } } },
      }),
      ...{ 'access/p.cedar': ofRows, 'access/p.tests.yaml': `examples:\n${examples}` },
    });
    return mesh;
  };
  const test_ = async (examples: string) => {
    await using mesh = await open(examples);
    return await testPolicies(join(mesh.dir, 'access'), join(mesh.dir, 'supergraph.yaml'), ['segment']);
  };
  const all = `
  - asker: { attributes: { segment: Consumer } }
    fields: { Customer.segment: allow }
    rows:
      Customer:
        - { row: { segment: Consumer, visits: 1 }, readable: true, by: own-segment }
        - { row: { segment: Corporate, visits: 1 }, readable: false }
        - { row: { segment: null, visits: 1 }, readable: false }
        - { row: { segment: Consumer, visits: 0 }, readable: false, by: [never-visited] }
  - asker: { teams: [Sales] }
    rows:
      Customer:
        - { row: { revenue: 1000.51, since: 2025-12-31, visits: 2 }, readable: true, by: large }
        - { row: { revenue: '1000.50', since: 2025-12-31, visits: 2 }, readable: false }
        - { row: { revenue: 2000, since: 2026-01-01, visits: 2 }, readable: false }
  - { asker: {}, rows: { Customer: none } }
  - { asker: { roles: [chief] }, rows: { Customer: all } }
`;

  test('as they are', async () => {
    expect(await test_(all)).toEqual({ examples: 4, decisions: 10, untested: [], issues: [] });
  });

  test.each([
    ['{ segment: Consumer, visits: 1 }, readable: false', /not readable, but it is readable, by own-segment/],
    ['{ segment: A, visits: 1 }, readable: true', /expected the row to be readable, but it is not readable\.$/],
    ['{ segment: Consumer, visits: 0 }, readable: true', /but it is not readable, by never-visited/],
    // A policy that looks at what is not there could not be decided.
    ['{ segment: Consumer }, readable: true', /not readable, since it could not be decided: never-visited/],
  ])('{ row: %s } is not as it is', async (row, message) => {
    const example = `  - { asker: { attributes: { segment: Consumer } }, rows: { Customer: [{ row: ${row} }] } }`;
    const { issues } = await test_(example);
    const [wrong] = issues;
    expect(wrong).toMatchObject({
      code: 'ACCESS_TEST_FAILED',
      message: expect.stringMatching(message),
      coordinate: 'Customer',
    });
    expect(wrong?.place).toMatchObject({ file: expect.stringMatching(/p\.tests\.yaml$/), line: 2 });
  });

  test.each([
    ['Customer: all', 'ACCESS_TEST_FAILED', 'expected all rows, but it is no rows'],
    ['Customers: all', 'ACCESS_TESTS_INVALID', 'Is Customer meant?'],
    ['Customer: [{ row: { segmnt: A }, readable: true }]', 'ACCESS_TESTS_INVALID', 'Is segment meant?'],
    ['Customer: [{ row: { visits: many }, readable: true }]', 'ACCESS_TESTS_INVALID', 'write a whole number'],
    ['Customer: [{ row: { revenue: 1.23456 }, readable: true }]', 'ACCESS_TESTS_INVALID', 'up to four digits'],
    ['Customer: [{ row: { visits: 1 }, readable: false, by: larg }]', 'ACCESS_TESTS_INVALID', 'Is large meant?'],
    ['Customer: some', 'ACCESS_TESTS_INVALID', 'Write all, none, or rows'],
  ])('{ rows: { %s } }: %s', async (rows, code, message) => {
    const { issues } = await test_(`  - { asker: {}, rows: { ${rows} } }`);
    expect(issues[0]).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('policies of rows that the graph has not are named with their place', async () => {
    await using mesh = await open('  - { asker: {}, rows: { Customer: none } }');
    mesh.write({
      'access/q.cedar':
        '\n@id("typo") permit (principal, action == Weft::Action::"readRow", resource is Weft::Row::Customers);',
    });
    const { code, stderr } = await mesh.weft('policy', 'test', 'access', '--attributes', 'segment');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^access\/q\.cedar:2:\d+ error ACCESS_POLICY_INVALID {2}typo: /),
    });
  });
});

test('policies that decide no example are said, and fail with --strict only', async () => {
  const some = 'examples: [{ asker: {}, fields: { Customer.id: allow } }]';
  const { untested, issues } = await run(some);
  expect(untested).toEqual(['colleagues', 'masked-names', 'names-for-care', 'europe', 'by-agreement', 'no-robots']);
  expect(new Set(issues.map((each) => each.code))).toEqual(new Set(['ACCESS_POLICY_UNTESTED']));
  expect(issues.map(({ at }) => at)).toEqual([3, 4, 6, 8, 10, 12].map((line) => `p.cedar:${line}:1`));
  await using mesh = makeMesh(files(some));
  const codeOf = async (...more: string[]) =>
    (await mesh.weft('policy', 'test', 'access', '--attributes', 'region', ...more)).code;
  expect({ code: await codeOf(), strict: await codeOf('--strict') }).toEqual({ code: 0, strict: 1 });
});

test('policies that cannot be used, and examples that fail, end with 1, and their places', async () => {
  await using mesh = makeMesh({ ...files('examples: [{ asker: {}, fields: { Customer.name: allow } }]') });
  const failing = await mesh.weft('policy', 'test', 'access', '--attributes', 'region');
  expect(failing.code).toBe(1);
  expect(failing.stderr).toMatch(/^access\/p\.tests\.yaml:1:\d+ error ACCESS_TEST_FAILED {2}Customer\.name /);
  mesh.write({ 'access/p.cedar': 'permit (principal' });
  const { code, stderr } = await mesh.weft('policy', 'test', 'access');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^access\/p\.cedar:1:\d+ error ACCESS_POLICY_INVALID/);
});

test('the policies of this repository decide what README shows', async () => {
  const { code, stderr } = await weft(['policy', 'test', '--strict'], { cwd: root });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/0 errors, 0 warnings\n$/) });
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(readme).toContain('weft policy test');
});
