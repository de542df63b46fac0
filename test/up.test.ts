/** `weft up`: from an empty folder to a mesh that answers, and back to nothing. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  bin,
  freePort,
  makeMesh,
  processesOf,
  spawnWeft,
  type TestMesh,
  type UpMesh,
  until,
  up,
  weft,
} from './mesh.ts';
import { shipments, shipmentsContract, shipmentsCsv } from './shipments.ts';

const rows = shipments(120);
let mesh: TestMesh;
let running: UpMesh;
let gatewayPort: string;

beforeAll(async () => {
  mesh = makeMesh();
  await mesh.weft('init', 'domain', 'logistics');
  await mesh.weft('init', 'domain', 'reports');
  mesh.write({
    'subgraphs/logistics/shipments.odcs.yaml': shipmentsContract,
    'subgraphs/logistics/shipments.csv': shipmentsCsv(rows),
    ...reports,
  });
  await useFreePorts(mesh);
  gatewayPort = String(await freePort());
  running = await up(mesh, '--port', gatewayPort);
});

afterAll(async () => {
  for (const { pid } of processesOf(mesh)) process.kill(pid, 'SIGKILL');
  await mesh[Symbol.asyncDispose]();
});

describe('a mesh from a contract and a CSV file', () => {
  test('answers with the rows of the file', async () => {
    const { code, stdout } = await ask(
      '{ shipments(first: 200) { totalCount nodes { shipmentId shippedOn weight carrier } } }',
    );
    expect(code).toBe(0);
    const { totalCount, nodes } = JSON.parse(stdout).data.shipments;
    expect(totalCount).toBe(rows.length);
    expect(nodes).toEqual(
      expect.arrayContaining(
        rows.map((row) => ({
          shipmentId: row.shipment_id,
          shippedOn: row.shipped_on,
          weight: expect.toSatisfy((weight) => Number(weight) === Number(row.weight)),
          carrier: row.carrier,
        })),
      ),
    );
  });

  test('has loaded what one domain reads of another through the gateway, and joins the two', async () => {
    const { stdout } = await ask('{ carriers { nodes { carrier parcels } } }');
    expect(JSON.parse(stdout).data.carriers.nodes).toEqual([
      { carrier: 'DHL', parcels: 40 },
      { carrier: 'GLS', parcels: 40 },
      { carrier: 'UPS', parcels: 40 },
    ]);
  });

  test('has domains that answer the gateway, and nobody around it', async () => {
    const { routing_url: url } = parse(mesh.read('supergraph.yaml')).subgraphs.logistics;
    const asked = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    };
    const refused = await fetch(url, asked);
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'CONTEXT_MISSING' } }] },
    ]);
    expect((await fetch(new URL('/health', url))).status).toBe(200);
  });

  test('knows three people by tokens that everybody knows, and nobody else', async () => {
    const statusFor = async (headers: Record<string, string>) =>
      (await fetch(`${running.url}/graphql?query={__typename}`, { headers })).status;
    for (const name of ['dev-analyst', 'dev-marketer', 'dev-officer'])
      expect(await statusFor({ authorization: `Bearer ${name}` })).toBe(200);
    expect(await statusFor({})).toBe(200);
    expect(await statusFor({ authorization: 'Bearer dev-admin' })).toBe(401);
  });

  test('says what is worth trying, and each of it is answered', async () => {
    expect(running.queries).toHaveLength(3);
    for (const { operation } of running.queries) {
      const { code, stdout } = await ask(operation);
      expect({ operation, code, errors: JSON.parse(stdout).errors }).toEqual({ operation, code: 0, errors: undefined });
    }
  });

  test('is asked by argument, by file and through stdin, with variables', async () => {
    const operation = 'query ($id: ID!) { shipment(shipmentId: $id) { carrier } }';
    mesh.write({ 'one.graphql': operation });
    const variables = ['--variables', '{"id": "S2"}', '--gateway', running.url, '--json'];
    const answers = await Promise.all([
      mesh.weft('query', operation, ...variables),
      mesh.weft('query', '--file', 'one.graphql', ...variables),
      weft(['query', '-', ...variables], { cwd: mesh.dir, stdin: operation }),
    ]);
    for (const answer of answers) {
      expect(answer).toEqual({ code: 0, stdout: '{"data":{"shipment":{"carrier":"UPS"}}}\n', stderr: '' });
    }
  });

  test('an answer with errors is printed, and is exit code 1', async () => {
    const { code, stdout } = await ask('{ shipmentz { totalCount } }');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).errors[0].message).toContain('shipmentz');
  });

  test('is found in the catalog', async () => {
    const found = await mesh.weft('catalog', 'search', 'parcel', '--json', '--gateway', running.url);
    expect(JSON.parse(found.stdout).data.nodes).toContainEqual(
      expect.objectContaining({ id: 'logistics', owner: { name: 'logistics', support: [] } }),
    );
    const shown = await mesh.weft('catalog', 'show', 'logistics', '--gateway', running.url);
    expect(shown.stdout).toContain('Shipment.shippedOn');
    expect(shown.stdout).toContain('120 rows');
    expect(shown.stdout).toMatch(/last run {2}COMPLETE, \d{4}-/);
    const internal = ['catalog', 'search', '--json', '--gateway', running.url, '--classification'];
    const ofLevel = await Promise.all(['internal', 'restricted'].map((level) => mesh.weft(...internal, level)));
    expect(ofLevel.map(({ stdout }) => JSON.parse(stdout).data.totalCount)).toEqual([2, 0]);
    const missing = await mesh.weft('catalog', 'show', 'logistic', '--gateway', running.url);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('PRODUCT_UNKNOWN');
    const refused = await mesh.weft('catalog', 'search', '--first', '100000', '--gateway', running.url);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('CATALOG_FAILED');
  });
});

describe('a load that fails', () => {
  test('is named in the catalog, with the rows that are served instead', async () => {
    const file = 'subgraphs/logistics/shipments.csv';
    const good = mesh.read(file);
    mesh.write({ [file]: shipmentsCsv(shipments(120, 60)) });
    expect((await mesh.weft('run', 'logistics')).code).toBe(1);
    mesh.write({ [file]: good });
    const shown = () => mesh.weft('catalog', 'show', 'logistics', '--gateway', running.url);
    await until(async () => (await shown()).stdout.includes('FAILED'));
    const { stdout } = await shown();
    expect(stdout).toMatch(/serving the rows of \d{4}-\S+; the run of \d{4}-\S+ FAILED: GATE_FAILED/);
    const json = await mesh.weft('catalog', 'show', 'logistics', '--json', '--gateway', running.url);
    expect(JSON.parse(json.stdout).data.outputPorts[0].lastRun).toMatchObject({ state: 'FAIL' });
  });
});

test('with any free port, and at all addresses: it is reached at the one that it says', async () => {
  const other = makeMesh();
  await other.weft('init', 'domain', 'logistics');
  await useFreePorts(other);
  const { child, ended } = spawnWeft(['up', '--json'], {
    cwd: other.dir,
    env: { WEFT_PORT: '0', WEFT_HOST: '0.0.0.0' },
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  await until(() => stdout.endsWith('\n}\n'));
  const { url } = JSON.parse(stdout).data;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  await other[Symbol.asyncDispose]();
});

test('at an address that is not of this machine: that is said, and nothing is started', async () => {
  const env = { WEFT_HOST: '192.0.2.1' };
  const { code, stderr } = await weft(['up', '--port', '4999'], { cwd: mesh.dir, env });
  expect(code).toBe(1);
  expect(stderr).toContain('Port 4999, which gateway needs, cannot be opened (EADDRNOTAVAIL)');
});

describe('its processes', () => {
  test('a second one names the ports that are in use and exits with 1', async () => {
    const { code, stderr } = await mesh.weft('up', '--port', gatewayPort);
    expect(code).toBe(1);
    expect(stderr).toContain('PORT_IN_USE');
    expect(stderr).toContain(`Port ${gatewayPort}, which gateway needs`);
    expect(stderr).toMatch(/Port \d+, which logistics needs.*\n.*routing_url of logistics/);
  });

  test('a subgraph that is killed comes back, while the others go on answering', async () => {
    const serving = () => processesOf(mesh).find(({ args }) => args.includes('serve logistics'));
    const killed = serving()?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    expect((await ask('{ carriers { totalCount } }')).code).toBe(0);
    await until(async () => (await ask('{ shipments { totalCount } }')).code === 0);
    expect(serving()?.pid).not.toBe(killed);
  });

  test('Ctrl-C ends it with exit code 0 and leaves no process behind', async () => {
    expect(processesOf(mesh).length).toBeGreaterThanOrEqual(3);
    process.kill(-running.pid, 'SIGINT'); // To the whole group, as a terminal does.
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('stopping');
    expect(stderr).not.toMatch(/BUG|starting again in [^0]|SIGINT/);
    expect(processesOf(mesh)).toEqual([]);
  });

  test('the next one finds the rows loaded; when it is killed, its children leave, too', async () => {
    const again = await up(mesh, '--port', gatewayPort);
    expect((await ask('{ carriers { totalCount } }')).code).toBe(0);
    process.kill(again.pid, 'SIGKILL');
    const { stderr } = await again.ended;
    expect(stderr).not.toContain('ROWS IN');
    await until(() => processesOf(mesh).length === 0);
  });

  test('the next one loads again what has another contract since, and says so', async () => {
    const file = 'subgraphs/logistics/shipments.odcs.yaml';
    const before = mesh.read(file);
    const added = '      - { name: note, logicalType: string, classification: internal, description: A remark. }\n';
    mesh.write({ [file]: before + added });
    const again = await up(mesh, '--port', gatewayPort);
    const answer = await ask('{ shipments { totalCount nodes { note } } }');
    expect({ code: answer.code, count: JSON.parse(answer.stdout).data.shipments.totalCount }).toEqual({
      code: 0,
      count: 120,
    });
    process.kill(-again.pid, 'SIGINT');
    const { stderr } = await again.ended;
    expect(stderr).toMatch(/logistics\.shipments: the contract has changed since the last load/);
    expect(stderr).not.toMatch(/reports\.carriers: the contract has changed/);
  });

  test('a terminated `npm start` leaves none either', async () => {
    const start = `node ${bin} up --port ${gatewayPort} --supergraph ${join(mesh.dir, 'supergraph.yaml')}`;
    mesh.write({ 'package.json': JSON.stringify({ scripts: { start } }) });
    const npm = spawn('npm', ['start'], { cwd: mesh.dir });
    const ready = new Promise<void>((resolve) => {
      npm.stderr.on('data', (chunk) => {
        if (String(chunk).includes('\nready ')) resolve();
      });
    });
    npm.stdout.resume();
    await ready;
    npm.kill('SIGTERM');
    await until(() => processesOf(mesh).length === 0);
  });

  test('a gateway that keeps crashing is given up: MESH_NOT_READY', async () => {
    const { ended } = spawnWeft(['up', '--port', gatewayPort], { cwd: mesh.dir });
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    await until(() => {
      for (const { pid, args } of processesOf(mesh))
        if (args.includes('weft.mjs gateway')) process.kill(pid, 'SIGKILL');
      return isOver;
    });
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toContain('MESH_NOT_READY');
    expect(processesOf(mesh)).toEqual([]);
  });
});

describe('a mesh that is wrong', () => {
  test('does not come up when it does not compose, and says why', async () => {
    await using broken = makeMesh();
    await broken.weft('init', 'domain', 'logistics');
    broken.write({
      'subgraphs/logistics/shipments.odcs.yaml': shipmentsContract,
      'subgraphs/logistics/shipments.csv': shipmentsCsv(rows),
      'subgraphs/logistics/schema.graphql': 'extend type Query { lost: Nowhere }',
    });
    await useFreePorts(broken);
    const { code, stdout, stderr } = await broken.weft('up', '--json', '--port', String(await freePort()));
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      issues: [{ code: 'COMPOSITION_FAILED', message: expect.stringContaining('Nowhere') }],
    });
    expect(stderr).toContain('COMPOSITION_FAILED');
    expect(stderr).toContain('Nowhere');
    expect(processesOf(broken)).toEqual([]);
  });
});

const ask = (operation: string) => mesh.weft('query', operation, '--gateway', running.url);

async function useFreePorts(mesh: TestMesh): Promise<void> {
  const supergraph = parse(mesh.read('supergraph.yaml'));
  for (const name of Object.keys(supergraph.subgraphs)) {
    supergraph.subgraphs[name].routing_url = `http://127.0.0.1:${await freePort()}/graphql`;
  }
  mesh.write({ 'supergraph.yaml': stringify(supergraph) });
}

/** A domain that is made of another's rows. */
const reports = {
  'subgraphs/reports/carriers.odcs.yaml': `apiVersion: v3.1.0
kind: DataContract
id: reports.carriers
name: Carriers
version: 1.0.0
status: active
domain: reports
schema:
  - name: carriers
    description: A carrier and what it carried.
    properties:
      - { name: carrier, logicalType: string, primaryKey: true, required: true, classification: internal, description: Name of the carrier. }
      - { name: parcels, logicalType: integer, required: true, classification: internal, description: How many parcels. }
`,
  'subgraphs/reports/reports.odps.yaml': `apiVersion: v1.0.0
kind: DataProduct
id: reports
name: Reports
version: 1.0.0
status: draft
domain: reports
inputPorts:
  - { name: parcels, version: 1.0.0, contractId: logistics.shipments }
outputPorts:
  - { name: carriers, version: 1.0.0, contractId: reports.carriers }
team: { name: reports }
`,
  'subgraphs/reports/parcels.input.graphql': `query Parcels($after: String) {
  shipments(first: 50, after: $after) { nodes { carrier } pageInfo { endCursor hasNextPage } }
}
`,
  'subgraphs/reports/carriers.pipeline.ts': `import { pipeline } from 'weft';
import type { CarrierRow, ParcelsInput } from './rows.gen.ts';

export default pipeline<{ parcels: ParcelsInput }, CarrierRow>(async function* ({ parcels }) {
  const counts = new Map<string, number>();
  for await (const { carrier } of parcels) counts.set(carrier ?? '', (counts.get(carrier ?? '') ?? 0) + 1);
  for (const [carrier, count] of counts) yield { carrier, parcels: count };
});
`,
};
