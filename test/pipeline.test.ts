/** Runs of pipelines over real files into real databases: what is served afterwards, and what is said about the rest. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import type { RunRecord } from '../subgraphs/kit/contract/observation.ts';
import { codes } from '../subgraphs/kit/errors/codes.ts';
import { readFolder, targetsOf } from '../subgraphs/kit/pipeline/folder.ts';
import { jsonElements } from '../subgraphs/kit/pipeline/json-elements.ts';
import { type RunDomainOptions, runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { ensureTables, openDatabase, schemaMatches } from '../subgraphs/kit/store/database.ts';
import { type QuarantinedRow, quarantinedRows } from '../subgraphs/kit/store/quarantine.ts';
import { hasRun, observeDomain, runsOf, startRun } from '../subgraphs/kit/store/runs.ts';
import { needsLoad, readShapes } from '../subgraphs/kit/store/snapshot-shape.ts';
import { makeMesh, root, type TestMesh } from './mesh.ts';

// Real databases wait for a real disk, which may be busy.
vi.setConfig({ testTimeout: 60_000 });

let mesh: TestMesh;
beforeEach(() => {
  mesh = makeMesh();
});
afterEach(() => mesh[Symbol.asyncDispose]());

const kit = join(root, 'subgraphs/kit');
const weftImport = `import { pipeline } from ${JSON.stringify(join(kit, 'weft.ts'))};\n`;
const shop = () => join(mesh.dir, 'shop');
const dataDir = () => join(mesh.dir, '.weft');
const file = () => join(dataDir(), 'shop.sqlite');

const orderProperties: readonly Property[] = [
  { name: 'order_id', logicalType: 'string', primaryKey: true, required: true },
  { name: 'day', logicalType: 'date', required: true },
  { name: 'total', logicalType: 'number', physicalType: 'decimal(12,2)', logicalTypeOptions: { minimum: 0 } },
];
type Property = { readonly name: string } & Readonly<Record<string, unknown>>;

interface Shop {
  readonly properties?: readonly Property[];
  readonly object?: Readonly<Record<string, unknown>>;
  readonly custom?: Readonly<Record<string, unknown>>;
  readonly inputPorts?: readonly object[];
}

/** The domain `shop` with one product and one contract, of `orders`. */
function writeShop(files: Readonly<Record<string, string>>, options: Shop = {}): void {
  const { properties = orderProperties, object = {}, custom = {}, inputPorts = [] } = options;
  const customProperties = Object.entries(custom).map(([property, value]) => ({ property, value, vendor: 'weft' }));
  const contract = {
    ...{ apiVersion: 'v3.2.0', kind: 'DataContract', id: 'shop.orders', version: '1.0.0', status: 'active' },
    schema: [{ name: 'orders', properties, customProperties, ...object }],
  };
  const product = {
    ...{
      apiVersion: 'v1.1.0',
      kind: 'DataProduct',
      id: 'shop.retail',
      name: 'Retail',
      version: '1.0.0',
      status: 'active',
    },
    ...(inputPorts.length > 0 && { inputPorts }),
    outputPorts: [{ name: 'orders', version: '1.0.0', contractId: 'shop.orders' }],
  };
  const all = { 'orders.odcs.yaml': stringify(contract), 'shop.odps.yaml': stringify(product), ...files };
  mesh.write(Object.fromEntries(Object.entries(all).map(([name, text]) => [join('shop', name), text])));
}

const noGateway = async () => ({ errors: [{ message: 'there is no gateway' }] });

async function run(options: Partial<RunDomainOptions> = {}): Promise<RunRecord> {
  const [record] = await runDomain(shop(), { dataDir: dataDir(), query: noGateway, ...options });
  return record as RunRecord;
}

/** What a consumer would see, on a connection of its own. */
function served(database = file(), table = 'orders'): unknown[] {
  const connection = new SQLite(database, { readonly: true });
  try {
    return connection.prepare(`SELECT * FROM ${table} ORDER BY 1`).raw(true).all();
  } finally {
    connection.close();
  }
}

function withStore<T>(ask: (database: ReturnType<typeof openDatabase>) => T): T {
  const database = openDatabase(file());
  try {
    return ask(database);
  } finally {
    database.close();
  }
}

const inQuarantine = (record: RunRecord, limit?: number): QuarantinedRow[] =>
  withStore((database) => quarantinedRows(database, record.id, limit));

/** A file of orders, of which every `badEvery`-th has no day. */
const csv = (rows: number, badEvery = 0, total = 10): string =>
  `order_id,day,total\n${Array.from({ length: rows }, (_, at) => `o${at},${badEvery && at % badEvery === 0 ? 'someday' : '2024-01-31'},${total}.50\n`).join('')}`;

describe('a file with bad rows', () => {
  it('of 3 %: the good ones are served, the bad ones are in quarantine with reasons', async () => {
    writeShop({ 'orders.csv': csv(1000, 34) });
    const record = await run();
    expect(record).toMatchObject({
      state: 'COMPLETE',
      load: 'full',
      rowsIn: 1000,
      rowsOut: 970,
      rowsQuarantined: 30,
      error: null,
    });
    expect(record.checks).toMatchObject([{ metric: 'quarantine', status: 'pass', value: 3 }]);
    expect(served()).toHaveLength(970);
    expect(served()).not.toContainEqual(['o34', expect.anything(), expect.anything()]);
    expect(inQuarantine(record, 100)).toHaveLength(30);
    expect(inQuarantine(record, 1)).toEqual([
      {
        source: 'row',
        position: 1,
        row: '{"order_id":"o0","day":"someday","total":"10.50"}',
        reasons: [{ property: 'day', code: 'ROW_TYPE', message: 'must be a date as YYYY-MM-DD, but is "someday"' }],
      },
    ]);
  });

  it('of 30 %: the run fails, and the last good rows are still there for readers that never closed', async () => {
    writeShop({ 'orders.csv': csv(100) });
    const first = await run();
    const reader = new SQLite(file(), { readonly: true });
    const sum = reader.prepare('SELECT count(*), sum(total) FROM orders').raw(true);
    const before = sum.get();
    expect(before).toEqual([100, 105_000]);

    writeShop({ 'orders.csv': csv(100, 3, 99) });
    const seen = new Set<string>();
    const record = await run({ onProgress: () => seen.add(JSON.stringify(sum.get())) });
    expect(record).toMatchObject({ state: 'FAIL', rowsQuarantined: 34, error: { code: 'GATE_FAILED' } });
    expect(record.error?.message).toContain('34 percent of the rows');
    expect([...seen]).toEqual([JSON.stringify(before)]);
    expect(sum.get()).toEqual(before);

    expect(inQuarantine(record, 100)).toHaveLength(34);
    const { domain } = await readFolder(shop());
    const [output] = withStore((database) => observeDomain(database, domain)).outputs;
    expect(output).toMatchObject({ object: 'orders', rowCount: 100, lastRun: { id: record.id, state: 'FAIL' } });
    expect(Date.parse(output?.asOf ?? '')).toBeLessThanOrEqual(Date.parse(first.endedAt ?? ''));

    writeShop({ 'orders.csv': csv(50) });
    expect(await run()).toMatchObject({ state: 'COMPLETE' });
    expect(sum.get()).toEqual([50, 52_500]);
    reader.close();
  });

  it('may have as many as the contract allows', async () => {
    writeShop({ 'orders.csv': csv(100, 3) }, { custom: { maxQuarantinedPercent: 34 } });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 66 });
    writeShop({ 'orders.csv': csv(100, 3) }, { custom: { maxQuarantinedPercent: 33 } });
    expect(await run()).toMatchObject({ state: 'FAIL' });
    writeShop({ 'orders.csv': csv(100, 3) }, { custom: { maxQuarantinedPercent: 'few' } });
    await expect(run()).rejects.toMatchObject({ code: 'LOAD_INVALID' });
  });

  it('keeps ten thousand of them, and counts them all', async () => {
    writeShop({ 'orders.csv': csv(10_500, 1) });
    const record = await run();
    expect(record).toMatchObject({ state: 'FAIL', rowsIn: 10_500, rowsOut: 0, rowsQuarantined: 10_500 });
    expect(inQuarantine(record, 20_000)).toHaveLength(10_000);
  });
});

