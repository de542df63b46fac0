/** What a domain answers while its contract, its store and its names are not what one would wish. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { type ServedDomain, serveDomain } from '../subgraphs/kit/serve.ts';
import { makeMesh, type TestMesh } from './mesh.ts';
import { type Answer, ask } from './subgraph.ts';

/** A domain `shop` with one object, and its rows as NDJSON. */
function shop(properties: string, rows: readonly object[] = [], object = 'orders'): TestMesh {
  const mesh = makeMesh({
    'shop/shop.odps.yaml':
      'apiVersion: v1.0.0\nkind: DataProduct\nid: shop\nstatus: active\noutputPorts: [{ name: orders, version: 1.0.0, contractId: orders }]\n',
  });
  describeAs(mesh, properties, object);
  if (rows.length > 0) mesh.write({ [`shop/${object}.ndjson`]: rows.map((row) => JSON.stringify(row)).join('\n') });
  return mesh;
}

function describeAs(mesh: TestMesh, properties: string, object = 'orders'): void {
  const contract = `apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\nschema:\n  - name: ${object}\n    properties:\n${properties.replace(/^/gm, '      ')}\n`;
  writeFileSync(join(mesh.dir, 'shop/orders.odcs.yaml'), contract);
}

async function load(mesh: TestMesh): Promise<void> {
  const query = () => Promise.reject(new Error('no gateway'));
  const records = await runDomain(join(mesh.dir, 'shop'), { dataDir: mesh.dir, query });
  expect(records.map(({ state, error }) => [state, error])).toEqual(records.map(() => ['COMPLETE', null]));
}

async function served<T>(
  mesh: TestMesh,
  use: (query: (text: string) => Promise<Answer>, domain: ServedDomain) => Promise<T>,
) {
  const domain = await serveDomain(join(mesh.dir, 'shop'), { port: 0, dataDir: mesh.dir });
  try {
    return await use((text) => ask(`${domain.url}/graphql`, text), domain);
  } finally {
    await domain.close();
  }
}

const id = '- { name: order_id, logicalType: string, primaryKey: true }';

describe('a contract that changed since its rows were loaded', () => {
  const before = `${id}\n- { name: total, logicalType: number, physicalType: 'decimal(10,2)' }\n- { name: city, logicalType: string }`;
  const rows = [
    { order_id: 'a', total: '12.5', city: 'Bonn' },
    { order_id: 'b', total: '0.25', city: 'Köln' },
  ];
  const totals =
    '{ orders(where: { total: { gte: 12 } }) { nodes { orderId total } } ordersSummary { sum { total } } }';
  const exact = { orders: { nodes: [{ orderId: 'a', total: '12.5' }] }, ordersSummary: [{ sum: { total: '12.75' } }] };

  test('in the scale of a decimal still gives the right numbers', async () => {
    await using mesh = shop(before, rows);
    await load(mesh);
    describeAs(mesh, before.replace('decimal(10,2)', 'decimal(30,4)'));
    await served(mesh, async (query) => {
      expect(await query(totals)).toMatchObject({ data: exact });
    });
  });

  test('does so too where it changes, and is loaded anew, while the domain is being served', async () => {
    await using mesh = shop(before, rows);
    await load(mesh);
    await served(mesh, async (query) => {
      expect(await query(totals)).toMatchObject({ data: exact });
      describeAs(mesh, before.replace('decimal(10,2)', 'decimal(10,4)'));
      await load(mesh);
      expect(await query(totals)).toMatchObject({ data: exact });
    });
  });

  test('by a column answers for all others, and says so where that one is asked for', async () => {
    await using mesh = shop(before, rows);
    await load(mesh);
    describeAs(
      mesh,
      before
        .replace('name: city, logicalType: string', 'name: city, logicalType: integer')
        .concat('\n- { name: note, logicalType: string }'),
    );
    await served(mesh, async (query) => {
      expect(await query('{ orders { nodes { orderId total } } }')).toMatchObject({
        data: { orders: { nodes: rows.map(({ order_id, total }) => ({ orderId: order_id, total })) } },
      });
      for (const asked of [
        '{ orders { nodes { note } } }',
        '{ orders { nodes { city } } }',
        '{ orders(where: { note: { eq: "x" } }) { nodes { orderId } } }',
        '{ orders(orderBy: [{ field: note }]) { nodes { orderId } } }',
        '{ ordersSummary(groupBy: [{ field: note }]) { count } }',
        '{ ordersSummary { countDistinct { note } } }',
      ]) {
        const { errors } = await query(asked);
        expect([asked, errors?.[0]?.extensions.code]).toEqual([asked, 'STORE_COLUMNS_CHANGED']);
      }
      await load(mesh).catch(() => {}); // The city of these rows is no integer.
      expect(await query(totals)).toMatchObject({ data: exact });
    });
  });
});

test('a domain that was never loaded says so, instead of answering that there is nothing', async () => {
  await using mesh = shop(id);
  await served(mesh, async (query) => {
    for (const asked of [
      '{ orders { totalCount } }',
      '{ ordersSummary { count } }',
      '{ order(orderId: "a") { orderId } }',
    ]) {
      const { data, errors } = await query(asked);
      expect([Object.values(data), errors?.map((error) => error.extensions.code)]).toEqual([[null], ['NOT_LOADED']]);
    }
  });
});

