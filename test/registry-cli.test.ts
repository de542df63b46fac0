/** The registry's commands as a person, a script and a CI job use them: the real bin, asking over HTTP what the SDL says. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { ciOrigin } from '../scripts/ci-origin.ts';
import { inMarkdown } from '../scripts/markdown-text.ts';
import { printable, printableLines } from '../scripts/printable.ts';
import { program } from '../scripts/program.ts';
import { bin, freePort, makeMesh, root, weft } from './mesh.ts';
import { shipmentsContract } from './shipments.ts';
import { type Answers, refuse, speakRegistry } from './spoken-registry.ts';
import { startSubgraph } from './subgraph.ts';

const passed = (id: string, title = 'All is well') => ({ id, title, outcome: 'PASSED', issues: [] });

const broken = {
  code: 'OPERATION_BROKEN',
  severity: 'error',
  message: 'Order.total is read by finance-dashboard (1,204 calls a day).',
  coordinate: 'Order.total',
  place: 'sales/schema.graphql:3:5',
  help: 'Deprecate it first.',
};

const report = (steps: readonly unknown[], isAccepted: boolean) => ({
  ...{ domain: 'sales', base: 12, isAccepted, steps },
  changed: ['Order.status', 'Order.total'],
  suggestedVersions: [{ id: 'sales.orders', from: '1.2.0', version: '2.0.0' }],
});

const accepted = report([passed('documents'), passed('ownership')], true);

const refused = report(
  [
    passed('documents'),
    {
      id: 'policies',
      title: 'The policies hold',
      outcome: 'WARNING',
      issues: [{ ...broken, code: 'POLICY_VIOLATION', severity: 'warning', coordinate: null, place: null }],
    },
    { id: 'operations', title: 'What consumers send still works', outcome: 'FAILED', issues: [broken] },
    { id: 'loading', title: 'A gateway can answer from it', outcome: 'SKIPPED', issues: [] },
  ],
  false,
);

const versionOf = (id: number, more: object = {}) => ({
  ...{ id, base: id - 1, action: 'PUBLISH', domain: 'sales', actor: 'sales-ci', isCurrent: id === 12 },
  origin: [{ name: 'commit', value: 'abc123' }],
  createdAt: '2026-11-23T06:00:00.000Z',
  digest: 'd'.repeat(64),
  supergraphSdl: `# version ${id}\ntype Query { a: Int }\n`,
  subgraphs: [
    {
      name: 'sales',
      version: 3,
      team: 'Sales Team',
      routingUrl: 'http://127.0.0.1:4001/graphql',
      sdl: 'type Query { a: Int }',
      files: [{ path: 'orders.odcs.yaml', text: '' }],
    },
  ],
  changes: [
    { coordinate: 'Order.total', aspect: 'type', before: 'Int', after: 'Float', subgraph: 'sales' },
    { coordinate: 'Order.status', aspect: 'kind', before: null, after: 'FIELD', subgraph: null },
  ],
  ...more,
});

const known: Answers = {
  owners: [{ coordinate: 'Order.total', domain: 'sales', team: 'Sales Team' }],
  consumers: [
    {
      name: 'finance-dashboard',
      version: '2.1.0',
      lastSeen: '2026-11-23T03:00:00Z',
      callsPerDay: 1204,
      operations: [],
    },
  ],
};

const sdl = 'type Query { orders: Int }\n';

/** Runs the command against a registry that answers so. */
async function at(
  answers: Answers | undefined,
  args: readonly string[],
  more: { env?: Record<string, string>; stdin?: string; files?: Record<string, string> } = {},
) {
  await using registry = await speakRegistry(answers);
  await using mesh = makeMesh({ 'sales.graphql': sdl, ...more.files });
  const ended = await weft(args, {
    cwd: mesh.dir,
    env: { ...noCi, WEFT_GATEWAY: registry.url, ...more.env },
    ...(more.stdin !== undefined && { stdin: more.stdin }),
  });
  return { ...ended, asked: registry.asked };
}

/** Tests run in CI, too: what it says of itself is not what is tested. */
const noCi = { GITHUB_ACTIONS: '', GITLAB_CI: '', JENKINS_URL: '', BUILDKITE: '', CIRCLECI: '' };

const json = (stdout: string) => {
  const { json_version, data, error } = JSON.parse(stdout);
  expect(json_version).toBe('1');
  return error ?? data;
};

