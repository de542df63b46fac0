/** The command line as a person and as a script use it: the real bin, real files. `weft up` has up.test.ts. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { addSubgraph, nextPort } from '../scripts/add-subgraph.ts';
import { freePort, makeMesh, root, spawnWeft, until, weft } from './mesh.ts';
import { shipments, shipmentsContract, shipmentsCsv } from './shipments.ts';

const commands = [
  'up',
  'serve',
  'gateway',
  'generate',
  'lint',
  'run',
  'quarantine',
  'compose',
  'query',
  'catalog',
  'init',
  'check',
  'publish',
  'subgraph',
  'contract',
  'supergraph',
  'access',
  'ownership',
  'token',
  'audit',
  'doctor',
  'policy',
  'explain',
];

describe('help', () => {
  test('weft --help names every command', async () => {
    const { code, stdout, stderr } = await weft(['--help'], { cwd: root });
    expect(stdout.match(/^ {2}[a-z]+/gm)?.map((name) => name.trim())).toEqual([...commands, 'help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('each command shows its options and examples', async () => {
    const groups = [
      ...['catalog search', 'catalog show', 'init domain', 'subgraph list', 'contract lint', 'supergraph show'],
      ...[
        'ownership show',
        'token list',
        'audit list',
        'policy test',
        'policy dry-run',
        'access request',
        'access list',
      ],
      ...['access approve', 'access refuse', 'access revoke', 'access reassess', 'access purposes'],
    ];
    const plain = commands.filter((each) => !groups.some((group) => group.startsWith(each)));
    for (const command of [...plain, ...groups, 'query plan']) {
      const { code, stdout } = await weft([...command.split(' '), '--help'], { cwd: root });
      expect({ command, code }).toEqual({ command, code: 0 });
      expect(stdout).toContain(`Usage: weft ${command}`);
      expect(stdout).toContain('--json');
      expect(stdout).toContain(`$ weft ${command}`);
    }
  });
});

describe('usage', () => {
  test.each([
    [['lint', '--stricd'], "unknown option '--stricd'", '--strict'],
    [['explane'], "unknown command 'explane'", 'explain'],
    [['up', '--port', '70000'], 'A port is a number', ''],
    [['query', '{ a }', '--variables', '[1]'], 'a JSON object', ''],
    [['catalog', 'search', '--first', '0'], 'a whole number', ''],
    [['query', '{ a }', '--gateway', 'nowhere'], 'an http or https address', ''],
    [['gateway', '--engine', 'steam'], 'Allowed choices are weft, apollo', ''],
    [['serve'], "missing required argument 'domain'", ''],
  ])('%j is refused with exit code 2', async (args, message, suggestion) => {
    const { code, stdout, stderr } = await weft(args, { cwd: root });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(suggestion);
  });

  test('a code that does not exist: CODE_UNKNOWN, with the one that was meant', async () => {
    const { code, stderr } = await weft(['explain', 'PORT_IN_USED'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('CODE_UNKNOWN');
    expect(stderr).toContain('Did you mean PORT_IN_USE?');
  });

  test('without a mesh: MESH_NOT_FOUND, for people and as JSON', async () => {
    await using mesh = makeMesh();
    const { code, stdout, stderr } = await mesh.weft('lint', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ json_version: '1', data: null, error: { code: 'MESH_NOT_FOUND' } });
    expect(stderr).toContain('weft init domain');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('the stack is for those who ask for it', async () => {
    await using mesh = makeMesh();
    const { stderr } = await weft(['lint'], { cwd: mesh.dir, env: { WEFT_DEBUG: '1' } });
    expect(stderr).toMatch(/\n\s+at openMesh/);
  });

  test('colours: none in a pipe, some with FORCE_COLOR, never with NO_COLOR', async () => {
    await using mesh = makeMesh();
    const paint = '\u001b[';
    const [piped, forced, none] = await Promise.all(
      [{}, { FORCE_COLOR: '1' }, { FORCE_COLOR: '1', NO_COLOR: '1' }].map((env) =>
        weft(['lint'], { cwd: mesh.dir, env }),
      ),
    );
    expect(piped?.stderr).not.toContain(paint);
    expect(forced?.stderr).toContain(paint);
    expect(none?.stderr).not.toContain(paint);
  });
});

describe('init', () => {
  test('begins a mesh in an empty folder and extends it, each domain on a port of its own', async () => {
    await using mesh = makeMesh();
    expect(await mesh.weft('init', 'domain', 'logistics')).toMatchObject({ code: 0, stdout: '' });
    const { stdout } = await mesh.weft('init', 'domain', 'fleet', '--json');
    const { subgraphs } = parse(mesh.read('supergraph.yaml'));
    const address = /^http:\/\/127\.0\.0\.1:(\d+)\/graphql$/;
    expect(subgraphs).toEqual({
      logistics: {
        routing_url: expect.stringMatching(address),
        schema: { file: './subgraphs/logistics/schema.gen.graphql' },
      },
      fleet: {
        routing_url: expect.stringMatching(address),
        schema: { file: './subgraphs/fleet/schema.gen.graphql' },
      },
    });
    expect(JSON.parse(stdout).data).toMatchObject({ domain: 'fleet', routingUrl: subgraphs.fleet.routing_url });
    const [first, second] = [subgraphs.logistics, subgraphs.fleet].map((each) =>
      Number(address.exec(each.routing_url)?.[1]),
    );
    expect(first).toBeGreaterThan(4000);
    expect(second).toBeGreaterThan(first ?? 0);
    expect((await mesh.weft('lint', '--json')).code).toBe(0);
  });

  test('leaves out ports at which something listens: another mesh, perhaps', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using mesh = makeMesh({
      'supergraph.yaml': `subgraphs:\n  listed:\n    routing_url: http://127.0.0.1:${port - 1}\n    schema: { file: ./a.graphql }\n`,
    });
    const { stdout } = await mesh.weft('init', 'domain', 'fleet', '--json');
    expect(Number(new URL(JSON.parse(stdout).data.routingUrl).port)).toBeGreaterThan(port);
    other.close();
  });

  test.each([
    ['../up', 'DOMAIN_NAME_INVALID'],
    ['Sales', 'DOMAIN_NAME_INVALID'],
    ['catalog', 'DOMAIN_NAME_INVALID'],
    ['a'.repeat(65), 'DOMAIN_NAME_INVALID'],
    ['logistics', 'DOMAIN_EXISTS'],
    ['listed', 'DOMAIN_EXISTS'],
  ])('%s is refused and nothing is written: %s', async (name, expected) => {
    const before =
      'subgraphs:\n  listed:\n    routing_url: http://127.0.0.1:4001/graphql\n    schema: { file: ./a.graphql }\n';
    await using mesh = makeMesh({ 'supergraph.yaml': before, 'subgraphs/logistics/notes.txt': 'mine' });
    const { code, stderr } = await mesh.weft('init', 'domain', name);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
    expect(mesh.read('supergraph.yaml')).toBe(before);
    expect(mesh.read('subgraphs/logistics/notes.txt')).toBe('mine');
  });

  test('a file that cannot be extended is left alone, and the lines to add are shown: MESH_NOT_EDITABLE', async () => {
    const before = 'subgraphs:\n# none yet\n';
    await using mesh = makeMesh({ 'supergraph.yaml': before });
    const { code, stderr } = await mesh.weft('init', 'domain', 'logistics');
    expect(code).toBe(2);
    expect(stderr).toContain('MESH_NOT_EDITABLE');
    expect(stderr).toContain('  logistics:\n    routing_url: http://127.0.0.1:4001/graphql\n');
    expect(mesh.read('supergraph.yaml')).toBe(before);
  });

  test('an extended supergraph.yaml keeps every byte that was there', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/).filter((each) => each !== 'added');
    const subgraph = fc.record({
      routing_url: fc.integer({ min: 1, max: 65_000 }).map((port) => `http://127.0.0.1:${port}/graphql`),
      schema: fc.oneof(fc.record({ file: fc.string() }), fc.record({ sdl: fc.string() })),
    });
    const noise = fc.constantFrom('', '\n', '# a comment\n', '\n  # indented\n\n');
    fc.assert(
      fc.property(
        fc.dictionary(name, subgraph, { minKeys: 1, maxKeys: 4 }),
        fc.constantFrom(2, 4),
        fc.constantFrom('\n', '\r\n'),
        fc.tuple(noise, noise),
        fc.boolean(),
        (subgraphs, indent, newline, [above, below], versionLast) => {
          const body = stringify({ subgraphs }, { indent, lineWidth: 0 });
          const version = 'federation_version: 2\n';
          const before = (above + (versionLast ? body + below + version : version + body + below)).replaceAll(
            '\n',
            newline,
          );
          const mesh = { file: 'supergraph.yaml', text: before };
          const { text } = addSubgraph(mesh, 'added', nextPort(mesh));
          const at = [...before].findIndex((letter, index) => letter !== text[index]);
          const start = at === -1 ? before.length : at;
          const length = text.length - before.length;
          // What was inserted is one stretch of text: taken out, the rest is what was there.
          expect(text.slice(0, start) + text.slice(start + length)).toBe(before);
          expect(Object.keys(parse(text).subgraphs)).toEqual([...Object.keys(subgraphs), 'added']);
        },
      ),
    );
  });
});

describe('a mesh of files', () => {
  const supergraph = `subgraphs:
  logistics:
    routing_url: http://127.0.0.1:4001/graphql
    schema: { file: ./subgraphs/logistics/schema.gen.graphql }
`;
  const product = `apiVersion: v1.0.0
kind: DataProduct
id: logistics
status: active
domain: logistics
team: { name: Logistics }
`;
  const logistics = (files: Record<string, string> = {}) =>
    makeMesh({
      'supergraph.yaml': supergraph,
      'subgraphs/logistics/logistics.odps.yaml': product,
      'subgraphs/logistics/shipments.odcs.yaml': shipmentsContract,
      ...files,
    });

  test('is found from a folder within it, and a domain is chosen by name', async () => {
    await using mesh = logistics();
    const inside = await weft(['generate', 'logistics'], { cwd: join(mesh.dir, 'subgraphs/logistics') });
    expect(inside).toMatchObject({ code: 0, stdout: '' });
    expect(inside.stderr).toContain('wrote schema.gen.graphql');
    const wrong = await mesh.weft('generate', 'logistic');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('DOMAIN_UNKNOWN');
    expect(wrong.stderr).toContain('Did you mean logistics?');
  });

  test('a mesh file that is wrong is named with its place, and is exit code 1', async () => {
    await using mesh = makeMesh({ 'supergraph.yaml': 'subgraphs:\n  logistics:\n    routing_url: nowhere\n' });
    const { code, stderr } = await mesh.weft('lint');
    expect(code).toBe(1);
    expect(stderr).toMatch(/supergraph\.yaml:\d+:\d+ error MESH_FILE_INVALID/);
  });

  test('generate writes what the contracts give; --check says what is stale and writes nothing', async () => {
    await using mesh = logistics();
    const schema = 'subgraphs/logistics/schema.gen.graphql';
    const missing = await mesh.weft('generate', '--check');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(`${schema}:1:1 error GENERATED_STALE`);
    expect(() => mesh.read(schema)).toThrow();

    expect((await mesh.weft('generate')).code).toBe(0);
    expect(mesh.read(schema)).toContain('type Shipment');
    expect((await mesh.weft('generate', '--check')).code).toBe(0);

    mesh.write({ 'subgraphs/logistics/shipments.odcs.yaml': shipmentsContract.replace('name: weight', 'name: mass') });
    const stale = await mesh.weft('generate', '--check', '--json');
    expect(stale.code).toBe(1);
    expect(JSON.parse(stale.stdout).data.stale).toEqual([schema, 'subgraphs/logistics/rows.gen.ts']);
    expect(mesh.read(schema)).not.toContain('mass');
  });

  test('generate refuses an addition that is no GraphQL, and names that collide', async () => {
    const twin = shipmentsContract
      .replace('logistics.shipments', 'logistics.others')
      .replace('name: shipments', 'name: shipment');
    await using mesh = logistics({ 'subgraphs/logistics/schema.graphql': 'type {' });
    const syntax = await mesh.weft('generate');
    expect(syntax.code).toBe(1);
    expect(syntax.stderr).toContain('subgraphs/logistics/schema.graphql:1:6 error SCHEMA_SYNTAX');
    mesh.write({ 'subgraphs/logistics/schema.graphql': '', 'subgraphs/logistics/twin.odcs.yaml': twin });
    const conflict = await mesh.weft('generate');
    expect(conflict.code).toBe(1);
    expect(conflict.stderr).toContain('NAME_CONFLICT');
  });

  test('lint says where, what and what to do; --strict counts warnings', async () => {
    const undescribed = shipmentsContract.replace(', description: Day on which it left.', '');
    await using mesh = logistics({ 'subgraphs/logistics/shipments.odcs.yaml': undescribed });
    const { code, stdout, stderr } = await mesh.weft('lint', '--json');
    const { issues } = JSON.parse(stdout).data;
    expect(issues).toContainEqual(
      expect.objectContaining({ place: expect.objectContaining({ line: 15 }), help: expect.any(String) }),
    );
    expect(stderr).toMatch(/^subgraphs\/logistics\/shipments\.odcs\.yaml:15:\d+ (?:error|warning) [A-Z_]+ {2}/m);
    const errors = issues.filter((each: { severity: string }) => each.severity === 'error').length;
    expect(code).toBe(errors > 0 ? 1 : 0);
    expect((await mesh.weft('lint', '--strict')).code).toBe(1);
  });

  test('lint composes what the contracts give now, also what was not generated yet', async () => {
    await using mesh = logistics();
    expect(await mesh.weft('lint')).toMatchObject({ code: 0 });
    mesh.write({ 'subgraphs/logistics/schema.graphql': 'extend type Query { lost: Nowhere }' });
    const { code, stdout } = await mesh.weft('lint', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).data.issues).toContainEqual(
      expect.objectContaining({ code: 'COMPOSITION_FAILED', message: expect.stringContaining('Nowhere') }),
    );
  });

  test('lint finds what keeps a domain from being generated: its own schema, the operations of its input ports', async () => {
    await using mesh = logistics({ 'subgraphs/logistics/schema.graphql': 'type {' });
    const syntax = await mesh.weft('lint');
    expect(syntax.code).toBe(1);
    expect(syntax.stderr).toContain('SCHEMA_SYNTAX');
    expect(syntax.stderr).toContain('not composed: logistics');
    mesh.write({
      'subgraphs/logistics/schema.graphql': '',
      'subgraphs/logistics/parcels.input.graphql': '{ shipments { nodes { lost } } }',
    });
    const operation = await mesh.weft('lint');
    expect(operation.code).toBe(1);
    expect(operation.stderr).toContain('INPUT_OPERATION_INVALID');
  });

  test('lint names a subgraph of another make whose schema cannot be read', async () => {
    const entry = '  other:\n    routing_url: http://127.0.0.1:4002/graphql\n    schema: { file: ./missing.graphql }\n';
    await using mesh = logistics({ 'supergraph.yaml': supergraph + entry });
    const { code, stdout } = await mesh.weft('lint', '--json');
    expect(code).toBe(1);
    const errors = JSON.parse(stdout).data.issues.filter((each: { severity: string }) => each.severity === 'error');
    expect(errors).toMatchObject([{ code: 'SUBGRAPH_SCHEMA_UNREADABLE', message: expect.stringContaining('other') }]);
  });

  test('lint and up refuse two domains at one port, however its host is written', async () => {
    await using mesh = logistics();
    await mesh.weft('init', 'domain', 'fleet');
    mesh.write({ 'supergraph.yaml': mesh.read('supergraph.yaml').replace('127.0.0.1:4002', 'localhost:4001') });
    for (const command of ['lint', 'up']) {
      const { code, stderr } = await mesh.weft(command);
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stderr).toMatch(/supergraph\.yaml:\d+:\d+ error MESH_FILE_INVALID {2}Domains logistics and fleet have/);
    }
  });

  test('a port that is in use is no bug: PORT_IN_USE, with what helps there', async () => {
    await using mesh = logistics();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    mesh.write({ 'supergraph.yaml': supergraph.replace('4001', String(port)) });
    await mesh.weft('generate');
    for (const args of [
      ['serve', 'logistics'],
      ['gateway', '--port', String(port)],
    ]) {
      const { code, stderr } = await mesh.weft(...args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toMatch(new RegExp(`PORT_IN_USE +Port ${port} is in use\\.\n.*--port`));
    }
    const up = await mesh.weft('up', '--port', String(await freePort()), '--json');
    expect(up.code).toBe(1);
    const { error } = JSON.parse(up.stdout);
    expect(error.issues).toMatchObject([
      { code: 'PORT_IN_USE', help: expect.stringContaining('routing_url of logistics') },
    ]);
    server.close();
  });

  test('run and up with a broken contract: DOMAIN_INVALID, with the issues as JSON', async () => {
    await using mesh = logistics({ 'subgraphs/logistics/shipments.odcs.yaml': 'kind: DataContract\n' });
    mesh.write({ 'supergraph.yaml': supergraph.replace('4001', String(await freePort())) });
    for (const args of [
      ['run', 'logistics'],
      ['up', '--port', String(await freePort())],
    ]) {
      const { code, stdout } = await mesh.weft(...args, '--json');
      expect({ args, code }).toEqual({ args, code: 1 });
      const { data, error } = JSON.parse(stdout);
      expect(data).toBeNull();
      expect(error.code).toBe('DOMAIN_INVALID');
      expect(error.issues.length).toBeGreaterThan(0);
    }
  });

  test('run loads the good rows and says why the others are in quarantine', async () => {
    await using mesh = logistics({ 'subgraphs/logistics/shipments.csv': shipmentsCsv(shipments(100, 3)) });
    const { code, stdout, stderr } = await mesh.weft('run', 'logistics', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).data.runs).toMatchObject([
      { object: 'shipments', state: 'COMPLETE', rowsIn: 100, rowsOut: 97, rowsQuarantined: 3 },
    ]);
    expect(stderr).toContain('wrote subgraphs/logistics/rows.gen.ts');
    expect(stderr).toMatch(/^ +3 {2}shipped_on [A-Z_]+ /m);
  });

  test('quarantine shows the rows that the last run kept back, as text and as JSON', async () => {
    await using mesh = logistics();
    expect((await mesh.weft('quarantine', 'logistics')).stderr).toContain('shipments: never loaded');
    const file = `${shipmentsCsv(shipments(100, 3))}too,few\n`;
    mesh.write({ 'subgraphs/logistics/shipments.csv': file });
    expect((await mesh.weft('run', 'logistics')).stderr).toContain('weft quarantine logistics.shipments');

    const shown = await mesh.weft('quarantine', 'logistics.shipments', '--limit', '2');
    expect(shown.code).toBe(0);
    expect(shown.stdout.match(/shipped_on ROW_/g)?.length ?? 0).toBeLessThanOrEqual(2);
    expect(shown.stderr).toContain('2 rows shown of 4');
    const { stdout } = await mesh.weft('quarantine', 'logistics', '--json');
    const [{ object, run, rows }] = JSON.parse(stdout).data.objects;
    expect({ object, state: run.state, quarantined: run.rowsQuarantined }).toEqual({
      object: 'shipments',
      state: 'COMPLETE',
      quarantined: 4,
    });
    expect(rows).toHaveLength(4);
    expect(rows).toContainEqual(
      expect.objectContaining({
        row: expect.objectContaining({ shipment_id: 'S98', shipped_on: 'yesterday' }),
        reasons: [expect.objectContaining({ property: 'shipped_on' })],
      }),
    );
    const text = await mesh.weft('quarantine', 'logistics');
    expect(text.stdout).toMatch(/^shipments\.csv line 102$/m);
    expect((await mesh.weft('quarantine', 'logistics.parcels')).stderr).toContain('RUN_OBJECT_UNKNOWN');
  });

  test('where more reasons than fit are found, run says how many and where they are', async () => {
    const rows = [
      'id1,2024-13-01,1,a',
      'id2,,1,a',
      'id3,2024-01-01,,a',
      'id4,2024-01-01,heavy,a',
      'id5,2024-01-01,1.23456,a',
    ];
    const file = `shipment_id,shipped_on,weight,carrier\n${[...rows, ',2024-01-01,1,a', 'too,few'].join('\n')}\n`;
    await using mesh = logistics({ 'subgraphs/logistics/shipments.csv': file });
    const { stderr } = await mesh.weft('run', 'logistics');
    expect(stderr).toMatch(/and \d more reasons?: weft quarantine logistics\.shipments/);
  });

  describe('a pipeline that', () => {
    const pipeline = (body: string) => ({
      'subgraphs/logistics/shipments.pipeline.ts': `import { pipeline } from 'weft';
export default pipeline(async function* () {
  ${body}
  yield { shipment_id: 'S1', shipped_on: '2024-01-01', weight: '1', carrier: null };
});
`,
    });

    test.each([
      ['ends the process', 'process.exit(0);', 'ended the process'],
      ['waits for nothing', 'await new Promise(() => {});', 'waits for something that cannot come'],
      [
        'leaves a rejected promise alone',
        "Promise.reject(new Error('nobody')); await new Promise((resolve) => setTimeout(resolve, 60_000));",
        'shipments.pipeline.ts:3:18 Error: nobody',
      ],
      [
        'throws from a timer',
        "setTimeout(() => { throw new Error('late'); }); await new Promise((resolve) => setTimeout(resolve, 60_000));",
        'shipments.pipeline.ts:3:28 Error: late',
      ],
    ])('%s is named, with exit code 2: PIPELINE_FAILED', async (_, body, what) => {
      await using mesh = logistics(pipeline(body));
      const { code, stdout, stderr } = await mesh.weft('run', 'logistics', '--json');
      expect(code).toBe(2);
      const { error } = JSON.parse(stdout);
      expect(error).toMatchObject({ code: 'PIPELINE_FAILED' });
      expect(error.message).toContain('The pipeline of logistics.shipments');
      expect(error.message).toContain(what);
      expect(stderr).not.toContain('BUG');
    });

    test('prints does not print among the run records', async () => {
      await using mesh = logistics(pipeline("console.log('one word'); console.table([1]);"));
      const { code, stdout, stderr } = await mesh.weft('run', 'logistics', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout).data.runs).toMatchObject([{ state: 'COMPLETE', error: null }]);
      expect(stderr).toContain('one word');
    });

    test('throws is a failed run, and the record says what helps', async () => {
      await using mesh = logistics(pipeline("throw new Error('no');"));
      const { code, stdout } = await mesh.weft('run', 'logistics', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout).data.runs).toMatchObject([
        { state: 'FAIL', error: { code: 'PIPELINE_FAILED', help: expect.stringContaining('Correct') } },
      ]);
    });
  });

  test('run of rows of which too many are bad fails with exit code 1', async () => {
    await using mesh = logistics({ 'subgraphs/logistics/shipments.csv': shipmentsCsv(shipments(100, 30)) });
    const { code, stdout, stderr } = await mesh.weft('run', 'logistics.shipments');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/shipments +FAIL +100/);
    expect(stderr).toContain('GATE_FAILED');
    expect((await mesh.weft('run', 'logistics.parcels')).stderr).toContain('RUN_OBJECT_UNKNOWN');
  });

  test('Ctrl-C aborts a run, and the record says so', async () => {
    await using mesh = logistics({
      'subgraphs/logistics/shipments.pipeline.ts': `import { pipeline } from 'weft';
export default pipeline(async function* () {
  process.stderr.write('begun\\n');
  for (let at = 0; ; at += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield { shipment_id: String(at), shipped_on: '2024-01-01', weight: '1', carrier: null };
  }
});
`,
    });
    const { child, ended } = spawnWeft(['run', 'logistics', '--json'], { cwd: mesh.dir });
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        if (String(chunk).includes('begun')) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout).data.runs).toMatchObject([{ state: 'ABORT', error: { code: 'RUN_ABORTED' } }]);
  });

  test('compose prints the supergraph and nothing else; a mesh that does not compose is exit code 1', async () => {
    await using mesh = logistics();
    await mesh.weft('generate');
    const { code, stdout } = await mesh.weft('compose');
    expect(code).toBe(0);
    expect(buildSchema(stdout, { assumeValidSDL: true }).getType('Shipment')).toBeDefined();
    expect(await mesh.weft('compose', '--output', 'all.graphql')).toMatchObject({ code: 0, stdout: '' });
    expect(mesh.read('all.graphql')).toBe(stdout);

    mesh.write({ 'subgraphs/logistics/schema.gen.graphql': 'type Query { lost: Nowhere }' });
    const broken = await mesh.weft('compose', '--json');
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout).data).toMatchObject({
      supergraphSdl: null,
      issues: [{ code: 'COMPOSITION_FAILED' }],
    });
  });

  test('query without an operation, or without a gateway', async () => {
    await using mesh = logistics();
    for (const args of [[], ['{ a }', '--file', 'b.graphql'], ['--file', 'missing.graphql']]) {
      const { code, stderr } = await mesh.weft('query', ...args);
      expect(code).toBe(2);
      expect(stderr).toContain('OPERATION_MISSING');
    }
    const port = await freePort();
    const { code, stdout, stderr } = await mesh.weft('query', '{ a }', '--gateway', `http://127.0.0.1:${port}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('GATEWAY_UNREACHABLE');
    expect(stderr).toContain('weft up');
    const address = { WEFT_GATEWAY: `http://127.0.0.1:${port}` };
    const asked = await weft(['query', '{ a }', '--json'], { cwd: mesh.dir, env: address });
    expect(asked.stderr).toContain(`:${port}/graphql`);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      json_version: '1',
      data: null,
      error: { code: 'GATEWAY_UNREACHABLE' },
    });
  });
});

describe('a gateway', () => {
  test('that ends in the middle of its answer is no bug: GATEWAY_UNREACHABLE', async () => {
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"data":', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await weft(['query', '{ a }', '--gateway', `http://127.0.0.1:${port}`], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('GATEWAY_UNREACHABLE') });
    server.close();
  });

  test('answers with the engine of --engine, whatever WEFT_ENGINE says', async () => {
    await using mesh = makeMesh(paged);
    const port = await freePort();
    const args = ['gateway', '--port', String(port), '--engine', 'apollo'];
    const { child, ended } = spawnWeft(args, { cwd: mesh.dir, env: { WEFT_ENGINE: 'weft' } });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await until(() => stderr.includes('listens at'));
    const subscription = 'subscription { sold { id } }';
    const asked = await mesh.weft('query', subscription, '--gateway', `http://127.0.0.1:${port}`);
    expect(asked.stdout).toContain('SUBSCRIPTIONS_UNSUPPORTED');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  test('counts what query plan counts: values that an operation has by itself, too', async () => {
    await using mesh = makeMesh(paged);
    const plan = async (operation: string, ...more: string[]) => {
      const { stdout } = await mesh.weft('query', 'plan', operation, '--json', ...more);
      return JSON.parse(stdout);
    };
    const operation = 'query ($n: Int = 100) { orders(first: $n) { id } }';
    expect(await plan(operation)).toMatchObject({ data: { cost: 100 } });
    expect(await plan(operation, '--variables', '{"n": 7}')).toMatchObject({ data: { cost: 7 } });
    expect(await plan(operation, '--variables', '{"n": "7"}')).toMatchObject({ error: { code: 'OPERATION_INVALID' } });
    // Nothing has to be known of one that does not count.
    expect(await plan('query ($id: ID!) { order(id: $id) { id } }')).toMatchObject({ data: { cost: 1 } });
  });

  const paged = {
    'supergraph.yaml': `subgraphs:
  sales:
    routing_url: http://127.0.0.1:1/graphql
    schema: { file: ./sales.graphql }
`,
    'sales.graphql': `type Query { orders(first: Int): [Order] order(id: ID!): Order }
type Subscription { sold: Order }
type Order { id: ID }
`,
  };
});