test('properties may be called as anything, JavaScript’s own names and the kit’s included', async () => {
  const names = [
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'then',
    'position',
    'number',
    'total',
    'group',
    'count',
    'nodes',
    'rowid',
    '$inferSelect',
    'sum',
    'weft:total',
    "o'clock",
    'a"b',
    'select',
  ];
  const properties = names.map((name) => `- { name: ${JSON.stringify(name)}, logicalType: string }`).join('\n');
  const parent = '- { name: parent_id, logicalType: string, relationships: [{ to: orders.order_id }] }';
  const row = Object.fromEntries(names.map((name) => [name, `is ${name}`]));
  await using mesh = shop(`${id}\n${parent}\n${properties}`, [
    { order_id: 'a', parent_id: 'a', ...row },
    { order_id: 'b', parent_id: 'a' },
  ]);
  await load(mesh);
  await served(mesh, async (query) => {
    const fields = [
      'constructor',
      'toString',
      'valueOf',
      'hasOwnProperty',
      'then',
      'position',
      'number',
      'total',
      'group',
      'count',
      'nodes',
      'rowid',
      'inferSelect',
      'sum',
      'weftTotal',
      'oClock',
      'aB',
      'select',
    ];
    const values = Object.fromEntries(fields.map((field, at) => [field, `is ${names[at]}`]));
    const missing = Object.fromEntries(fields.map((field) => [field, null]));
    const all = fields.join(' ');
    const { data, errors } = await query(`{
      order(orderId: "a") { ${all} orders(first: 5) { totalCount nodes { ${all} } } }
      orders(where: { constructor: { startsWith: "is" } }, orderBy: [{ field: toString }]) { nodes { orderId } }
      ordersSummary(groupBy: [{ field: constructor }, { field: toString }]) { group { constructor toString valueOf } count countDistinct { constructor } }
    }`);
    expect(errors).toBeUndefined();
    expect(data.order).toEqual({ ...values, orders: { totalCount: 2, nodes: [values, missing] } });
    expect(data.orders.nodes).toEqual([{ orderId: 'a' }]);
    expect(data.ordersSummary).toEqual([
      { group: { constructor: null, toString: null, valueOf: null }, count: 1, countDistinct: { constructor: 0 } },
      {
        group: { constructor: 'is constructor', toString: 'is toString', valueOf: null },
        count: 1,
        countDistinct: { constructor: 1 },
      },
    ]);
  });
});

test('rows without a key are paged through exactly once, also where a property is called rowid', async () => {
  const rows = Array.from({ length: 10 }, (_, at) => ({ rowid: String(at % 2), name: `n${at}` }));
  await using mesh = shop('- { name: rowid, logicalType: string }\n- { name: name, logicalType: string }', rows);
  await load(mesh);
  await served(mesh, async (query) => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data }: Answer = await query(
        `{ orders(first: 3, orderBy: [{ field: rowid }], after: ${JSON.stringify(after)}) { nodes { name } pageInfo { endCursor hasNextPage } } }`,
      );
      seen.push(...data.orders.nodes.map((node: { name: string }) => node.name));
      ({ endCursor: after, hasNextPage: more } = data.orders.pageInfo);
    }
    expect(seen).toEqual([0, 2, 4, 6, 8, 1, 3, 5, 7, 9].map((at) => `n${at}`));
  });
});

test('sums are exact beyond 64 bits, below zero, and can be sorted by', async () => {
  const properties = `${id}
- { name: site, logicalType: string }
- { name: big, logicalType: integer, logicalTypeOptions: { format: i64 } }
- { name: cents, logicalType: number, physicalType: 'decimal(18,6)' }
- { name: wide, logicalType: number, physicalType: 'decimal(65,0)' }`;
  const [big, cents, wide] = [9n * 10n ** 18n, 9n * 10n ** 11n, 9n * 10n ** 64n];
  const rows = Array.from({ length: 26 }, (_, at) => {
    const sign = at % 2 ? '-' : '';
    return {
      order_id: String(at),
      site: at % 2 ? 'below' : 'above',
      big: `${sign}${big}`,
      cents: `${sign}${cents}`,
      wide: `${sign}${wide}`,
    };
  });
  await using mesh = shop(properties, rows);
  await load(mesh);
  await served(mesh, async (query) => {
    const { data, errors } = await query(
      '{ ordersSummary(groupBy: [{ field: site }], orderBy: [{ aggregate: SUM, field: big }]) { group { site } sum { big cents wide } avg { big cents } } }',
    );
    expect(errors).toBeUndefined();
    const sums = { big: `${13n * big}`, cents: `${13n * cents}`, wide: `${13n * wide}` };
    const negative = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, `-${sum}`]));
    expect(data.ordersSummary).toEqual([
      { group: { site: 'below' }, sum: negative, avg: { big: -9e18, cents: -9e11 } },
      { group: { site: 'above' }, sum: sums, avg: { big: 9e18, cents: 9e11 } },
    ]);
  });
});

test('one field cannot be grouped by twice, and a cursor cannot be made by hand', async () => {
  await using mesh = shop(`${id}\n- { name: day, logicalType: date }`, [{ order_id: 'a', day: '2020-01-01' }]);
  await load(mesh);
  await served(mesh, async (query) => {
    const twice = await query(
      '{ ordersSummary(groupBy: [{ field: day, bucket: MONTH }, { field: day, bucket: YEAR }]) { count } }',
    );
    expect(twice.errors?.[0]?.extensions.code).toBe('QUERY_INVALID');
    const cursor = Buffer.from(JSON.stringify(['orderId+', 'integer', '9'.repeat(30)])).toString('base64url');
    const { errors } = await query(`{ orders(after: "${cursor}") { nodes { orderId } } }`);
    expect(errors?.[0]?.extensions.code).toBe('CURSOR_INVALID');
  });
});