describe("the contract's quality rules", () => {
  const rule = (severity: string) => ({
    quality: [{ metric: 'rowCount', name: 'enough', severity, mustBeGreaterThan: 50 }],
  });

  it('keep new rows from being served', async () => {
    writeShop({ 'orders.csv': csv(60) }, { object: rule('error') });
    expect(await run()).toMatchObject({
      state: 'COMPLETE',
      checks: [{}, { name: 'enough', status: 'pass', value: 60 }],
    });
    writeShop({ 'orders.csv': csv(40) }, { object: rule('error') });
    const record = await run();
    expect(record).toMatchObject({ state: 'FAIL', rowsIn: 40, error: { code: 'GATE_FAILED' } });
    expect(record.checks).toMatchObject([{ status: 'pass' }, { name: 'enough', status: 'fail', value: 40 }]);
    expect(served()).toHaveLength(60);
  });

  it('of severity warning are only told', async () => {
    writeShop({ 'orders.csv': csv(40) }, { object: rule('warning') });
    expect(await run()).toMatchObject({ state: 'COMPLETE', checks: [{}, { status: 'warn', value: 40 }] });
    expect(served()).toHaveLength(40);
  });

  it('judge the whole of an incremental load, not the batch', async () => {
    const options = { object: rule('error'), custom: { load: 'incremental' } };
    writeShop({ 'orders.csv': csv(60) }, options);
    await run();
    writeShop({ 'orders.csv': csv(5) }, options);
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 5, checks: [{}, { status: 'pass', value: 60 }] });
  });
});

describe('a full load', () => {
  it('of the same file changes nothing', async () => {
    writeShop({ 'orders.csv': csv(500, 100) });
    await run();
    const before = served();
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 495 });
    expect(served()).toEqual(before);
  });

  it('keeps the first of two rows with one key, or one value that is to be unique', async () => {
    const properties = [...orderProperties, { name: 'invoice', logicalType: 'integer', unique: true }];
    const text =
      'order_id,day,total,invoice\na,2024-01-01,1,1\na,2024-01-02,2,2\nb,2024-01-03,3,1\nc,2024-01-04,4,\nd,2024-01-05,5,\n';
    writeShop({ 'orders.csv': text }, { properties, custom: { maxQuarantinedPercent: 50 } });
    const record = await run();
    expect(record).toMatchObject({ state: 'COMPLETE', rowsOut: 3, rowsQuarantined: 2 });
    expect(served()).toEqual([
      ['a', '2024-01-01', 100, 1],
      ['c', '2024-01-04', 400, null],
      ['d', '2024-01-05', 500, null],
    ]);
    expect(
      inQuarantine(record).map(({ position, reasons }) => [position, reasons[0]?.code, reasons[0]?.property]),
    ).toEqual([
      [2, 'ROW_KEY_DUPLICATE', 'order_id'],
      [3, 'ROW_KEY_DUPLICATE', 'invoice'],
    ]);
  });

  it('brings the columns of a changed contract', async () => {
    writeShop({ 'orders.csv': csv(3) });
    await run();
    const properties = orderProperties.map((each) =>
      each.name === 'total' ? { ...each, physicalType: 'decimal(12,4)' } : each,
    );
    writeShop({}, { properties });
    const { domain } = await readFolder(shop());
    const orders = domain.outputs[0]?.contract.objects[0];
    if (!orders) throw new Error('The contract has an object.');
    // 10.50 is stored as 1050, which would now read 0.105.
    expect(withStore((database) => schemaMatches(database, orders))).toBe(false);
    await run();
    expect(withStore((database) => schemaMatches(database, orders))).toBe(true);
    expect(served()[0]).toEqual(['o0', '2024-01-31', 105_000]);
  });

  it('of no row does not take the place of rows, unless the contract allows it', async () => {
    writeShop({ 'orders.csv': csv(0) });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 0 });
    writeShop({ 'orders.csv': csv(3) });
    await run();
    writeShop({ 'orders.csv': csv(0) });
    const record = await run();
    expect(record).toMatchObject({ state: 'FAIL', rowsOut: 0, error: { code: 'GATE_FAILED' } });
    expect(record.checks).toMatchObject([{ status: 'pass' }, { name: 'rows after rows', status: 'fail', value: 0 }]);
    expect(record.error?.message).toContain('3 rows are served');
    expect(served()).toHaveLength(3);
    writeShop({}, { custom: { allowEmpty: 'yes' } });
    await expect(run()).rejects.toMatchObject({ code: 'LOAD_INVALID' });
    writeShop({}, { custom: { allowEmpty: true } });
    expect(await run()).toMatchObject({ state: 'COMPLETE', checks: [{}, { name: 'rows after rows', status: 'pass' }] });
    expect(served()).toEqual([]);
  });

  it('is remembered with the columns that its rows were written with', async () => {
    writeShop({ 'orders.csv': csv(3) });
    const before = (await readFolder(shop())).domain.outputs[0]?.contract.objects[0];
    if (!before) throw new Error('The contract has an object.');
    expect(withStore((database) => [...readShapes(database)])).toEqual([]);
    expect(withStore((database) => needsLoad(database, before))).toBe(true);
    const { id } = await run();
    const properties = [
      { ...orderProperties[2], physicalType: 'decimal(12,4)' } as Property,
      ...orderProperties.slice(0, 2),
    ];
    writeShop({}, { properties });
    const { domain } = await readFolder(shop());
    const after = domain.outputs[0]?.contract.objects[0];
    if (!after) throw new Error('The contract has an object.');
    withStore((database) => {
      ensureTables(database, domain);
      expect(readShapes(database).get('orders')).toEqual({
        runId: id,
        asOf: expect.any(String),
        columns: [
          { name: 'order_id', scalar: 'ID', storage: 'text', precision: 0, scale: 0 },
          { name: 'day', scalar: 'Date', storage: 'text', precision: 0, scale: 0 },
          { name: 'total', scalar: 'Decimal', storage: 'scaled', precision: 12, scale: 2 },
        ],
      });
      expect([needsLoad(database, before), needsLoad(database, after)]).toEqual([false, true]);
    });
    await run();
    withStore((database) => {
      expect(readShapes(database).get('orders')?.columns[0]).toMatchObject({ name: 'total', scale: 4 });
      expect(needsLoad(database, after)).toBe(false);
    });
  });

  it('has the indexes of its relationships and of the filters that are used', async () => {
    const relationships = [{ type: 'foreignKey', from: 'orders.total', to: 'totals.total' }];
    writeShop({ 'orders.csv': csv(3) }, { object: { relationships } });
    const indexes = () =>
      withStore((database) =>
        database
          .prepare(`SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'orders' AND sql IS NOT NULL`)
          .pluck()
          .all(),
      ).map((sql) => String(sql).replace(/^.* ON /, ''));
    await run();
    expect(indexes()).toEqual(['"orders" ("total")']);
    withStore((database) =>
      database.exec(
        `INSERT INTO weft_filter_use VALUES ('orders', 'day', 3), ('orders', 'gone', 9), ('orders', 'order_id', 5)`,
      ),
    );
    await run();
    await run();
    expect(indexes()).toEqual(['"orders" ("total")', '"orders" ("day")']);
  });
});