describe('check', () => {
  test('what failed comes first, with owner, clients and the way out; exit code 1', async () => {
    const { code, stdout, stderr, asked } = await at({ ...known, checkSubgraph: refused }, [
      'subgraph',
      'check',
      'sales',
      '--schema',
      'sales.graphql',
    ]);
    expect(code).toBe(1);
    expect(asked[0]?.variables).toEqual({ input: { name: 'sales', sdl, files: [] } });
    expect(stdout.split('\n')).toEqual([
      'FAILED   operations: What consumers send still works',
      '  CODE              COORDINATE   OWNER               CLIENTS',
      '  OPERATION_BROKEN  Order.total  sales (Sales Team)  finance-dashboard 2.1.0 (1,204 a day, last 2026-11-23)',
      '      sales/schema.graphql:3:5  Order.total is read by finance-dashboard (1,204 calls a day).',
      '      Deprecate it first.',
      '',
      'WARNING  policies: The policies hold',
      '  CODE',
      '  POLICY_VIOLATION (warning)',
      '      Order.total is read by finance-dashboard (1,204 calls a day).',
      '      Deprecate it first.',
      '',
      'PASSED   documents',
      'SKIPPED  loading',
      'changes  Order.status, Order.total',
      'version  sales.orders 1.2.0 → 2.0.0',
      '',
    ]);
    expect(stderr).toBe('sales cannot be published (against version 12): 1 error, 1 warning\n');
  });

  test('accepted: exit code 0; the schema may come from stdin; --json is the whole report', async () => {
    const piped = await at({ checkSubgraph: accepted }, ['subgraph', 'check', 'sales', '--schema', '-', '--json'], {
      stdin: sdl,
    });
    expect(piped.code).toBe(0);
    expect(json(piped.stdout)).toEqual(accepted);
    expect(piped.asked.map(({ variables }) => variables.input.sdl)).toEqual([sdl]); // And nobody else was asked about.
    expect(piped.stderr).toBe('sales can be published (against version 12): 0 errors, 0 warnings\n');
  });

  test('owners and clients are left out where the token may not read', async () => {
    const answers = {
      checkSubgraph: refused,
      owners: () => refuse('TOKEN_NOT_ENOUGH', 'no'),
      consumers: () => refuse('TOKEN_NOT_ENOUGH', 'no'),
    };
    const { code, stdout } = await at(answers, ['subgraph', 'check', 'sales', '--schema', 'sales.graphql']);
    expect(code).toBe(1);
    expect(stdout).toContain('  CODE              COORDINATE\n  OPERATION_BROKEN  Order.total\n');
  });

  test('--markdown is for a pull request: nobody in it mentions, links or breaks out of a cell', async () => {
    const evil = '@all see [x](https://evil.example) | <img src=x> #12\n\n# gone';
    const hostile = report(
      [
        {
          id: 'operations',
          title: evil,
          outcome: 'FAILED',
          issues: [{ ...broken, message: evil, help: evil, coordinate: 'Order.total' }],
        },
      ],
      false,
    );
    const answers = {
      ...known,
      consumers: [{ name: evil, version: '', lastSeen: '2026-11-23T03:00:00Z', callsPerDay: 0.25, operations: [] }],
      checkSubgraph: hostile,
    };
    const { code, stdout } = await at(answers, [
      'subgraph',
      'check',
      'sales',
      '--schema',
      'sales.graphql',
      '--markdown',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('### sales cannot be published \\(against version 12\\)\n');
    expect(stdout).toContain('| code | coordinate | owner | clients | what | what to do |\n| --- |');
    const rows = stdout.split('\n').filter((each) => each.startsWith('| OPERATION'));
    expect(rows).toHaveLength(1);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
    expect(stdout).not.toMatch(/@all|(?<!\\)<img|(?<!\\)\[x|:\/\/|#12|^# gone/m);
    expect(inMarkdown('a_b *c* www.x.y')).toBe('a\\_b \\*c\\* www&#46;x.y');
  });

  test('texts of others cannot speak to the terminal', async () => {
    const evil = '\u001b[2J\u001b]0;title\u0007ok\u009b31m\r\nPASSED   all\u202e';
    const hostile = report(
      [{ id: 'operations', title: evil, outcome: 'FAILED', issues: [{ ...broken, message: evil, help: evil }] }],
      false,
    );
    const answers = { ...known, checkSubgraph: { ...hostile, domain: evil, changed: [evil] } };
    const { stdout, stderr } = await at(answers, ['subgraph', 'check', 'sales', '--schema', 'sales.graphql']);
    expect(`${stdout}${stderr}`).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(stdout).not.toMatch(/^PASSED/m);
    const failed = await at({ checkSubgraph: () => refuse('REGISTRY_FULL', evil) }, [
      'subgraph',
      'check',
      'sales',
      '--schema',
      'sales.graphql',
    ]);
    expect(failed.stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(failed.code).toBe(2);
    expect(printable({ a: [evil, 1, null] })).toEqual({ a: ['ok PASSED all', 1, null] });
    expect(printableLines('type A {\n\tb: Int # \u001b[31mred\u001b[0m\n}')).toBe('type A {\n\tb: Int # red\n}');
  });
});

describe('publish', () => {
  const args = [
    'subgraph',
    'publish',
    'sales',
    '--schema',
    'sales.graphql',
    '--routing-url',
    'https://sales.example/graphql',
  ];
  const published = { outcome: 'PUBLISHED', report: accepted, version: versionOf(13) };

  test('published: says the version and what changed; sends schema, address, contracts and where it comes from', async () => {
    const ci = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: 'f00',
      GITHUB_REF_NAME: 'main',
      GITHUB_ACTOR: 'ada',
      WEFT_TOKEN: 'weft_1_secret',
    };
    const files = {
      'contracts/orders.odcs.yaml': 'kind: DataContract',
      'contracts/notes.txt': 'mine',
      'contracts/sales.odps.json': '{}',
    };
    const { code, stdout, stderr, asked } = await at(
      { publishSubgraph: published },
      [...args, '--contracts', 'contracts', '--base', '12', '--request-approval'],
      { env: ci, files },
    );
    expect(code).toBe(0);
    expect(stderr).toBe('sales is part of the graph: version 13, 2 coordinates changed: Order.status, Order.total\n');
    expect(stdout).toMatch(/^PASSED {3}documents, ownership$/m);
    expect(asked[0]?.headers.authorization).toBe('Bearer weft_1_secret');
    expect(asked[0]?.variables).toEqual({
      input: {
        ...{ name: 'sales', sdl, routingUrl: 'https://sales.example/graphql' },
        files: [
          { path: 'orders.odcs.yaml', text: 'kind: DataContract' },
          { path: 'sales.odps.json', text: '{}' },
        ],
      },
      base: 12,
      requestApproval: true,
      origin: [
        { name: 'commit', value: 'f00' },
        { name: 'branch', value: 'main' },
        { name: 'author', value: 'ada' },
      ],
    });
    expect(`${stdout}${stderr}`).not.toContain('secret');
  });

  test('the same again: says so, exit code 0', async () => {
    const unchanged = { outcome: 'UNCHANGED', report: { ...accepted, steps: [], changed: [] }, version: versionOf(12) };
    const [plain, markdown] = await Promise.all([
      at({ publishSubgraph: unchanged }, args),
      at({ publishSubgraph: unchanged }, [...args, '--markdown']),
    ]);
    expect(plain).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'sales is that already: version 12 stays the current one\n',
    });
    expect(markdown.stdout).toContain('### sales is that already: version 12 stays the current one\n');
  });

  test('refused: exit code 1, and the way to the owner', async () => {
    const violation = { ...broken, code: 'OWNERSHIP_VIOLATION' };
    const foreign = report(
      [{ id: 'ownership', title: 'Nothing of another domain changes', outcome: 'FAILED', issues: [violation] }],
      false,
    );
    const answers = { ...known, publishSubgraph: { outcome: 'REFUSED', report: foreign, version: versionOf(12) } };
    const [alone, asking, program] = await Promise.all([
      at(answers, args),
      at(answers, [...args, '--request-approval']),
      at(answers, [...args, '--json']),
    ]);
    expect(alone.code).toBe(1);
    expect(alone.stdout).toMatch(/^FAILED {3}ownership: /);
    expect(alone.stderr).toContain('sales was not published, version 12 stays the current one: 1 error, 0 warnings\n');
    expect(alone.stderr).toContain('--request-approval');
    expect(asking.stderr).toContain('`weft ownership requests --domain sales`');
    expect(program.code).toBe(1);
    expect(json(program.stdout)).toMatchObject({
      outcome: 'REFUSED',
      report: { steps: [{ issues: [violation] }] },
      version: { id: 12 },
    });
  });

  test('somebody else was first: STALE_BASE, exit code 1, do it again', async () => {
    const stale = { publishSubgraph: () => refuse('STALE_BASE', 'Version 13 is current, not 12.') };
    const { code, stdout, stderr } = await at(stale, [...args, '--json']);
    expect(code).toBe(1);
    expect(json(stdout)).toMatchObject({ code: 'STALE_BASE', message: 'Version 13 is current, not 12.' });
    expect(stderr).toContain('Do it again');
  });

  test('--dry-run checks', async () => {
    const { code, asked } = await at({ checkSubgraph: accepted }, [...args, '--dry-run']);
    expect(code).toBe(0);
    expect(asked.map(({ query }) => query)).toEqual([expect.stringContaining('checkSubgraph(')]);
  });

  test('any server may be asked for its schema', async () => {
    const subgraph = await startSubgraph(sdl);
    onTestFinished(subgraph.close);
    const { code, asked } = await at({ publishSubgraph: published }, [
      'subgraph',
      'publish',
      'sales',
      '--introspect',
      subgraph.url,
    ]);
    expect(code).toBe(0);
    const { sdl: given, ...input } = asked[0]?.variables.input ?? {};
    expect(input).toEqual({ name: 'sales', files: [] });
    expect(given).toMatch(/type Query \{\s+orders: Int/);
  });

  test('where WEFT_ROUTING_ADDRESSES allows its address', async () => {
    const subgraph = await startSubgraph(sdl);
    onTestFinished(subgraph.close);
    const introspect = ['subgraph', 'publish', 'sales', '--introspect', subgraph.url];
    const { code, stderr } = await at({}, introspect, { env: { WEFT_ROUTING_ADDRESSES: 'private' } });
    expect(code).toBe(2);
    expect(stderr).toContain('unless WEFT_ROUTING_ADDRESSES names loopback');
  });

  test.each([
    [['--schema', 'lost.graphql'], 'SUBGRAPH_SCHEMA_UNREADABLE', 'lost.graphql cannot be read'],
    [[], 'SUBGRAPH_SCHEMA_UNREADABLE', '--introspect'],
    [['--introspect', 'http://127.0.0.1:1/graphql'], 'SUBGRAPH_SCHEMA_UNREADABLE', '_service'],
    [['--schema', 'sales.graphql', '--contracts', 'lost'], 'DOCUMENT_UNREADABLE', 'lost cannot be read'],
    [['--schema', 'sales.graphql', '--contracts', '.'], 'DOCUMENT_UNREADABLE', 'holds no contract'],
    [['--schema', 'sales.graphql', '--introspect', 'http://127.0.0.1:1'], 'cannot be used with', '--introspect'],
  ])('%j is refused before anybody is asked', async (more, expected, hint) => {
    const { code, stderr, asked } = await at({}, ['subgraph', 'publish', 'sales', ...more]);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
    expect(stderr).toContain(hint);
    expect(asked).toEqual([]);
  });
});

const inMesh = {
  'supergraph.yaml': `subgraphs:
  logistics:
    routing_url: http://127.0.0.1:4001/graphql
    schema: { file: ./subgraphs/logistics/schema.gen.graphql }
  reviews:
    routing_url: http://127.0.0.1:4002/graphql
    schema: { file: ./reviews.graphql }
`,
  'reviews.graphql': 'type Query { reviews: Int }\n',
  'subgraphs/logistics/logistics.odps.yaml':
    'apiVersion: v1.0.0\nkind: DataProduct\nid: logistics\nstatus: draft\nteam: { name: Logistics }\n',
  'subgraphs/logistics/shipments.odcs.yaml': shipmentsContract,
};

describe('weft publish and weft check, in the folder of a mesh', () => {
  const files = inMesh;
  const published = { outcome: 'PUBLISHED', report: accepted, version: versionOf(13) };

  test('schema, address and contracts are those of the folder; the schema is what the contracts give now', async () => {
    const { code, stderr, asked } = await at({ publishSubgraph: published }, ['publish', 'logistics'], { files });
    expect(code).toBe(0);
    const { input } = asked[0]?.variables ?? {};
    expect(input).toMatchObject({
      ...{ name: 'logistics', routingUrl: 'http://127.0.0.1:4001/graphql' },
      files: [{ path: 'logistics.odps.yaml' }, { path: 'shipments.odcs.yaml', text: shipmentsContract }],
    });
    expect(input.sdl).toContain('type Shipment');
    expect(stderr).toContain('`weft generate` writes it');
  });

  test('without a name: the domain in whose folder it is; a subgraph without contracts takes part, too', async () => {
    await using registry = await speakRegistry({ checkSubgraph: accepted });
    await using mesh = makeMesh(files);
    const env = { ...noCi, WEFT_GATEWAY: registry.url };
    expect((await weft(['check'], { cwd: join(mesh.dir, 'subgraphs/logistics'), env })).code).toBe(0);
    expect((await weft(['publish', 'reviews', '--dry-run'], { cwd: mesh.dir, env })).code).toBe(0);
    expect(registry.asked.map(({ variables }) => variables.input.name)).toEqual(['logistics', 'reviews']);
    expect(registry.asked[1]?.variables.input).toMatchObject({ sdl: files['reviews.graphql'], files: [] });
    const which = await weft(['publish'], { cwd: mesh.dir, env });
    expect(which).toMatchObject({ code: 2, stdout: '' });
    expect(which.stderr).toContain('Name one of logistics, reviews');
    const wrong = await weft(['publish', 'logistic'], { cwd: mesh.dir, env });
    expect(wrong.stderr).toContain('DOMAIN_UNKNOWN');
    expect(wrong.stderr).toContain('Did you mean logistics?');
    mesh.write({ 'subgraphs/logistics/schema.graphql': 'type {' });
    const invalid = await weft(['publish', 'logistics'], { cwd: mesh.dir, env });
    expect(invalid.code).toBe(1);
    expect(invalid.stderr).toContain('schema.graphql:1:6 error SCHEMA_SYNTAX');
    expect(registry.asked).toHaveLength(2);
  });
});

describe('delete and rollback', () => {
  const gone = { outcome: 'PUBLISHED', report: { ...accepted, domain: 'sales' }, version: versionOf(13) };

  test('delete --yes takes it out; --dry-run only says whether it could', async () => {
    const [deleted, dry] = await Promise.all([
      at({ deleteSubgraph: gone }, ['subgraph', 'delete', 'sales', '--yes']),
      at({ ...known, checkDeletion: refused }, ['subgraph', 'delete', 'sales', '--dry-run']),
    ]);
    expect(deleted).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('sales is out of the graph: version 13'),
    });
    expect(deleted.asked[0]?.variables).toMatchObject({ name: 'sales' });
    expect(dry).toMatchObject({ code: 1, stderr: expect.stringContaining('sales cannot be deleted') });
    expect(dry.asked.some(({ query }) => query.includes('deleteSubgraph'))).toBe(false);
  });

  test.each([[['subgraph', 'delete', 'sales']], [['supergraph', 'rollback', '11']]])(
    '%j is refused where nobody can be asked',
    async (args) => {
      const { code, stderr, asked } = await at({}, args);
      expect({ code, asked }).toEqual({ code: 2, asked: [] });
      expect(stderr).toContain('CONFIRMATION_NEEDED');
      expect(stderr).toContain('--yes');
    },
  );

  // `script` is where a terminal comes from: util-linux has it.
  const hasScript = existsSync('/usr/bin/script');

  test.runIf(hasScript)('on a terminal they ask: no changes nothing, yes does what was shown', async () => {
    const answers = {
      ...{ checkDeletion: accepted, deleteSubgraph: gone, rollback: gone },
      graphVersion: ({ id }: { id?: number }) => versionOf(id ?? 12),
    };
    await using registry = await speakRegistry(answers);
    const ask = (args: string, reply: string) => onTerminal(`${args} --gateway ${registry.url}`, reply);
    const [no, yes, back] = [
      await ask('subgraph delete sales', 'n'),
      await ask('subgraph delete sales', 'y'),
      await ask('supergraph rollback 11', 'yes'),
    ];
    expect(no).toContain('checking without sales … 0 s');
    expect(no).toContain('This changes 2 coordinates: Order.status, Order.total');
    expect(no).toContain('Take sales out of the graph? [y/N]');
    expect(no).toMatch(/Nothing was changed\.\s+exit 1/);
    expect(yes).toMatch(/sales is out of the graph[\s\S]*exit 0/);
    expect(back).toContain('From version 12, this changes 2 coordinates: Order.total, Order.status');
    expect(back).toMatch(/The graph is what it was at version 11: version 13[\s\S]*exit 0/);
    const changes = registry.asked.filter(({ query }) => /deleteSubgraph\(|rollback\(/.test(query));
    expect(changes.map(({ variables }) => variables)).toMatchObject([
      { name: 'sales', base: 12 },
      { to: 11, base: 12 },
    ]);
  });

  test('rollback --yes, refused by the policies of today: exit code 1', async () => {
    const answers = { ...known, rollback: { outcome: 'REFUSED', report: refused, version: versionOf(12) } };
    const { code, stdout, stderr, asked } = await at(answers, [
      'supergraph',
      'rollback',
      '11',
      '--yes',
      '--base',
      '12',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED {3}operations/);
    expect(stderr).toContain('The graph did not go back to version 11, version 12 stays the current one');
    expect(asked[0]?.variables).toMatchObject({ to: 11, base: 12 });
  });
});

/** stdin, stdout and stderr are one terminal; the reply is typed when it has been asked for. */
async function onTerminal(args: string, reply: string): Promise<string> {
  const env = { ...process.env, ...noCi, NODE_OPTIONS: '', NO_COLOR: '1' };
  const command = `${process.execPath} ${bin} ${args}; echo exit $?`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: root, env });
  let shown = '';
  child.stdout.on('data', (chunk) => {
    const wasAsked = shown.includes('[y/N]');
    shown += chunk;
    if (!wasAsked && shown.includes('[y/N]')) child.stdin.write(`${reply}\r`);
  });
  await once(child, 'close');
  return shown;
}

describe('the graph and its history', () => {
  const answers = {
    graphVersion: ({ id }: { id?: number }) => (id === 99 ? null : versionOf(id ?? 12)),
    graphVersions: [versionOf(12), versionOf(11, { action: 'SEED', domain: null, origin: [] })],
    subgraphs: versionOf(12).subgraphs,
  };

  test('show prints the supergraph to the byte, of the current version or of another', async () => {
    const [current, earlier, all, lost] = await Promise.all([
      at(answers, ['supergraph', 'show']),
      at(answers, ['supergraph', 'show', '--version', '7']),
      at(answers, ['supergraph', 'show', '--json']),
      at(answers, ['supergraph', 'show', '--version', '99']),
    ]);
    expect(current).toMatchObject({ code: 0, stdout: versionOf(12).supergraphSdl });
    expect(current.stderr).toContain('version 12, the current one: PUBLISH sales by sales-ci');
    expect(earlier.stdout).toContain('# version 7\n');
    expect(json(all.stdout)).toMatchObject({
      id: 12,
      digest: 'd'.repeat(64),
      subgraphs: [{ name: 'sales', version: 3 }],
    });
    expect(lost).toMatchObject({ code: 2, stderr: expect.stringContaining('VERSION_UNKNOWN') });
    const empty = await at({ graphVersion: null }, ['supergraph', 'show']);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('NOTHING_PUBLISHED') });
  });

  test('history, diff and the list of subgraphs', async () => {
    const [history, diff, list] = await Promise.all([
      at(answers, ['supergraph', 'history', '--first', '2', '--before', '13']),
      at(answers, ['supergraph', 'diff', '7']),
      at(answers, ['subgraph', 'list']),
    ]);
    expect(history.stdout).toMatch(
      /^12 \* {5}2026-11-23T06:00:00.000Z {2}PUBLISH {2}sales {3}sales-ci {2}commit abc123$/m,
    );
    expect(history.stdout).toMatch(/^11 .*SEED/m);
    expect(history.asked[0]?.variables).toEqual({ first: 2, before: 13 });
    expect(history.stderr).toBe('2 versions; older ones: --before\n');
    expect(diff.stdout).toBe('~ Order.total  type: Int → Float  (sales)\n+ Order.status  kind: FIELD\n');
    expect(diff.stderr).toBe('version 7 → 12: 2 differences\n');
    expect(diff.asked[0]?.variables).toEqual({ from: 7 });
    expect(list.stdout).toMatch(/^sales +3 +Sales Team +http:\/\/127.0.0.1:4001\/\S+ +1$/m);
    expect(json((await at(answers, ['supergraph', 'diff', '7', '11', '--json'])).stdout)).toMatchObject({
      from: 7,
      to: 11,
      changes: [{ coordinate: 'Order.total' }, {}],
    });
  });

  test('export writes what rover, wgc and others read', async () => {
    await using registry = await speakRegistry(answers);
    await using mesh = makeMesh();
    const write = (format: string) =>
      mesh.weft('supergraph', 'export', '--format', format, '--output', format, '--gateway', registry.url);
    for (const format of ['rover', 'cosmo', 'supergraph']) expect((await write(format)).code).toBe(0);
    expect(parse(mesh.read('rover/supergraph.yaml')).subgraphs.sales.schema).toEqual({ file: './sales.graphql' });
    expect(mesh.read('rover/sales.graphql')).toBe('type Query { a: Int }');
    expect(parse(mesh.read('cosmo/graph.yaml'))).toMatchObject({ version: 1, subgraphs: [{ name: 'sales' }] });
    expect(mesh.read('supergraph/supergraph.graphql')).toBe(versionOf(12).supergraphSdl);
    expect((await write('helm')).stderr).toContain('Allowed choices are rover, cosmo, supergraph');
  });

  test('export never writes outside its folder', async () => {
    const evil = versionOf(12, { subgraphs: [{ ...versionOf(12).subgraphs[0], name: '../evil' }] });
    await using registry = await speakRegistry({ graphVersion: evil });
    await using mesh = makeMesh();
    const { code } = await mesh.weft(
      'supergraph',
      'export',
      '--format',
      'rover',
      '--output',
      'out',
      '--gateway',
      registry.url,
    );
    expect(code).toBe(2);
    expect(existsSync(join(mesh.dir, 'evil.graphql'))).toBe(false);
  });
});

