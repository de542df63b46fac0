/** Who read what is on record before anybody has it: who, what for, what of the graph, how decided; and never a value. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { customersSdl, fieldsIn, recordsIn, startAuditedGateway, values } from './audited-gateway.ts';
import { freePort, makeMesh, root, spawnWeft, until, up, weft } from './mesh.ts';
import { subscribe } from './streaming-gateway.ts';
import { ask, startSubgraph } from './subgraph.ts';

const question = '{ customers { customerId name segment income } }';

describe('a read', () => {
  test('is on record with who asked, what for, and how each field was decided by which policies', async () => {
    await using mesh = await startAuditedGateway();
    await mesh.ask(question, 'analyst', 'reporting');
    const [record, ...others] = mesh.records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      seq: 1,
      principal: { id: 'dev-analyst', kind: 'user', team: 'Analytics', roles: [], attributes: {} },
      operation: '{\n  customers {\n    customerId\n    name\n    segment\n    income\n  }\n}',
      purpose: 'reporting',
      outcome: 0,
    });
    expect(Math.abs(record.at - Date.now())).toBeLessThan(60_000);
    expect(fieldsIn(record)).toEqual([
      'Query.customers allow 1',
      'Customer.customerId mask 2',
      'Customer.name mask 2',
      'Customer.segment allow 2',
      'Customer.income deny 2',
    ]);
    const [, customer] = record.reading.groups;
    const origin = { product: 'customers.register', contract: 'customers.customers@1.4.0' };
    expect(customer).toMatchObject([
      { mask: 'hash', policies: ['persons-can-be-told-apart'], ...origin },
      { mask: 'redact', policies: ['names-are-not-shown'], ...origin },
      { policies: ['internal-is-for-colleagues'], ...origin },
      { policies: [], ...origin },
    ]);
  });

  test('is one for each who asks, and each purpose; a purpose that the mesh does not know is none', async () => {
    await using mesh = await startAuditedGateway();
    await mesh.ask(question, 'marketer', 'marketing');
    await mesh.ask(question, 'marketer', 'whatever I like');
    await mesh.ask(question, 'officer');
    const found = mesh.records().map((each) => [each.principal.id, each.purpose, fieldsIn(each)[2]]);
    expect(found).toEqual([
      ['dev-marketer', 'marketing', 'Customer.name allow 2'],
      ['dev-marketer', '', 'Customer.name mask 2'],
      ['dev-officer', '', 'Customer.name allow 2'],
    ]);
  });

  test('by nobody in particular, of the catalog, or of the schema, leaves no record', async () => {
    await using mesh = await startAuditedGateway();
    await mesh.ask(question);
    await mesh.ask('{ dataProducts { nodes { id } } __typename __schema { queryType { name } } }', 'analyst');
    await mesh.ask('{ customers { unknown } }', 'analyst');
    expect(mesh.records()).toEqual([]);
  });

  test('counts objects by their types, and those that are not there as none', async () => {
    await using mesh = await startAuditedGateway();
    await mesh.ask('{ people { segment } nobody { name } }', 'officer');
    expect(mesh.records().map(fieldsIn)).toEqual([
      [
        'Query.people allow 1',
        'Query.nobody allow 1',
        'Customer.segment allow 1',
        'Staff.segment allow 1',
        'Customer.name allow 0',
      ],
    ]);
  });

  test('by a filter is one of the field that it filters by; where it is refused, that is on record', async () => {
    await using mesh = await startAuditedGateway();
    const filtered = 'query ($where: CustomerWhere) { customers(where: $where) { segment } }';
    await mesh.ask('{ customers(where: { name: "x" }) { segment } }', 'officer');
    await mesh.ask(filtered, 'officer', undefined, { where: { name: 'x' } });
    await mesh.ask(filtered, 'officer', undefined, { where: { segment: 'x' } });
    await mesh.ask(filtered, 'analyst', undefined, { where: { name: 'x' } });
    const inputs = mesh
      .records()
      .map(({ outcome, reading }) => [
        outcome,
        reading.groups.length,
        reading.inputs.map((each: any) => `${each.coordinate} of ${each.of} ${each.effect}`),
      ]);
    expect(inputs).toEqual([
      [0, 2, ['CustomerWhere.name of Customer.name allow']],
      [0, 2, ['CustomerWhere.name of Customer.name allow']],
      [0, 2, ['CustomerWhere.segment of Customer.segment allow']],
      [1, 0, ['CustomerWhere.name of Customer.name deny']],
    ]);
  });

  test('over a WebSocket and as server-sent events is on record before it arrives', async () => {
    await using mesh = await startAuditedGateway();
    for (const [at, by] of (['ws', 'sse'] as const).entries()) {
      const client = subscribe(mesh.gateway, by, question, { headers: mesh.headersOf('marketer', 'marketing') });
      await client.next();
      expect(mesh.records()).toHaveLength(at + 1);
      await client.leave();
    }
  });

  test('is on record when the gateway is killed right after it has answered', async () => {
    await using mesh = await startAuditedGateway();
    const port = await freePort();
    const file = join(mesh.mesh.dir, 'other.db');
    const env = {
      ...{ WEFT_READ_AUDIT: file, WEFT_DEV_PRINCIPALS: 'true', WEFT_ACCESS_POLICIES: join(mesh.mesh.dir, 'access') },
      ...{ WEFT_PORT: String(port) },
    };
    const { child, ended } = spawnWeft(['gateway'], { cwd: mesh.mesh.dir, env });
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true);
    for (let times = 1; times <= 5; times++) {
      await ask(`${url}/graphql`, question, {}, undefined, mesh.headersOf('analyst'));
    }
    child.kill('SIGKILL');
    await ended;
    expect(recordsIn(file)).toHaveLength(5);
  });
});

const kills = Number(process.env.WEFT_AUDIT_KILLS ?? 2);

test(`what was answered is on record, whenever the gateway is killed (${kills} times)`, {
  timeout: 600_000,
}, async () => {
  await using mesh = await startAuditedGateway();
  const file = join(mesh.mesh.dir, 'other.db');
  const answered: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const port = await freePort();
    const env = {
      ...{ WEFT_READ_AUDIT: file, WEFT_DEV_PRINCIPALS: 'true', WEFT_ACCESS_POLICIES: join(mesh.mesh.dir, 'access') },
      ...{ WEFT_PORT: String(port), WEFT_MAX_LAG_MS: '600000' },
    };
    const { child, ended } = spawnWeft(['gateway'], { cwd: mesh.mesh.dir, env });
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true);
    let isKilled = false;
    const asking = Array.from({ length: 4 }, async (_, who) => {
      for (let times = 0; !isKilled; times++) {
        const name = `Asked${kill}x${who}x${times}`;
        const answer = await ask(
          `${url}/graphql`,
          `query ${name} ${question}`,
          {},
          undefined,
          mesh.headersOf('analyst'),
        ).catch(() => undefined);
        if (answer?.data) answered.push(name);
      }
    });
    const before = answered.length;
    await until(() => answered.length > before);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    child.kill('SIGKILL');
    await ended;
    isKilled = true;
    await Promise.all(asking);
  }
  const recorded = recordsIn(file)
    .map(({ operation }) => operation)
    .join();
  expect(answered.length).toBeGreaterThanOrEqual(kills);
  expect(answered.filter((name) => !new RegExp(`\\b${name}\\b`).test(recorded))).toEqual([]);
});

test('no value of the data, of a variable or of a literal is in any byte of the audit', async () => {
  await using mesh = await startAuditedGateway();
  const given = { where: { name: 'secret-of-variable', segment: 'secret-of-variable' } };
  await mesh.ask(
    'query ($where: CustomerWhere) { customers(where: $where) { customerId name segment income } }',
    'officer',
    'reporting',
    given,
  );
  await mesh.ask('{ customers(where: { name: "secret-of-literal" }) { customerId name segment income } }', 'officer');
  await mesh.ask('query ($n: String = "secret-of-default") { customers(where: { name: $n }) { name } }', 'analyst');
  expect(mesh.records()).toHaveLength(3);
  const files = readdirSync(mesh.mesh.dir).filter((name) => name.startsWith('reads.db'));
  expect(files.length).toBeGreaterThan(1);
  const bytes = files.map((name) => readFileSync(join(mesh.mesh.dir, name)).toString('latin1')).join('\n');
  expect(bytes).toContain('Customer.name');
  for (const value of [...Object.values(values).map(String), 'secret-of']) expect(bytes).not.toContain(value);
});

describe('what cannot be recorded', () => {
  test('is not answered, and is answered again when it can be', async () => {
    await using mesh = await startAuditedGateway();
    const other = new SQLite(mesh.file);
    onTestFinished(() => void other.close());
    other.exec('BEGIN IMMEDIATE');
    const refused = await mesh.ask(question, 'officer');
    expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'AUDIT_UNAVAILABLE' } }] });
    expect(refused.data ?? null).toBeNull();
    expect(JSON.stringify(refused)).not.toContain('value-of');
    // Who leaves no record is answered all the same.
    expect((await mesh.ask(question)).data.customers).toHaveLength(2);
    other.exec('ROLLBACK');
    await until(async () => (await mesh.ask(question, 'officer')).data?.customers?.length === 2);
    expect(mesh.log.join('\n')).toMatch(/could not be recorded.*\n(?:.*\n)*.*Reads are recorded again/);
  });

  test('keeps the gateway from starting where the file is somebody else’s', async () => {
    await using mesh = makeMesh();
    const file = join(mesh.dir, 'other.db');
    const other = new SQLite(file);
    other.exec('CREATE TABLE theirs (id INTEGER)');
    other.close();
    const refused = { code: 'AUDIT_FILE_INVALID' };
    await expect(startAuditedGateway({ readAudit: file })).rejects.toMatchObject(refused);
    writeFileSync(file, 'no database at all, but long enough to be one. '.repeat(20));
    await expect(startAuditedGateway({ readAudit: file })).rejects.toMatchObject(refused);
    expect(() => readConfig({}, { readAudit: file, engine: 'apollo' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('weft audit', () => {
  test('who-read says who read a field, by whatever name, and tells apart how', async () => {
    await using mesh = await startAuditedGateway();
    for (const [who, purpose] of [
      ['analyst', 'reporting'],
      ['marketer', 'marketing'],
      ['marketer', 'marketing'],
    ] as const) {
      await mesh.ask(question, who, purpose);
    }
    await mesh.ask('{ customers { nameAgain } }', 'officer');
    await mesh.ask('{ customers(where: { name: "x" }) { segment } }', 'officer');
    await mesh.ask('{ customers(where: { name: "x" }) { segment } }', 'analyst');
    const run = (...args: string[]) => weft(['audit', ...args, '--gateway', mesh.gateway.url], { cwd: mesh.mesh.dir });
    const { code, stdout, stderr } = await run('who-read', 'customers.customers.name', '--since', '7d');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '5 lines\n' });
    const lines = stdout.split('\n').map((line) =>
      line
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')
        .replace(/ {2,}/g, '|')
        .trim(),
    );
    expect(lines.sort()).toEqual([
      '',
      'WHO|TEAM|PURPOSE|AGREEMENT|HOW|READS|ROWS|FIRST|LAST',
      'dev-analyst|Analytics|by CustomerWhere.name, refused|1|0|',
      'dev-analyst|Analytics|reporting|masked (redact)|1|2|',
      'dev-marketer|Marketing|marketing|as it is|2|4|',
      'dev-officer|Governance|as it is, via Customer.nameAgain|1|2|',
      'dev-officer|Governance|by CustomerWhere.name|1|0|',
    ]);
    const names = ['Customer.name', 'customers.register.customers.name', 'customers.customers.customers.name'];
    for (const name of names) {
      const { data } = JSON.parse((await run('who-read', name, '--by', 'dev-marketer', '--json')).stdout);
      expect(data).toMatchObject({
        coordinates: ['Customer.name'],
        lines: [
          {
            principal: 'dev-marketer',
            how: 'SHOWN',
            reads: 2,
            policies: ['marketing-knows-whom-it-writes-to'],
            contracts: ['customers.customers@1.4.0'],
          },
        ],
      });
    }
    expect((await run('who-read', 'Customer.income', '--until', '2026-01-01')).stderr).toMatch(/^nobody is on record/);
    expect(await run('who-read', 'Customer.nam')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('FIELD_UNKNOWN'),
    });
    const badTime = '{ dataReads(field: "Customer.name", since: "yesterday") { total } }';
    expect((await mesh.askCatalog(badTime)).errors?.[0]?.extensions.code).toBe('TIME_INVALID');
  });

  test('verify finds a record that was changed, left out, or put in, and a sum that was', async () => {
    await using mesh = await startAuditedGateway();
    for (const who of ['analyst', 'marketer', 'officer', 'analyst']) await mesh.ask(question, who);
    const verify = () => weft(['audit', 'verify', '--gateway', mesh.gateway.url], { cwd: mesh.mesh.dir });
    const sound = await verify();
    expect(sound).toMatchObject({ code: 0, stdout: expect.stringMatching(/^4 [0-9a-f]{64} reads$/m) });
    const other = new SQLite(mesh.file);
    onTestFinished(() => void other.close());
    expect(() => other.exec('UPDATE record SET purpose = purpose')).toThrow(/append-only/);
    expect(() => other.exec('DELETE FROM term')).toThrow(/append-only/);
    other.pragma('foreign_keys = OFF');
    for (const name of other.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) {
      other.exec(`DROP TRIGGER ${name}`);
    }
    const putBack = remember(other);
    const verdictAfter = async (change: string) => {
      other.exec(change);
      const { data } = await mesh.askCatalog('{ dataReadsVerdict { brokenAt isSummedUp } }');
      return data.dataReadsVerdict;
    };
    const fifth = '5, at, principal, operation, reading, purpose, client, outcome, rows, hash';
    const changes: [change: string, brokenAt: number | null][] = [
      ["UPDATE record SET purpose = 'reporting' WHERE seq = 2", 2],
      ["UPDATE record SET rows = '[1,1]' WHERE seq = 4", 4],
      ['UPDATE record SET at = at - 1 WHERE seq = 3', 3],
      ['DELETE FROM record WHERE seq = 1', 1],
      [`INSERT INTO record SELECT ${fifth} FROM record WHERE seq = 4`, 5],
      ["UPDATE term SET text = replace(text, 'analyst', 'officer') WHERE kind = 'principal'", 1],
      ["UPDATE term SET text = replace(text, 'mask', 'allow') WHERE kind = 'reading'", 1],
      ['UPDATE sum SET reads = 0 WHERE span = 1', null],
      ['UPDATE sum SET reads = 0 WHERE span = 24', null],
      ['DELETE FROM sum', null],
      ['DELETE FROM found_by', null],
    ];
    for (const [change, brokenAt] of changes) {
      expect([change, await verdictAfter(change)]).toEqual([change, { brokenAt, isSummedUp: false }]);
      putBack();
    }
    for (const [change, found] of [
      ['DELETE FROM record WHERE seq = 2', 'Record 2 of the audit of reads'],
      ['DELETE FROM sum', 'who-read'],
    ]) {
      await verdictAfter(String(change));
      const { code, stderr } = await verify();
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(`AUDIT_BROKEN[^]*${found}`) });
      putBack();
    }
    expect(await verify()).toMatchObject({ code: 0, stdout: sound.stdout });
  });

  test('is kept by weft up in the folder of the mesh’s data, where there are access policies', async () => {
    const customers = await startSubgraph(customersSdl, { resolvers: { Query: { customers: () => [values] } } });
    onTestFinished(() => customers.close());
    await using mesh = makeMesh({
      'customers.graphql': customersSdl,
      'supergraph.yaml': JSON.stringify({
        subgraphs: { customers: { routing_url: customers.url, schema: { file: './customers.graphql' } } },
      }),
    });
    const args = ['--access-policies', join(root, 'gateway/policies'), '--port', String(await freePort())];
    const running = await up(mesh, ...args);
    const authorization = { authorization: 'Bearer dev-analyst' };
    await ask(`${running.url}/graphql`, '{ customers { segment } }', {}, undefined, authorization);
    const { stdout } = await mesh.weft('audit', 'who-read', 'Customer.segment', '--gateway', running.url);
    expect(stdout).toMatch(/dev-analyst +Analytics +as it is +1 +1 /);
    process.kill(running.pid, 'SIGTERM');
    await running.ended;
    expect(recordsIn(join(mesh.dir, '.weft/reads.db'))).toHaveLength(1);
  });

  test('answers only whoever may administer the registry', async () => {
    await using mesh = await startAuditedGateway({ registryOpen: false, routingAddresses: 'loopback' });
    for (const query of ['{ dataReads(field: "Customer.name") { total } }', '{ dataReadsVerdict { entries } }']) {
      expect((await mesh.askCatalog(query)).errors?.[0]?.extensions.code).toBe('TOKEN_MISSING');
    }
  });

  test('says what to do where the gateway records nothing', async () => {
    await using mesh = await startAuditedGateway({ readAudit: '' });
    await mesh.ask(question, 'analyst');
    const { code, stderr } = await weft(['audit', 'who-read', 'Customer.name', '--gateway', mesh.gateway.url], {
      cwd: root,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/AUDIT_ABSENT.*\n.*WEFT_READ_AUDIT/);
    expect((await weft(['audit', 'verify', '--gateway', mesh.gateway.url], { cwd: root })).code).toBe(0);
  });
});

const tables = ['record', 'term', 'sum', 'found_by'];

/** @returns what puts all rows back. */
function remember(connection: InstanceType<typeof SQLite>): () => void {
  const rowsOf = (table: string) => connection.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][];
  const before = tables.map((table) => [table, rowsOf(table)] as const);
  return () => {
    for (const [table, rows] of before) {
      connection.exec(`DELETE FROM ${table}`);
      for (const row of rows)
        connection.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join()})`).run(...row);
    }
  };
}