describe('an incremental load', () => {
  it('equals applying the changes one by one, and again changes nothing', async () => {
    const batches = fc.array(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 999 })), { maxLength: 20 }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(batches, async (some) => {
        rmSync(dataDir(), { recursive: true, force: true });
        const model = new Map<string, number>();
        for (const batch of some) {
          const lines = batch.map(([id, total]) => `o${id},2024-01-01,${total}`);
          writeShop({ 'orders.csv': ['order_id,day,total', ...lines].join('\n') }, { custom: { load: 'incremental' } });
          for (const [id, total] of batch) model.set(`o${id}`, total);
          const expected = [...model].sort().map(([id, total]) => [id, '2024-01-01', total * 100]);
          for (const _ of ['once', 'again']) {
            expect(await run()).toMatchObject({ state: 'COMPLETE', load: 'incremental', rowsQuarantined: 0 });
            expect(served()).toEqual(expected);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  const keyed = [...orderProperties, { name: 'invoice', logicalType: 'string', unique: true }];
  const incremental = { load: 'incremental', maxQuarantinedPercent: 60 };
  const invoices = (...lines: string[]): string =>
    ['order_id,day,total,invoice', ...lines.map((line) => line.replace(',', ',2024-01-01,1,'))].join('\n');
  const invoicesServed = () => served().map((row) => (row as unknown[])[3]);

  it('puts a row into quarantine whose unique value belongs to a row that is served', async () => {
    writeShop({ 'orders.csv': invoices('a,1', 'b,2', 'c,3') }, { properties: keyed, custom: incremental });
    await run();
    writeShop({ 'orders.csv': invoices('a,1', 'd,2', 'e,5') }, { properties: keyed, custom: incremental });
    const record = await run();
    expect(record).toMatchObject({ state: 'COMPLETE', rowsOut: 2, rowsQuarantined: 1, error: null });
    expect(record.checks).toMatchObject([{ metric: 'quarantine', value: expect.closeTo(33.333) }]);
    expect(invoicesServed()).toEqual(['1', '2', '3', '5']);
    expect(inQuarantine(record)).toEqual([
      {
        source: 'row',
        position: 2,
        row: '{"order_id":"d","day":"2024-01-01","total":"1","invoice":"2"}',
        reasons: [
          { property: 'invoice', code: 'ROW_KEY_DUPLICATE', message: 'is already there in a row loaded before' },
        ],
      },
    ]);
    // d takes what b keeps, since b's change is taken back, since it takes what c keeps.
    writeShop({ 'orders.csv': invoices('d,2', 'b,3') }, { properties: keyed, custom: incremental });
    expect(await run()).toMatchObject({
      state: 'FAIL',
      rowsOut: 0,
      rowsQuarantined: 2,
      error: { code: 'GATE_FAILED' },
    });
    expect(invoicesServed()).toEqual(['1', '2', '3', '5']);
  });

  it('lets rows exchange a unique value', async () => {
    writeShop({ 'orders.csv': invoices('a,1', 'b,2', 'c,3') }, { properties: keyed, custom: incremental });
    await run();
    writeShop({ 'orders.csv': invoices('a,2', 'b,3', 'c,1') }, { properties: keyed, custom: incremental });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 3, rowsQuarantined: 0 });
    expect(invoicesServed()).toEqual(['2', '3', '1']);
  });

  it('has the indexes that a full load would have', async () => {
    const relationships = [{ type: 'foreignKey', from: 'orders.total', to: 'totals.total' }];
    const indexes = () =>
      withStore((database) =>
        database
          .prepare(`SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'orders' AND sql IS NOT NULL`)
          .pluck()
          .all(),
      ).map((sql) => String(sql).replace(/^.* ON /, ''));
    writeShop({ 'orders.csv': csv(3) }, { custom: incremental });
    await run();
    expect(indexes()).toEqual([]);
    withStore((database) => database.exec(`INSERT INTO weft_filter_use VALUES ('orders', 'day', 3)`));
    writeShop({}, { custom: incremental, object: { relationships } });
    await run();
    await run();
    expect(indexes()).toEqual(['"orders" ("total")', '"orders" ("day")']);
    withStore((database) => database.exec('DELETE FROM weft_filter_use'));
    await run();
    expect(indexes()).toEqual(['"orders" ("total")']);
  });

  it('needs a key', async () => {
    const properties = orderProperties.map(({ primaryKey: _, ...rest }) => rest as Property);
    writeShop({ 'orders.csv': csv(3) }, { properties, custom: { load: 'incremental' } });
    await expect(run()).rejects.toMatchObject({ code: 'LOAD_INVALID', help: expect.stringContaining('primary key') });
    writeShop({ 'orders.csv': csv(3) }, { custom: { load: 'sometimes' } });
    await expect(run()).rejects.toMatchObject({ code: 'LOAD_INVALID' });
  });

  it('does not mix rows of two contracts', async () => {
    writeShop({ 'orders.csv': csv(3) }, { custom: { load: 'incremental' } });
    await run();
    const properties = orderProperties.filter(({ name }) => name !== 'total');
    writeShop({}, { properties, custom: { load: 'incremental' } });
    expect(await run()).toMatchObject({ state: 'FAIL', error: { code: 'STORE_COLUMNS_CHANGED' } });
    expect(served()).toHaveLength(3);
  });
});

describe('a run that does not reach its end', () => {
  /** Yields ten thousand orders; waits after six thousand as long as the file `hold` is there. */
  const holding = `${weftImport}
    import { existsSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    export default pipeline(async function* () {
      for (let at = 0; at < 10_000; at++) {
        while (at === 6_000 && existsSync(new URL('hold', import.meta.url))) await setTimeout(10);
        yield { order_id: 'o' + at, day: '2024-01-31', total: at };
      }
    });`;

  it('because it was killed is made good by the next: the rows equal those of one clean run', async () => {
    writeShop({ 'orders.csv': csv(100) });
    await run();
    const before = served();
    writeShop({ 'orders.pipeline.ts': holding, hold: '' });
    const script = `import { runDomain } from ${JSON.stringify(join(kit, 'pipeline/run-domain.ts'))};
      await runDomain(${JSON.stringify(shop())}, { dataDir: ${JSON.stringify(dataDir())}, query: async () => ({}) });`;
    mesh.write({ 'child.mts': script });
    const child = spawn(process.execPath, ['--import', 'tsx', join(mesh.dir, 'child.mts')], {
      cwd: root,
      stdio: 'inherit',
    });
    const exited = once(child, 'exit');
    try {
      await untilStaged(6_000);
      await expect(run()).rejects.toMatchObject({
        code: 'RUN_IN_PROGRESS',
        message: expect.stringContaining(`${child.pid}`),
      });
      expect(served()).toEqual(before);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    expect(served()).toEqual(before);
    const [killed] = withStore((database) => runsOf(database, 'orders'));
    expect(killed).toMatchObject({ state: 'ABORT', rowsOut: 6_000, error: { code: 'RUN_INTERRUPTED' } });

    rmSync(join(shop(), 'hold'));
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 10_000 });
    await run({ dataDir: join(mesh.dir, 'clean') });
    expect(served()).toEqual(served(join(mesh.dir, 'clean', 'shop.sqlite')));
    expect(stagingTables()).toEqual([]);
    expect(withStore((database) => runsOf(database, 'orders')).map(({ state }) => state)).toEqual([
      'COMPLETE',
      'ABORT',
      'COMPLETE',
    ]);
  });

  it('because it was stopped changes nothing', async () => {
    writeShop({ 'orders.csv': csv(100) });
    await run();
    writeShop({ 'orders.csv': csv(20_000) });
    const stop = new AbortController();
    const record = await run({ signal: stop.signal, onProgress: ({ rowsIn }) => rowsIn > 0 && stop.abort() });
    expect(record).toMatchObject({ state: 'ABORT', rowsIn: 5_000, error: { code: 'RUN_ABORTED' } });
    expect(served()).toHaveLength(100);
    expect(stagingTables()).toEqual([]);
    expect(await run({ signal: stop.signal })).toMatchObject({ state: 'ABORT', rowsIn: 0 });
  });

  it('because the store refuses, or a listener throws, is recorded and leaves nothing behind', async () => {
    const saboteur = `${weftImport}
      import SQLite from ${JSON.stringify(join(root, 'node_modules/better-sqlite3/lib/index.js'))};
      export default pipeline(async function* () {
        yield { order_id: 'a', day: '2024-01-31' };
        const other = new SQLite(${JSON.stringify(file())});
        other.exec('DROP TABLE "' + other.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 'weft_stage_*'").pluck().get() + '"');
        other.close();
      });`;
    writeShop({ 'orders.pipeline.ts': saboteur });
    expect(await run()).toMatchObject({ state: 'FAIL', error: { code: 'STORE_WRITE_FAILED' } });
    rmSync(join(shop(), 'orders.pipeline.ts'));
    writeShop({ 'orders.csv': csv(6_000) });
    const onProgress = ({ rowsIn }: { rowsIn: number }) => {
      if (rowsIn > 0) throw new Error('the terminal is gone');
    };
    await expect(run({ onProgress })).rejects.toThrow('the terminal is gone');
    expect(withStore((database) => runsOf(database, 'orders'))[0]).toMatchObject({
      state: 'FAIL',
      error: { code: 'RUN_FAILED' },
    });
    expect(stagingTables()).toEqual([]);
  });

  function stagingTables(): unknown[] {
    return withStore((database) =>
      database.prepare(`SELECT name FROM sqlite_schema WHERE name GLOB 'weft_stage_*'`).all(),
    );
  }

  async function untilStaged(rows: number): Promise<void> {
    for (;;) {
      const count = withStore((database) => {
        const [table] = database
          .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE name GLOB 'weft_stage_*'`)
          .pluck()
          .all();
        return table ? database.prepare<[], bigint>(`SELECT count(*) FROM "${table}"`).pluck().get() : 0n;
      });
      if (Number(count) >= rows) return;
      await wait(20);
    }
  }
});

describe('progress', () => {
  it('is told about every five thousand rows, and at the end', async () => {
    writeShop({ 'orders.csv': csv(12_000, 1_000) });
    const told: unknown[] = [];
    await run({ onProgress: ({ object, rowsIn, state }) => told.push([object, rowsIn, state]) });
    expect(told).toEqual([
      ['orders', 0, 'RUNNING'],
      ['orders', 5_000, 'RUNNING'],
      ['orders', 10_000, 'RUNNING'],
      ['orders', 12_000, 'COMPLETE'],
    ]);
  });
});

describe('files', () => {
  const rowsOfTwo = [
    ['a', '2024-01-01', 150],
    ['b', '2024-01-02', null],
  ];

  it.each([
    ['orders.csv', '\ufefforder_id;day;total\r\n"a";2024-01-01;1.5\r\n\r\nb;2024-01-02;\r\n'],
    ['orders.csv', 'ORDER ID\tTotal\tNote\tday\na\t1.50\tsome, more\t2024-01-01\nb\t\t\t2024-01-02'],
    [
      'orders.ndjson',
      '{"order_id":"a","day":"2024-01-01","total":1.5}\n\n{"order_id":"b","day":"2024-01-02","other":1}',
    ],
    [
      'orders.jsonl',
      '{"order_id":"a","day":"2024-01-01","total":"1.50"}\r\n{"order_id":"b","day":"2024-01-02","total":null}\r\n',
    ],
    [
      'orders.json',
      '\n[ {"order_id":"a","day":"2024-01-01","total":1.5},\n{"order_id":"b","day":"2024-01-02","total":""} ]\n',
    ],
  ])('%s are read without a line of code', async (name, text) => {
    writeShop({ [name]: text });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsIn: 2, rowsOut: 2 });
    expect(served()).toEqual(rowsOfTwo);
  });

  it("are found by the contract's own name, too", async () => {
    writeShop({ 'orders.csv': csv(2) }, { object: { name: 'sales' } });
    expect(await run()).toMatchObject({ object: 'sales', state: 'COMPLETE' });
    expect(served(file(), 'sales')).toHaveLength(2);
  });

  it('name their columns by physicalName, too', async () => {
    const properties = orderProperties.map((each) =>
      each.name === 'day' ? { ...each, physicalName: 'ORD_DT' } : each,
    );
    writeShop({ 'orders.csv': 'order-id,ord dt,TOTAL,total\na,2024-01-01,7,1.5\nb,2024-01-02,7,\n' }, { properties });
    expect(await run()).toMatchObject({ state: 'COMPLETE' });
    expect(served()).toEqual(rowsOfTwo);
  });

  it('are told apart from their contract: columns that nothing uses, properties that nothing fills', async () => {
    const properties = [...orderProperties, { name: 'weight_kg', logicalType: 'integer' }];
    writeShop({ 'orders.csv': 'order_id,day,TOTAL,weight,\na,2024-01-01,1.5,3,\n' }, { properties });
    const columns = {
      name: 'columns and properties',
      target: 'orders',
      metric: 'columns',
      dimension: 'completeness',
      status: 'warn',
      value: 3,
      message: 'columns not in the contract: weight, (no name); properties without a column: weight_kg',
    };
    expect(await run()).toMatchObject({ state: 'COMPLETE', checks: [{ metric: 'quarantine' }, columns] });
    rmSync(join(shop(), 'orders.csv'));
    writeShop(
      {
        'orders.ndjson':
          '{"order_id":"a","day":"2024-01-01","weight":1}\n{"order_id":"b","day":"2024-01-01","total":1}',
      },
      { properties },
    );
    const message = 'columns not in the contract: weight; properties without a column: weight_kg';
    expect((await run()).checks[1]).toMatchObject({ value: 2, message });
  });

  it.each(['orders.csv', 'orders.ndjson', 'orders.pipeline.ts'])(
    '(%s) may have properties by names that every JavaScript object has already',
    async (name) => {
      const names = [
        'constructor',
        'toString',
        'hasOwnProperty',
        'valueOf',
        '__proto__',
        'isPrototypeOf',
        '__defineGetter__',
      ];
      const properties: Property[] = [
        { name: 'id', logicalType: 'string', primaryKey: true },
        ...names.map((each) => ({ name: each, logicalType: 'string' })),
        {
          name: 'inside',
          logicalType: 'object',
          properties: names.map((each) => ({ name: each, logicalType: 'string' })),
        },
      ];
      const inside = JSON.stringify(Object.fromEntries(names.map((each) => [each, `in ${each}`])));
      const full = Object.fromEntries([['id', '1'], ...names.map((each) => [each, `a ${each}`]), ['inside', inside]]);
      const texts: Record<string, string> = {
        'orders.csv': `id,${names.join(',')},inside\n1,${names.map((each) => `a ${each}`).join(',')},"${inside.replaceAll('"', '""')}"\n2,,,,,,,,{}\n`,
        'orders.ndjson': `${JSON.stringify(full)}\n{"id":"2","inside":{}}\n`,
        'orders.pipeline.ts': `${weftImport}export default pipeline(() => [JSON.parse(${JSON.stringify(JSON.stringify(full))}), { id: '2', inside: {} }]);`,
      };
      writeShop({ [name]: texts[name] ?? '' }, { properties });
      const record = await run();
      expect(record).toMatchObject({ state: 'COMPLETE', rowsOut: 2, rowsQuarantined: 0, error: null });
      const [first, second] = served() as string[][];
      expect(first?.slice(1, -1)).toEqual(names.map((each) => `a ${each}`));
      expect(JSON.parse(first?.at(-1) ?? '')).toEqual(JSON.parse(inside));
      expect(second?.slice(1, -1)).toEqual(names.map(() => null));
      expect(second?.at(-1)).not.toContain('native code');
    },
  );

  it('may have single records that cannot be read: those go into quarantine, with their line', async () => {
    const custom = { maxQuarantinedPercent: 60 };
    writeShop(
      { 'orders.csv': 'order_id,day,total\na,2024-01-01,1.5\nb,2024-01-02,1,2\n12" pipe,2024-01-02\nb,2024-01-02,\n' },
      { custom },
    );
    const record = await run();
    expect(record).toMatchObject({
      state: 'COMPLETE',
      rowsIn: 4,
      rowsOut: 2,
      rowsQuarantined: 2,
      checks: [{ value: 50 }],
    });
    expect(served()).toEqual(rowsOfTwo);
    expect(inQuarantine(record)).toMatchObject([
      { source: 'orders.csv', position: 3, row: 'b,2024-01-02,1,2', reasons: [{ code: 'ROW_MALFORMED' }] },
      { source: 'orders.csv', position: 4, row: '12" pipe,2024-01-02' },
    ]);

    rmSync(join(shop(), 'orders.csv'));
    writeShop(
      {
        'orders.ndjson':
          '{"order_id":"a","day":"2024-01-01","total":1.5}\n{"order_id"\n7\n{"order_id":"b","day":"2024-01-02"}',
      },
      { custom },
    );
    expect(inQuarantine(await run()).map(({ position, row }) => [position, row])).toEqual([
      [2, '{"order_id"'],
      [3, '7'],
    ]);
    expect(served()).toEqual(rowsOfTwo);
  });

  it.each([
    [
      'orders.csv',
      'order_id,day,total\n"a,2024-01-01,1\nb,2024-01-02,2\n',
      'INPUT_MALFORMED',
      'record after line 1 does not end',
    ],
    [
      'orders.csv',
      'order_id,day,total\na,2024-01-01,1\n"b,\n\n\n',
      'INPUT_MALFORMED',
      'record after line 2 does not end',
    ],
    ['orders.csv', '', 'INPUT_MALFORMED', 'is empty'],
    ['orders.csv', '\ufeff\n\n', 'INPUT_MALFORMED', 'no line that names its columns'],
    ['orders.csv', 'order_id,total\n', 'INPUT_COLUMN_MISSING', 'no column for day'],
    ['orders.ndjson', '', 'INPUT_MALFORMED', 'is empty'],
    ['orders.json', '', 'INPUT_MALFORMED', 'is empty'],
    ['orders.csv', 'order_id,day,day\na,2024-01-01,1\n', 'INPUT_MALFORMED', 'two columns named day'],
    ['orders.csv', 'order_id,date,total\na,2024-01-01,1\n', 'INPUT_COLUMN_MISSING', 'no column for day'],
    ['orders.json', '[{"order_id":"a", secret}]', 'INPUT_MALFORMED', 'after 0 elements, comes one that is not JSON'],
    ['orders.json', '{"rows":[]}', 'INPUT_MALFORMED', '"{" at character 1, where [ should be'],
    ['orders.json', '[{"order_id":"a","day":"2024-01-01"},]', 'INPUT_MALFORMED', 'after 1 elements'],
    ['orders.json', '[{"order_id":"a","day":"2024-01-01"}', 'INPUT_MALFORMED', 'the text ends before its list does'],
    ['orders.xml', '<orders/>', 'INPUT_MISSING', 'orders.csv'],
  ])('%s that mean something else end the run: %j', async (name, text, code, message) => {
    writeShop({ [name]: text });
    expect(await run()).toMatchObject({ state: 'FAIL', error: { code, message: expect.stringContaining(message) } });
  });

  it('are UTF-8', async () => {
    writeShop({});
    writeFileSync(join(shop(), 'orders.csv'), Buffer.from('order_id,day\nM\u00fcller,2024-01-01\n', 'latin1'));
    expect(await run()).toMatchObject({
      state: 'FAIL',
      error: { code: 'INPUT_MALFORMED', message: expect.stringContaining('UTF-8 text: line 2 ') },
    });
    const long = Buffer.from(`${csv(30_000).replace('o100,', 'œ,')}M\u00fcller,2024-01-01,1\nb,2024-01-01,1\n`);
    const at = long.indexOf(Buffer.from('M\u00fc')) + 1;
    writeFileSync(join(shop(), 'orders.csv'), Buffer.concat([long.subarray(0, at), long.subarray(at + 1)]));
    expect((await run()).error?.message).toContain('line 30002 ');
  });

  it('of JSON are split as JSON.parse would, wherever the chunks end', async () => {
    const texts = fc.oneof(
      fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
      fc.array(fc.jsonValue()).map((value) => ` ${JSON.stringify(value, null, '\t')}\r\n`),
      fc.constantFrom(
        '[1,,2]',
        '[1,]',
        '[,]',
        '[',
        ']',
        '',
        '[] x',
        '[1 2]',
        '["\\"]"]',
        '["\\\\"]',
        '[]]',
        '{}',
        '[}',
        '[[1]',
        '["a]',
        '[1}',
        '[\u00a0]',
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const expected = attempt(() => JSON.parse(text) as unknown);
        for (let size = 1; size <= Math.min(text.length, 40); size++) {
          const chunks = async function* () {
            for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
          };
          const found: unknown[] = [];
          let refused = false;
          try {
            for await (const element of jsonElements(chunks(), 1_000_000)) found.push(JSON.parse(element));
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
            refused = true;
          }
          if (Array.isArray(expected)) expect(found).toEqual(expected);
          expect(refused).toBe(!Array.isArray(expected));
        }
      }),
    );
  });

  it('of any size run in little memory', { timeout: 240_000 }, async () => {
    const properties = [...orderProperties, { name: 'note', logicalType: 'string' }];
    writeShop({}, { properties });
    const rows = 375_000;
    writeLargeCsv(join(shop(), 'orders.csv'), rows);
    const script = `import { runDomain } from ${JSON.stringify(join(kit, 'pipeline/run-domain.ts'))};
      const [run] = await runDomain(${JSON.stringify(shop())}, { dataDir: ${JSON.stringify(dataDir())}, query: async () => ({}) });
      console.log(JSON.stringify({ state: run.state, rowsOut: run.rowsOut, megabytes: process.resourceUsage().maxRSS / 1024 }));`;
    mesh.write({ 'child.mts': script });
    const child = spawn(
      process.execPath,
      ['--max-old-space-size=120', '--import', 'tsx', join(mesh.dir, 'child.mts')],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    const result = JSON.parse(output) as { state: string; rowsOut: number; megabytes: number };
    expect(result).toMatchObject({ state: 'COMPLETE', rowsOut: rows });
    expect(result.megabytes).toBeLessThan(300);
  });
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** About 400 bytes per row. */
function writeLargeCsv(path: string, rows: number): void {
  const note = 'x'.repeat(360);
  writeFileSync(path, 'order_id,day,total,note\n');
  for (let at = 0; at < rows; ) {
    let text = '';
    for (const end = Math.min(at + 25_000, rows); at < end; at++)
      text += `order-${at},2024-01-31,${at % 9999}.25,${note}\n`;
    writeFileSync(path, text, { flag: 'a' });
  }
}

describe('input ports', () => {
  const port = (name: string, location?: string) => ({
    name,
    ...(location !== undefined && { customProperties: [{ property: 'location', value: location, vendor: 'weft' }] }),
  });

  it('of files are found beside the domain and in packages, whatever their `exports` say', async () => {
    mesh.write({
      'node_modules/@data/orders/package.json': '{"name":"@data/orders","exports":{".":"./index.js"}}',
      'node_modules/@data/orders/raw/orders.txt': csv(3),
      'shop/raw/orders.csv': csv(4),
    });
    writeShop({}, { inputPorts: [port('extract', 'npm:@data/orders/raw/orders.txt')] });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 3 });
    writeShop(
      {},
      { inputPorts: [port('extract', 'raw/orders.csv'), port('orders', 'npm:@data/orders/raw/orders.txt')] },
    );
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 3 });
    writeShop({}, { inputPorts: [port('extract', './raw/../raw/orders.csv')] });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 4 });
    const extract = port('extract', 'extract.2024');
    const format = { property: 'format', value: 'csv', vendor: 'weft' };
    const inputPort = { ...extract, customProperties: [...(extract.customProperties ?? []), format] };
    writeShop({ 'extract.2024': csv(5) }, { inputPorts: [inputPort] });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsOut: 5 });
  });

  it.each([
    [undefined, 'INPUT_PORT_INVALID'],
    ['orders.parquet', 'INPUT_PORT_INVALID'],
    ['npm:../../orders.csv', 'INPUT_PORT_INVALID'],
    ['../orders.csv', 'INPUT_PORT_INVALID'],
    ['raw/../../shop.csv', 'INPUT_PORT_INVALID'],
    ['/etc/orders.csv', 'INPUT_PORT_INVALID'],
    ['missing.csv', 'INPUT_UNREADABLE'],
    ['npm:not-installed/orders.csv', 'INPUT_UNREADABLE'],
  ])('at %s fail with %s', async (location, code) => {
    writeShop({}, { inputPorts: [port('extract', location)] });
    expect(await run()).toMatchObject({ state: 'FAIL', error: { code } });
  });

  it('are opened only when the pipeline reads them', async () => {
    const inputPorts = [port('a', 'a.csv'), port('gone', 'gone.csv')];
    const own = (body: string) => `${weftImport}export default pipeline(async function* (inputs) { ${body} });`;
    writeShop(
      {
        'a.csv': csv(3),
        'orders.pipeline.ts': own('for await (const row of inputs.a) yield { ...row, total: null };'),
      },
      { inputPorts },
    );
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsIn: 3, rowsOut: 3 });
  });

  it('that the product does not declare are named', async () => {
    writeShop(
      { 'orders.pipeline.ts': `${weftImport}export default pipeline(async function* ({ b }) { yield* b; });` },
      { inputPorts: [port('a', 'a.csv')] },
    );
    const message = 'There is no input port b; the product declares: a.';
    expect(await run()).toMatchObject({ state: 'FAIL', error: { code: 'INPUT_PORT_UNKNOWN', message } });
  });
});