describe('ownership', () => {
  const owners = [
    { coordinate: 'Order', domain: 'sales', team: 'Sales Team' },
    { coordinate: 'Order.total', domain: 'sales', team: 'Sales Team' },
    { coordinate: 'Order.total(unit:)', domain: 'sales', team: 'Sales Team' },
  ];
  const contribution = {
    ...{ type: 'Order', domain: 'shipping', owner: 'sales', actor: 'sales-ci' },
    createdAt: '2026-11-23T06:00:00Z',
  };
  const approval = {
    ...{
      id: 7,
      coordinate: 'Order.total',
      changes: [{ aspect: 'type', before: 'Int', after: null, subgraph: null }],
      domain: 'shipping',
      owner: 'sales',
    },
    ...{
      status: 'REQUESTED',
      requestedBy: 'ship-ci',
      requestedAt: '2026-11-23T06:00:00Z',
      decidedBy: null,
      decidedAt: null,
    },
  };
  const answers = {
    owners,
    contributions: [contribution],
    grantContribution: contribution,
    revokeContribution: true,
    approvals: [approval],
    decideApproval: approval,
    subgraphs: [{ name: 'sales' }, { name: 'shipping' }],
  };

  test('show: a type, a field with its arguments, a domain; what nobody owns is exit code 1', async () => {
    const [field, type, domain, lost] = await Promise.all([
      at(answers, ['ownership', 'show', 'Order.total']),
      at(answers, ['ownership', 'show', 'Order', '--json']),
      at(answers, ['ownership', 'show', '--domain', 'sales']),
      at(answers, ['ownership', 'show', 'Order.totl']),
    ]);
    expect(field.stdout.trim().split('\n').slice(1)).toEqual([
      'Order.total         sales   Sales Team',
      'Order.total(unit:)  sales   Sales Team',
    ]);
    expect(field.stderr).toBe('shipping may add fields to Order, as sales allows (sales-ci, 2026-11-23T06:00:00Z)\n');
    expect(field.asked[0]?.variables).toEqual({ type: 'Order' });
    expect(json(type.stdout)).toEqual({ owners, contributions: [contribution] });
    expect(domain.asked[0]?.variables).toEqual({ domain: 'sales' });
    expect(lost).toMatchObject({ code: 1, stderr: 'Nobody owns Order.totl. Did you mean Order.total?\n' });
  });

  test('grant, revoke, requests, approve and refuse', async () => {
    const [granted, unknown, revoked, requests, approved, refusal] = await Promise.all([
      at(answers, ['ownership', 'grant', 'Order', '--to', 'shipping']),
      at(answers, ['ownership', 'grant', 'Order', '--to', 'shiping']),
      at(answers, ['ownership', 'revoke', 'Order', '--from', 'shipping']),
      at(answers, ['ownership', 'requests', '--owner', 'sales', '--first', '9', '--before', '8']),
      at(answers, ['ownership', 'approve', '7']),
      at(answers, ['ownership', 'refuse', '7', '--json']),
    ]);
    expect(granted.stderr).toBe('shipping may add fields of its own to Order\n');
    expect(granted.asked[0]?.variables).toEqual({ type: 'Order', to: 'shipping' });
    expect(unknown).toMatchObject({
      code: 0,
      stderr: 'shiping may add fields of its own to Order\nNobody has published shiping yet. Did you mean shipping?\n',
    });
    expect(revoked.asked[0]?.variables).toEqual({ type: 'Order', from: 'shipping' });
    expect(requests.stdout).toMatch(/^7 {3}REQUESTED {2}Order\.total {2}type: Int → \(nothing\) {2}shipping {2}sales/m);
    expect(requests.stdout).toMatch(/ASKED BY +DECIDES +SINCE/);
    expect(requests.asked[0]?.variables).toEqual({ owner: 'sales', status: 'REQUESTED', first: 9, before: 8 });
    expect(approved).toMatchObject({
      code: 0,
      stderr: 'shipping may publish this, once: Order.total  type: Int → (nothing)\n',
    });
    expect(approved.asked[0]?.variables).toEqual({ id: 7, approve: true });
    expect(refusal.asked[0]?.variables).toEqual({ id: 7, approve: false });
    expect(json(refusal.stdout)).toEqual(approval);
  });
});

