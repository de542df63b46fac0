/** What consumers look up costs a search in an index, never a walk through the table. */

import { drizzle } from 'drizzle-orm/sqlite-proxy';
import { expect, test } from 'vitest';
import type { RowType } from '../subgraphs/kit/contract/graph.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { sealedCursors } from '../subgraphs/kit/store/cursors.ts';
import { openDatabase } from '../subgraphs/kit/store/database.ts';
import { countFilterUse } from '../subgraphs/kit/store/filter-use.ts';
import { openRows, type Rows } from '../subgraphs/kit/store/rows.ts';
import { servedTypes } from '../subgraphs/kit/store/served.ts';
import { makeMesh, type TestMesh } from './mesh.ts';

const stock = {
  'subgraphs/depot/depot.odps.yaml':
    'apiVersion: v1.0.0\nkind: DataProduct\nid: depot\nstatus: active\noutputPorts: [{ name: stock, version: 1.0.0, contractId: stock }]\n',
  'subgraphs/depot/stock.odcs.yaml': `apiVersion: v3.1.0
kind: DataContract
id: stock
version: 1.0.0
status: active
schema:
  - name: stock
    properties:
      - { name: site, logicalType: string, primaryKey: true, primaryKeyPosition: 1, required: true }
      - { name: sku, logicalType: string, primaryKey: true, primaryKeyPosition: 2, required: true }
      - { name: label, logicalType: string, unique: true }
      - { name: supplier_id, logicalType: integer, relationships: [{ to: suppliers.supplier_id }] }
      - { name: shelf, logicalType: integer }
`,
  'subgraphs/depot/stock.csv': `site,sku,label,supplier_id,shelf\n${Array.from({ length: 500 }, (_, at) => `S${at % 7},K${at},L${at},${at % 11},${at % 30}`).join('\n')}\n`,
};

test('keys, references and unique values; and whatever consumers filter and sort by, from the next load on', async () => {
  await using mesh = makeMesh(stock);
  await load(mesh);
  const { type, rows, plans } = await open(mesh);
  const supplier = type.fields.filter((field) => field.name === 'supplierId');

  expect(await rows.byKey(type, { site: 'S3', sku: 'K10' })).toMatchObject({ label: 'L10' });
  expect((await rows.pageOf(type, supplier, [4], { first: 2 })).edges).toHaveLength(2);
  expect((await rows.page(type, { where: { label: { eq: 'L3' } } })).edges).toHaveLength(1);
  expect((await rows.page(type, { where: { site: { eq: 'S1' } }, first: 3 })).edges).toHaveLength(3);
  expect(plans.filter(isScan)).toEqual([]);

  // Nothing says yet that shelves are looked up.
  plans.length = 0;
  const byShelf = { where: { or: [{ shelf: { eq: 3 } }] } };
  await rows.page(type, byShelf);
  expect(plans.some(isScan)).toBe(true);

  await load(mesh);
  const again = await open(mesh);
  const shelf = await again.rows.page(again.type, byShelf);
  expect(shelf.edges).toHaveLength(17);
  expect(again.plans.filter(isScan)).toEqual([]);
});

/** A walk through the table itself; the list of keys that a statement is given is walked, and small. */
const isScan = (step: string): boolean => /^SCAN (?!json_each|\(|numbered|CONSTANT)/.test(step);

async function load(mesh: TestMesh): Promise<void> {
  const records = await runDomain(`${mesh.dir}/subgraphs/depot`, {
    dataDir: mesh.dir,
    query: () => Promise.reject(new Error('no gateway')),
  });
  expect(records.map((record) => record.state)).toEqual(['COMPLETE']);
}

/** Reads in this thread, and writes down how SQLite goes about each statement. */
async function open(mesh: TestMesh): Promise<{ type: RowType; rows: Rows; plans: string[] }> {
  const { graph } = await loadDomain(`${mesh.dir}/subgraphs/depot`);
  const file = new SQLite(`${mesh.dir}/depot.sqlite`, { readonly: true });
  file.defaultSafeIntegers(true);
  const plans: string[] = [];
  const database = drizzle(async (sql, params) => {
    for (const { detail } of file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...params) as { detail: string }[])
      plans.push(detail);
    return {
      rows: file
        .prepare(sql)
        .raw(true)
        .all(...params),
    };
  });
  const store = openDatabase(`${mesh.dir}/depot.sqlite`);
  const use = countFilterUse(store);
  const count: typeof use.count = (type, asked) => {
    use.count(type, asked);
    use.flush();
  };
  const cursors = sealedCursors(Buffer.alloc(32), 'depot');
  const rows = openRows({
    lookups: database,
    scans: database,
    served: servedTypes(store, graph),
    cursors,
    use: { count },
  });
  return { type: graph.types[0] as RowType, rows, plans };
}