describe("a domain's own pipeline", () => {
  it.each([
    ['a generator', 'function* () { yield { order_id: "a", day: "2024-01-01" }; }'],
    ['a list', '() => [{ order_id: "a", day: "2024-01-01" }]'],
    ['a promise of one', 'async () => [{ order_id: "a", day: "2024-01-01" }]'],
  ])('may be %s', async (_, source) => {
    writeShop({ 'orders.pipeline.ts': `${weftImport}export default pipeline(${source});` });
    expect(await run()).toMatchObject({ state: 'COMPLETE', rowsIn: 0, rowsOut: 1 });
  });

  it('is told at which line it failed', async () => {
    writeShop({
      'orders.pipeline.ts': `${weftImport}export default pipeline(async function* () {\n  throw new RangeError('no such month');\n});`,
    });
    const { error } = await run();
    expect(error?.code).toBe('PIPELINE_FAILED');
    expect(error?.message).toMatch(/orders\.pipeline\.ts:\d+:\d+ RangeError: no such month$/);
  });

  it('is not trusted to spell the properties of the contract', async () => {
    writeShop({
      'orders.pipeline.ts': `${weftImport}export default pipeline(() => [{ order_id: 'a', day: '2024-01-01', totals: 1 }]);`,
    });
    const record = await run();
    expect(record).toMatchObject({ state: 'FAIL', error: { code: 'GATE_FAILED' } });
    expect(inQuarantine(record)[0]?.reasons).toMatchObject([{ property: 'totals', code: 'ROW_UNKNOWN_PROPERTY' }]);
  });

  it('must be exported', async () => {
    writeShop({ 'orders.pipeline.ts': 'export const orders = 1;' });
    expect(await run()).toMatchObject({ state: 'FAIL', error: { code: 'PIPELINE_INVALID' } });
  });
});