describe('tokens and the audit log', () => {
  const record = {
    ...{ id: '1f0c7a9be2d4', name: 'sales-ci', domains: ['sales'], actions: ['CHECK', 'PUBLISH'], createdBy: 'admin' },
    ...{ createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-02-01T00:00:00Z', revokedAt: null },
  };
  const answers = {
    createToken: { token: 'weft_1f0c7a9be2d4_secret', record },
    consumerTokens: [],
    tokens: [record, { ...record, id: 'other', revokedAt: '2026-01-02T00:00:00Z' }],
    revokeToken: true,
  };

  test('create prints the token alone, so that it can be piped to where secrets are kept', async () => {
    const args = ['token', 'create', 'sales-ci', '--domain', 'sales', '--action', 'check', 'publish', '--days', '30'];
    const { code, stdout, stderr, asked } = await at(answers, args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'weft_1f0c7a9be2d4_secret\n' });
    expect(stderr).toContain('it is shown only here');
    expect(stderr).not.toContain('secret');
    expect(asked[0]?.variables).toEqual({
      input: { name: 'sales-ci', domains: ['sales'], actions: ['CHECK', 'PUBLISH'], days: 30 },
    });
    const wrong = await at(answers, [...args.slice(0, 6), 'fly']);
    expect(wrong).toMatchObject({
      code: 2,
      asked: [],
      stderr: expect.stringContaining('Allowed choices are check, publish'),
    });
  });

  test('list says what is in force; revoke takes the id, or the token without passing its secret on', async () => {
    const [list, revoked] = await Promise.all([
      at(answers, ['token', 'list']),
      at(answers, ['token', 'revoke', 'weft_1f0c7a9be2d4_secret']),
    ]);
    expect(list.stdout).toMatch(/^1f0c7a9be2d4 {2}sales-ci {2}sales {4}check, publish {2}admin {4}expired 2026-02-01/m);
    expect(list.stdout).toMatch(/^other .* revoked 2026-01-02/m);
    expect(revoked.asked[0]?.variables).toEqual({ id: '1f0c7a9be2d4' });
  });

  test('audit list; verify ends with 1 where an entry is not as it was written', async () => {
    const entry = {
      seq: 1204,
      at: '2026-11-23T06:00:00Z',
      actor: 'sales-ci',
      action: 'publish',
      subject: 'sales',
      details: '{"version":12}',
      hash: 'h',
    };
    const sound = { entries: 1204, head: 'abc', brokenAt: null };
    const [list, verified, damaged] = await Promise.all([
      at({ audit: [entry] }, ['audit', 'list', '--before', '1300']),
      at({ auditVerdict: sound }, ['audit', 'verify']),
      at({ auditVerdict: { ...sound, brokenAt: 17 } }, ['audit', 'verify', '--json']),
    ]);
    expect(list.stdout).toMatch(/^1204 {2}2026-11-23T06:00:00Z {2}sales-ci {2}publish {2}sales {4}\{"version":12\}$/m);
    expect(list.asked[0]?.variables).toEqual({ first: 50, before: 1300 });
    expect(verified).toMatchObject({ code: 0, stdout: '1204 abc\n' });
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('AUDIT_BROKEN');
    expect(json(damaged.stdout)).toMatchObject({ brokenAt: 17 });
  });
});