describe('reading another domain', () => {
  const operation = `query Sales($after: String) {
    list: sales(first: 2, after: $after) { nodes { order_id day total } pageInfo { endCursor hasNextPage } }
  }`;
  const inputPorts = [{ name: 'sales', contractId: 'sales.orders' }];
  const nodes = Array.from({ length: 5 }, (_, at) => ({ order_id: `o${at}`, day: '2024-01-31', total: `${at}.5` }));
  const answer = (from: number, endCursor: string | null = String(from + 2)) => ({
    data: {
      list: { nodes: nodes.slice(from, from + 2), pageInfo: { endCursor, hasNextPage: from + 2 < nodes.length } },
    },
  });

  it('goes page by page through the gateway', async () => {
    writeShop({ 'sales.input.graphql': operation }, { inputPorts });
    const asked: unknown[] = [];
    const query = async (text: string, variables: Record<string, unknown>) => {
      expect(text).toBe(operation);
      asked.push(variables.after);
      return answer(Number(variables.after ?? 0));
    };
    expect(await run({ query })).toMatchObject({ state: 'COMPLETE', rowsIn: 5, rowsOut: 5 });
    expect(asked).toEqual([null, '2', '4']);
    expect(served()).toHaveLength(5);
    const folder = await readFolder(shop());
    expect(targetsOf(folder)).toMatchObject([{ object: { name: 'orders' }, kind: 'graph' }]);
  });

  it.each([
    [
      'an error beside half of the rows',
      { ...answer(0), errors: [{ message: 'sales is down' }] },
      'Sales was answered with an error: sales is down',
    ],
    ['nothing', {}, 'without the nodes and pageInfo of list'],
    ['a page that leads to itself', answer(0, null), 'does not advance'],
  ])('fails on %s', async (_, page, message) => {
    writeShop({ 'sales.input.graphql': operation }, { inputPorts });
    const record = await run({ query: async () => page });
    expect(record).toMatchObject({
      state: 'FAIL',
      error: { code: 'INPUT_QUERY_FAILED', message: expect.stringContaining(message) },
    });
  });

  it('fails where nobody answers', async () => {
    writeShop({ 'sales.input.graphql': operation }, { inputPorts });
    const record = await run({ query: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    expect(record).toMatchObject({
      error: { code: 'INPUT_QUERY_FAILED', message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it.each([
    ['{ sales {', 'is not GraphQL'],
    ['query A { a } query B { b }', 'holds 2 operations'],
    ['query A { sales { nodes { a } pageInfo { endCursor hasNextPage } } }', 'does not take $after: String'],
    ['query A($after: String) { a b }', 'exactly one field'],
    ['query A($after: String) { sales(after: $after) { nodes { a } } }', 'does not select pageInfo'],
    [
      'query A($after: String) { sales(after: $after) { nodes { a } pageInfo { endCursor } } }',
      'does not select hasNextPage',
    ],
  ])('takes no operation that cannot be paged: %s', async (text, message) => {
    writeShop({ 'sales.input.graphql': text }, { inputPorts });
    const record = await run();
    expect(record).toMatchObject({
      error: { code: 'INPUT_OPERATION_INVALID', message: expect.stringContaining(message) },
    });
  });
});

describe('the store', () => {
  it('waits for the disk at every commit', async () => {
    mkdirSync(dataDir());
    withStore((database) => {
      database.exec(`INSERT INTO weft_filter_use VALUES ('a', 'b', 1)`);
      expect([
        database.pragma('journal_mode', { simple: true }),
        database.pragma('synchronous', { simple: true }),
      ]).toEqual(['wal', 2n]);
    });
  });

  it('is not waited for where there is nothing to create, and not for ever where there is', async () => {
    writeShop({ 'orders.csv': csv(3) });
    await run();
    const { domain } = await readFolder(shop());
    writeShop({}, { object: { name: 'sales' } });
    const other = (await readFolder(shop())).domain;
    const writer = new SQLite(file());
    writer.exec('BEGIN IMMEDIATE');
    try {
      withStore((database) => {
        database.pragma('busy_timeout = 20');
        ensureTables(database, domain);
        expect(() => ensureTables(database, other)).toThrow(
          expect.objectContaining({ code: 'STORE_LOCKED', help: expect.stringContaining('Wait') }),
        );
        expect(() => startRun(database, 'orders', 'full')).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }));
      });
    } finally {
      writer.close();
    }
  });

  it('keeps the last hundred runs of an object, and the one whose rows are served', async () => {
    writeShop({ 'orders.csv': csv(3) });
    const { id } = await run();
    const insert = `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 150)
      INSERT INTO weft_run (id, object, state, load, started_at, process)
      SELECT value, 'orders', 'FAIL', 'full', '2000-01-01T00:00:00.000Z', '' FROM n`;
    withStore((database) => database.exec(`UPDATE weft_run SET started_at = '1999-01-01T00:00:00.000Z'; ${insert}`));
    writeShop({ 'orders.csv': 'order_id\n' });
    await run();
    const runs = withStore((database) => runsOf(database, 'orders', 1000));
    expect(runs).toHaveLength(101);
    expect(runs.at(-1)?.id).toBe(id);
  });

  it('from before the columns of a snapshot were kept is not guessed at', () => {
    withStore((database) => database.exec('ALTER TABLE weft_snapshot DROP COLUMN columns'));
    expect(() => openDatabase(file())).toThrow(expect.objectContaining({ code: 'STORE_OLDER' }));
  });

  it('of a newer version is not touched', () => {
    withStore((database) => database.pragma('user_version = 99'));
    expect(() => openDatabase(file())).toThrow(expect.objectContaining({ code: 'STORE_NEWER' }));
  });

  it.each([
    ['weft_run', orderProperties],
    ['SQLite_orders', orderProperties],
    ['orders', [...orderProperties, { name: 'TOTAL', logicalType: 'string' }]],
  ])('does not let a contract take the name of something else: %s', async (name, properties) => {
    writeShop({ 'orders.csv': csv(3) }, { object: { name }, properties });
    await expect(run()).rejects.toMatchObject({ code: 'STORE_NAME_TAKEN' });
  });

  it('has empty tables before the first run, in the shape of the contract of the day', async () => {
    writeShop({});
    const before = (await readFolder(shop())).domain;
    withStore((database) => ensureTables(database, before));
    expect(served()).toEqual([]);
    writeShop({}, { properties: orderProperties.slice(0, 2) });
    const { domain } = await readFolder(shop());
    const columns = withStore((database) => {
      ensureTables(database, domain);
      ensureTables(database, domain);
      expect(hasRun(database, 'orders')).toBe(false);
      return database.prepare(`SELECT name FROM pragma_table_info('orders')`).pluck().all();
    });
    expect(columns).toEqual(['order_id', 'day']);
    expect(withStore((database) => observeDomain(database, domain)).outputs).toEqual([
      { contractId: 'shop.orders', object: 'orders', rowCount: null, asOf: null, lastRun: null },
    ]);
  });
});

describe('what everybody may see of a run', () => {
  const observed = async () => {
    const { domain } = await readFolder(shop());
    return withStore((database) => observeDomain(database, domain)).outputs[0]?.lastRun;
  };

  it('has no value of a row and no path, whatever the run died of', async () => {
    const failing = (source: string) => ({ 'orders.pipeline.ts': `${weftImport}export default pipeline(${source});` });
    const cell = `(SELECT 'Jane Doe' || count(*) FROM {object})`;
    const query = `SELECT json_extract('{"a":1}', ${cell})`;
    const deaths: [Readonly<Record<string, string>>, Shop][] = [
      [{ 'orders.csv': 'Jane Doe,day,total\n' }, {}],
      [{ 'orders.csv': 'order_id,Jane Doe,Jane Doe\n' }, {}],
      [{ 'orders.ndjson': '{"Jane Doe"\n' }, {}],
      [{ 'orders.csv': 'order_id,day,total,Jane Doe\na,2024-01-01,1,2\n' }, {}],
      [{ 'orders.csv': csv(3) }, { object: { quality: [{ type: 'sql', name: 'odd', query, mustBe: 0 }] } }],
      [failing('() => { throw new Error("Jane Doe"); }'), {}],
      [failing('() => [{ order_id: "Jane Doe" }]'), {}],
    ];
    for (const [files, options] of deaths) {
      rmSync(shop(), { recursive: true, force: true });
      writeShop(files, options);
      const record = await run();
      const stored = JSON.stringify([record.error, record.checks, inQuarantine(record)]);
      expect(stored).toContain('Jane Doe');
      const told = JSON.stringify(await observed());
      expect(told).not.toContain('Jane Doe');
      expect(told).not.toContain(mesh.dir);
    }
  });

  it('has the code with its summary, and for a gate the names of the checks', async () => {
    writeShop({ 'orders.csv': csv(100, 3) });
    await run();
    expect(await observed()).toMatchObject({
      error: {
        code: 'GATE_FAILED',
        message:
          'The new rows do not meet the contract, so readers keep the last good ones. Not met: rows in quarantine.',
      },
      checks: [{ status: 'fail', value: 34, message: 'mustBeLessOrEqualTo 5 percent, but is 34' }],
    });
    writeShop({ 'orders.csv': '' });
    await run();
    expect(await observed()).toMatchObject({
      error: { code: 'INPUT_MALFORMED', message: codes.INPUT_MALFORMED.summary },
    });
  });
});

describe('a domain', () => {
  it('may have a folder that is called like a contract', async () => {
    writeShop({ 'orders.csv': csv(3) });
    mkdirSync(join(shop(), 'old.odcs.yaml'));
    expect(await run()).toMatchObject({ state: 'COMPLETE' });
  });

  it('is refused as a whole where its contracts have errors', async () => {
    writeShop({ 'orders.odcs.yaml': 'kind: DataContract\napiVersion: v3.2.0\n' });
    await expect(run()).rejects.toMatchObject({
      code: 'DOMAIN_INVALID',
      issues: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]),
    });
    await expect(runDomain(join(mesh.dir, 'nowhere'), { dataDir: dataDir(), query: noGateway })).rejects.toMatchObject({
      code: 'DOMAIN_UNKNOWN',
    });
  });

  it('runs one object where one is asked for', async () => {
    writeShop({ 'orders.csv': csv(3) });
    expect(await run({ object: 'orders' })).toMatchObject({ object: 'orders', state: 'COMPLETE' });
    await expect(run({ object: 'returns' })).rejects.toMatchObject({
      code: 'RUN_OBJECT_UNKNOWN',
      message: 'shop has no returns. It has: orders.',
    });
  });
});