describe('what goes wrong', () => {
  test('a gateway without a registry: REGISTRY_ABSENT, from one that has the code and one that has not', async () => {
    const [unknown, told] = await Promise.all([
      at(undefined, ['subgraph', 'list', '--json']),
      at({ subgraphs: () => refuse('REGISTRY_ABSENT', 'none') }, ['subgraph', 'list']),
    ]);
    expect(unknown.code).toBe(2);
    expect(json(unknown.stdout)).toMatchObject({
      code: 'REGISTRY_ABSENT',
      message: expect.stringContaining('has no registry, or is of another version'),
    });
    expect(told.stderr).toMatch(/^REGISTRY_ABSENT {2}The gateway at \S+ has no registry\.$/m);
  });

  test.each(['TOKEN_MISSING', 'TOKEN_NOT_ENOUGH'])('%s says what to do here', async (code) => {
    const { code: exit, stderr } = await at({ subgraphs: () => refuse(code, 'The token sales-ci may not.') }, [
      'subgraph',
      'list',
    ]);
    expect(exit).toBe(2);
    expect(stderr).toContain(`${code}  The token sales-ci may not.`);
    expect(stderr).toContain(code === 'TOKEN_MISSING' ? 'WEFT_TOKEN' : 'Ask whoever runs the registry');
  });

  test('a token that is none is not sent, nor shown', async () => {
    const { code, stderr, asked } = await at({ subgraphs: [] }, ['subgraph', 'list'], {
      env: { WEFT_TOKEN: 'two\nlines' },
    });
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(stderr).toContain('TOKEN_MISSING');
    expect(stderr).not.toContain('lines');
    const ended = await at({ subgraphs: [] }, ['subgraph', 'list'], { env: { WEFT_TOKEN: ' weft_1_x\n' } });
    expect(ended.asked[0]?.headers.authorization).toBe('Bearer weft_1_x');
  });

  test('the line goes dead under a change: it may have been done, and the history says whether', async () => {
    const server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await weft(['token', 'revoke', 'x', '--gateway', url], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('GATEWAY_UNREACHABLE');
    expect(stderr).toContain('weft supergraph history');
  });

  test('nobody there: GATEWAY_UNREACHABLE', async () => {
    const port = await freePort();
    const { code, stderr } = await weft(['token', 'revoke', 'x', '--gateway', `http://127.0.0.1:${port}`], {
      cwd: root,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('GATEWAY_UNREACHABLE');
    expect(stderr).not.toContain('weft supergraph history'); // Nothing can have been done.
  });
});

describe('doctor', () => {
  const sound = { graphVersion: { id: 12 }, auditVerdict: { entries: 3, head: 'abc', brokenAt: null } };

  test('all is well: a line for each, exit code 0', async () => {
    const files = {
      'supergraph.yaml':
        'subgraphs:\n  sales:\n    routing_url: http://127.0.0.1:4001\n    schema: { file: ./sales.graphql }\n',
    };
    const { code, stdout } = await at(sound, ['doctor'], { files });
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.slice(0, 15).trim())).toEqual([
      'ok    node',
      'ok    mesh',
      'ok    settings',
      'ok    gateway',
      'ok    registry',
      'ok    token',
      'ok    audit log',
      '',
    ]);
  });

  test.each([
    ['no registry', undefined, {}, 0, /^warn {2}registry {3}REGISTRY_ABSENT/m],
    [
      'a token that is not known',
      { graphVersion: () => refuse('TOKEN_MISSING', 'no') },
      { WEFT_TOKEN: 'x' },
      1,
      /^fail {2}token {6}TOKEN_MISSING/m,
    ],
    [
      'an audit log that was changed',
      { ...sound, auditVerdict: { entries: 3, head: 'abc', brokenAt: 2 } },
      {},
      1,
      /^fail {2}audit log {2}Entry 2/m,
    ],
    [
      'an audit log that it may not read',
      { ...sound, auditVerdict: () => refuse('TOKEN_NOT_ENOUGH', 'no') },
      {},
      0,
      /^warn {2}audit log {2}not looked at/m,
    ],
  ])('%s', async (_, answers, env, code, line) => {
    const ended = await at(answers, ['doctor'], { env: env as Record<string, string> });
    expect(ended.stdout).toMatch(line);
    expect(ended.code).toBe(code);
  });

  test('each thing that is wrong is said, and what to do', async () => {
    const env = {
      WEFT_GATEWAY: 'http://127.0.0.1:1',
      WEFT_MAX_COTS: '1',
      WEFT_PORT: 'x',
      WEFT_SUPERGRAPH: 'lost.yaml',
    };
    const { code, stdout } = await at(sound, ['doctor'], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail {2}mesh {7}MESH_NOT_FOUND/m);
    expect(stdout).toMatch(/^warn {2}settings {3}Nothing reads WEFT_MAX_COTS\.\n +Did you mean WEFT_MAX_COST\?/m);
    expect(stdout).toMatch(/^fail {2}settings {3}CONFIG_INVALID/m);
    expect(stdout).toMatch(/^fail {2}gateway {4}No gateway of Weft answers at \S+\n +Start one with/m);
  });

  test('a token that would be readable on the way', async () => {
    const { stdout } = await weft(['doctor', '--json', '--gateway', 'http://mesh.invalid', '--token', 'x'], {
      cwd: root,
    });
    expect(json(stdout).findings).toContainEqual(
      expect.objectContaining({ about: 'settings', outcome: 'warn', message: expect.stringContaining('readable') }),
    );
  });
});

test('from an empty registry to a take-over refused, approved, and undone again, at a real gateway', async () => {
  const contract = 'subgraphs/logistics/shipments.odcs.yaml';
  await using mesh = makeMesh({
    [contract]: shipmentsContract,
    'supergraph.yaml': inMesh['supergraph.yaml'],
    'reviews.graphql': inMesh['reviews.graphql'],
    'subgraphs/logistics/logistics.odps.yaml': inMesh['subgraphs/logistics/logistics.odps.yaml'],
  });
  await mesh.weft('generate');
  const gateway = await startGateway(
    readConfig(
      {},
      {
        supergraph: join(mesh.dir, 'supergraph.yaml'),
        registry: join(mesh.dir, 'registry.db'),
        registryOpen: true,
        routingAddresses: 'loopback',
        port: 0,
        logLevel: 'error',
      },
    ),
  );
  onTestFinished(gateway.close);
  const run = (args: string, stdin = '') =>
    weft(args.split(' '), {
      cwd: mesh.dir,
      env: { ...noCi, GITLAB_CI: '1', CI_COMMIT_SHA: 'f00', WEFT_GATEWAY: gateway.url },
      stdin,
    });

  expect(await run('publish logistics')).toMatchObject({ code: 0, stderr: expect.stringContaining('version 1 stays') });

  const colour = '- { name: colour, logicalType: string, classification: internal, description: Of the box. }\n      ';
  const wider = shipmentsContract
    .replace('- { name: carrier', `${colour}- { name: carrier`)
    .replace('version: 1.0.0', 'version: 1.1.0');
  mesh.write({ [contract]: wider });
  expect(await run('publish logistics')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/version 2, .*Shipment\.colour/),
  });
  mesh.write({ [contract]: shipmentsContract.replace('version: 1.0.0', 'version: 1.2.0') });
  const narrower = await run('check logistics');
  expect(narrower.code).toBe(1);
  expect(narrower.stdout).toMatch(/^FAILED {3}versions/);
  expect(narrower.stdout).toMatch(/CONTRACT_BREAKING_FIELD_REMOVED +Shipment\.colour +logistics \(Logistics\)/);

  const taking = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])
    type Query { reviews: Int }
    type Shipment @key(fields: "shipmentId") { shipmentId: ID! colour: String @override(from: "logistics") }`;
  const publish = 'subgraph publish reviews --schema -';
  const taken = await run(`${publish} --request-approval`, taking);
  expect(taken.code).toBe(1);
  expect(taken.stdout).toMatch(/OWNERSHIP_VIOLATION +Shipment\.colour +logistics \(Logistics\)/);
  const { data: waiting } = JSON.parse((await run('ownership requests --owner logistics --json')).stdout);
  expect(waiting).toMatchObject([{ domain: 'reviews', owner: 'logistics', status: 'REQUESTED' }, ...waiting.slice(1)]);
  for (const { id } of waiting) expect((await run(`ownership approve ${id}`)).code).toBe(0);
  expect(await run(publish, taking)).toMatchObject({ code: 0, stderr: expect.stringContaining('version 3') });

  expect(await run('supergraph rollback 2 --yes')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('version 4'),
  });
  expect((await run('supergraph diff 2')).stdout).toBe('');
  expect((await run('supergraph history')).stdout).toMatch(/^4 \* .*ROLLBACK.*commit f00$/m);
  expect(await run('audit verify')).toMatchObject({ code: 0 });
  expect(await run('doctor')).toMatchObject({ code: 0 });
}, 60_000);

test('each command shows its options and an example that begins with it', () => {
  const leaves = (command: Command, path: string): [string, Command][] =>
    command.commands.length > 0
      ? command.commands.flatMap((each) => leaves(each, `${path} ${each.name()}`))
      : [[path, command]];
  const groups = ['check', 'publish', 'subgraph', 'contract', 'supergraph', 'ownership', 'token', 'audit', 'doctor'];
  const weft = program(() => {});
  const found = groups.flatMap((group) =>
    leaves(weft.commands.find((each) => each.name() === group) as Command, `weft ${group}`),
  );
  expect(found).toHaveLength(27);
  for (const [path, command] of found) {
    let help = '';
    command
      .configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    expect(help).toContain(`Usage: ${path} `);
    expect(help).toContain('--json');
    expect(help).toContain(`$ ${path}`);
    if (!path.startsWith('weft contract')) expect(help).toContain('WEFT_TOKEN');
  }
});

describe('where a publication comes from', () => {
  test.each([
    [
      'GitHub Actions',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_SHA: 'c',
        GITHUB_HEAD_REF: 'pr',
        GITHUB_REF_NAME: '7/merge',
        GITHUB_ACTOR: 'ada',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'o/r',
        GITHUB_RUN_ID: '9',
        GITHUB_RUN_NUMBER: '3',
        GITHUB_WORKFLOW: 'ci',
      },
      ['c', 'pr', 'ada', 'https://github.com/o/r/actions/runs/9', 'ci #3'],
    ],
    [
      'GitLab CI',
      {
        GITLAB_CI: 'true',
        CI_COMMIT_SHA: 'c',
        CI_COMMIT_REF_NAME: 'pr',
        GITLAB_USER_LOGIN: 'ada',
        CI_JOB_URL: 'https://l/9',
        CI_PIPELINE_ID: '3',
      },
      ['c', 'pr', 'ada', 'https://l/9', '3'],
    ],
    [
      'Jenkins',
      {
        JENKINS_URL: 'x',
        GIT_COMMIT: 'c',
        GIT_BRANCH: 'pr',
        CHANGE_AUTHOR: 'ada',
        BUILD_URL: 'https://j/9',
        BUILD_TAG: '3',
      },
      ['c', 'pr', 'ada', 'https://j/9', '3'],
    ],
    [
      'Buildkite',
      {
        BUILDKITE: 'true',
        BUILDKITE_COMMIT: 'c',
        BUILDKITE_BRANCH: 'pr',
        BUILDKITE_BUILD_CREATOR: 'ada',
        BUILDKITE_BUILD_URL: 'https://b/9',
        BUILDKITE_BUILD_NUMBER: '3',
      },
      ['c', 'pr', 'ada', 'https://b/9', '3'],
    ],
    [
      'CircleCI',
      {
        CIRCLECI: 'true',
        CIRCLE_SHA1: 'c',
        CIRCLE_BRANCH: 'pr',
        CIRCLE_USERNAME: 'ada',
        CIRCLE_BUILD_URL: 'https://c/9',
        CIRCLE_BUILD_NUM: '3',
      },
      ['c', 'pr', 'ada', 'https://c/9', '3'],
    ],
  ])('%s says it', (_, env, values) => {
    const names = ['commit', 'branch', 'author', 'url', 'build'];
    expect(ciOrigin(env)).toEqual(values.map((value, index) => ({ name: names[index], value })));
  });

  test('else git does, and whether what was published is what was committed; elsewhere nobody', async () => {
    await using mesh = makeMesh({ 'a.txt': 'a' });
    expect(ciOrigin({}, mesh.dir)).toEqual([]);
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@b.c', '-c', 'init.defaultBranch=main', ...args], {
        cwd: mesh.dir,
        encoding: 'utf8',
      }).trim();
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    const commit = git('rev-parse', 'HEAD');
    const rest = [
      { name: 'branch', value: 'main' },
      { name: 'author', value: 'Ada' },
    ];
    expect(ciOrigin({}, mesh.dir)).toEqual([{ name: 'commit', value: commit }, ...rest]);
    mesh.write({ 'a.txt': 'b' });
    expect(ciOrigin({}, mesh.dir)).toEqual([{ name: 'commit', value: `${commit}-dirty` }, ...rest]);
  });
});
