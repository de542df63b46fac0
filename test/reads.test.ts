/**
 * Every list, page, summary and look-up of a domain equals what plain JavaScript says of the same rows: random rows,
 * random filters, every kind of column.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../subgraphs/kit/contract/codec.ts';
import { columnsOf } from '../subgraphs/kit/contract/column.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { type ServedDomain, serveDomain } from '../subgraphs/kit/serve.ts';
import { ensureTables, openDatabase } from '../subgraphs/kit/store/database.ts';
import { recordSnapshot } from '../subgraphs/kit/store/snapshot.ts';

const product = `
apiVersion: v1.0.0
kind: DataProduct
id: things
name: things
version: 1.0.0
status: active
team: { name: makers }
outputPorts: [{ name: things, version: 1.0.0, contractId: things }]
`;

const contract = `
apiVersion: v3.2.0
kind: DataContract
id: things
name: things
version: 1.0.0
status: active
schema:
  - name: things
    properties:
      - { name: thing_id, logicalType: integer, logicalTypeOptions: { format: i64 }, primaryKey: true, required: true }
      - { name: name, logicalType: string }
      - { name: kind, logicalType: string, enum: [{ value: Same Day }, { value: later }] }
      - { name: quantity, logicalType: integer }
      - { name: price, logicalType: number, physicalType: 'decimal(10,2)' }
      - { name: wide, logicalType: number, physicalType: 'decimal(30,4)' }
      - { name: weight, logicalType: number }
      - { name: open, logicalType: boolean }
      - { name: day, logicalType: date }
      - { name: seen_at, logicalType: timestamp }
      - { name: parent_id, logicalType: integer, logicalTypeOptions: { format: i64 }, relationships: [{ to: things.thing_id }] }
      - { name: tags, logicalType: array, items: { name: tag, logicalType: string } }
      - { name: place, logicalType: object, properties: [{ name: city_name, logicalType: string, required: true }] }
`;

type Value = string | number | boolean | bigint | null;
type Thing = Record<string, unknown>;

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 4 });
const decimalText = (digits: number, scale: number) =>
  fc
    .bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n })
    .map((whole) => canonical(whole, scale));
const day = fc
  .integer({ min: 0, max: 800 })
  .map((days) => new Date(Date.UTC(2016, 0, 1 + days)).toISOString().slice(0, 10));

/** Small domains of values, so that rows meet filters and ties are common. */
const columns = {
  name: nullable(fc.constantFrom('', 'a', 'A', 'ab', 'ba', 'Ünïcode', '100%', "O'Brien", '_', 'emoji 🙂')),
  kind: nullable(fc.constantFrom('SAME_DAY', 'LATER')),
  quantity: nullable(fc.constantFrom(-2147483648, -3, 0, 1, 2, 7, 2147483647)),
  price: nullable(fc.oneof(decimalText(3, 2), decimalText(9, 2))),
  wide: nullable(fc.oneof(decimalText(5, 4), decimalText(29, 4))),
  weight: nullable(
    fc.oneof(
      fc.constantFrom(-1.5, 0, 0.1, 0.30000000000000004, 1e21, 5e-324),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
  ),
  open: nullable(fc.boolean()),
  day: nullable(day),
  seenAt: nullable(
    fc.tuple(day, fc.constantFrom('00:00:00.000', '12:30:00.250')).map(([date, time]) => `${date}T${time}Z`),
  ),
} satisfies Record<string, fc.Arbitrary<Value>>;
const names = Object.keys(columns) as (keyof typeof columns)[];
const keys = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

let directory: string;
let domain: ServedDomain;
let things: Thing[];
const log: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-reads-'));
  await writeFile(join(directory, 'things.odps.yaml'), product);
  await writeFile(join(directory, 'things.odcs.yaml'), contract);
  const row = fc.record({ ...columns, thingId: keys });
  things = fc.sample(fc.uniqueArray(row, { minLength: 150, maxLength: 150, selector: (each) => each.thingId }), {
    seed: 7,
    numRuns: 1,
  })[0] as Thing[];
  things.forEach((thing, at) => {
    thing.parentId = at % 3 === 0 ? null : things[(at * 7) % 5]?.thingId;
  });
  await load(things);
  domain = await serveDomain(directory, {
    port: 0,
    dataDir: directory,
    log: (_, error) => log.push(inspect(error)),
  });
});

afterAll(async () => {
  await domain.close();
  await rm(directory, { recursive: true });
});

describe('a list', () => {
  test('has exactly the rows that a filter describes, in the order asked for', async () => {
    await fc.assert(
      fc.asyncProperty(filters, orders, async (where, orderBy) => {
        const { things: list } = await ask(
          'query ($where: ThingWhere, $orderBy: [ThingOrderBy!]) { things(where: $where, orderBy: $orderBy, first: 1000) { totalCount nodes { thingId } } }',
          { where, orderBy },
        );
        const expected = [...things].filter((thing) => holds(where, thing) === true).sort(inOrder(orderBy));
        expect(list.nodes.map((node: Thing) => node.thingId)).toEqual(expected.map((thing) => String(thing.thingId)));
        expect(list.totalCount).toBe(expected.length);
      }),
      { numRuns: 150 },
    );
  });

  test('read page by page, forwards or backwards, is the list', async () => {
    await fc.assert(
      fc.asyncProperty(orders, fc.integer({ min: 1, max: 60 }), fc.boolean(), async (orderBy, size, backwards) => {
        const expected = [...things].sort(inOrder(orderBy)).map((thing) => String(thing.thingId));
        const [count, from] = backwards ? ['last', 'before'] : ['first', 'after'];
        const seen: string[] = [];
        for (let cursor: string | null = null, more = true; more; ) {
          const { things: page }: any = await ask(
            `query ($orderBy: [ThingOrderBy!], $size: Int, $cursor: String) { things(orderBy: $orderBy, ${count}: $size, ${from}: $cursor) {
              nodes { thingId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
            { orderBy, size, cursor },
          );
          const ids = page.nodes.map((node: Thing) => node.thingId);
          seen.splice(backwards ? 0 : seen.length, 0, ...ids);
          more = backwards ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage;
          cursor = backwards ? page.pageInfo.startCursor : page.pageInfo.endCursor;
          expect(ids.length).toBeLessThanOrEqual(size);
        }
        expect(seen).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('gives every value back as it was stored', async () => {
    const { things: list } = await ask(
      `{ things(first: 1000, orderBy: [{ field: thingId }]) { nodes { ${['thingId', ...names].join(' ')} tags place { cityName } } } }`,
    );
    const sorted = [...things].sort(inOrder([{ field: 'thingId', direction: 'ASC' }]));
    expect(list.nodes).toEqual(
      sorted.map((thing) => ({
        ...Object.fromEntries(names.map((name) => [name, thing[name]])),
        thingId: String(thing.thingId),
        tags: [String(thing.name), '"'],
        place: { cityName: String(thing.day) },
      })),
    );
  });
});

describe('a summary', () => {
  test('has the counts, sums, averages and ranges of each group', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.subarray(['kind', 'open', 'day', 'name'], { maxLength: 2 }),
        fc.constantFrom(null, 'WEEK', 'MONTH', 'QUARTER', 'YEAR'),
        async (where, dimensions, bucket) => {
          const groupBy = dimensions.map((field) => ({ field, ...(field === 'day' && bucket && { bucket }) }));
          const { thingsSummary: groups } = await ask(
            `query ($where: ThingWhere, $groupBy: [ThingGroupBy!]) { thingsSummary(where: $where, groupBy: $groupBy, first: 1000) {
            group { kind open day name } count sum { quantity price wide } avg { quantity price wide } min { quantity price day } max { wide seenAt } countDistinct { name price } } }`,
            { where, groupBy },
          );
          const found = new Map<string, Thing[]>();
          if (dimensions.length === 0) found.set(groupKey({}), []);
          for (const thing of things.filter((each) => holds(where, each) === true)) {
            const group = Object.fromEntries(
              dimensions.map((name) => [name, name === 'day' && bucket ? bucketOf(thing.day, bucket) : thing[name]]),
            );
            found.set(groupKey(group), [...(found.get(groupKey(group)) ?? []), thing]);
          }
          expect(new Set(groups.map(({ group }: any) => groupKey(group)))).toEqual(new Set(found.keys()));
          for (const group of groups) {
            const rows = found.get(groupKey(group.group)) as Thing[];
            const values = (name: string) => rows.flatMap((row) => (row[name] === null ? [] : [row[name] as string]));
            expect(group.count).toBe(rows.length);
            for (const name of ['quantity', 'price', 'wide']) {
              const exact = values(name).map((value) => scaled(String(value)));
              const sum = exact.reduce((a, b) => a + b, 0n);
              expect(group.sum[name]).toBe(exact.length ? canonical(sum, 4) : null);
              if (exact.length)
                expect(group.avg[name]).toBeCloseTo(
                  Number(sum) / 10_000 / exact.length,
                  3 - Math.ceil(Math.log10(Math.abs(Number(sum)) + 1) / 2),
                );
              else expect(group.avg[name]).toBeNull();
            }
            expect(group.min).toEqual({
              quantity: least('quantity', rows, 1),
              price: least('price', rows, 1),
              day: least('day', rows, 1),
            });
            expect(group.max).toEqual({ wide: least('wide', rows, -1), seenAt: least('seenAt', rows, -1) });
            expect(group.countDistinct).toEqual({
              name: new Set(values('name')).size,
              price: new Set(values('price')).size,
            });
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  test('is ordered by an aggregate and cut off', async () => {
    const { thingsSummary: groups } = await ask(
      '{ thingsSummary(groupBy: [{ field: name }], orderBy: [{ aggregate: SUM, field: wide, direction: DESC }], first: 3) { sum { wide } } }',
    );
    const { thingsSummary: all } = await ask('{ thingsSummary(groupBy: [{ field: name }]) { sum { wide } } }');
    const sorted = all.map(({ sum }: any) => sum.wide).sort((a: string, b: string) => (scaled(a) < scaled(b) ? 1 : -1));
    expect(groups.map(({ sum }: any) => sum.wide)).toEqual(sorted.slice(0, 3));
  });
});

describe('references', () => {
  test('cost one statement for any number of representations', async () => {
    const representations = Array.from({ length: 1000 }, (_, at) => ({
      __typename: 'Thing',
      thingId: String(things[at % 100]?.thingId),
    }));
    const before = domain.statements();
    const { _entities: entities } = await ask(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { thingId name } } }',
      { representations },
    );
    expect(domain.statements() - before).toBe(1);
    expect(entities.map((entity: Thing) => entity.thingId)).toEqual(representations.map((each) => each.thingId));
  });

  test('of the same page of many parents cost one statement, and each parent gets its own rows', async () => {
    const before = domain.statements();
    const { things: list } = await ask(
      '{ things(first: 1000) { nodes { thingId things(first: 4, orderBy: [{ field: quantity, direction: DESC }]) { nodes { thingId parentId } pageInfo { hasNextPage } } } } }',
    );
    expect(domain.statements() - before).toBe(2);
    for (const parent of list.nodes) {
      const children = things
        .filter((thing) => String(thing.parentId) === parent.thingId)
        .sort(inOrder([{ field: 'quantity', direction: 'DESC' }]));
      expect(parent.things.nodes.map((child: Thing) => child.thingId)).toEqual(
        children.slice(0, 4).map((child) => String(child.thingId)),
      );
      expect(parent.things.pageInfo.hasNextPage).toBe(children.length > 4);
    }
  });

  test('count each parent’s rows in one statement', async () => {
    const before = domain.statements();
    const { things: list } = await ask(
      '{ things(first: 1000) { nodes { thingId things(first: 1, where: { open: { eq: true } }) { totalCount } } } }',
    );
    expect(domain.statements() - before).toBe(3);
    for (const parent of list.nodes) {
      expect(parent.things.totalCount).toBe(
        things.filter((thing) => String(thing.parentId) === parent.thingId && thing.open).length,
      );
    }
  });

  test('that name no row, or no possible key, are null and spoil nothing', async () => {
    const representations = ['1234567890123', 'not a number', null, { a: 1 }, String(things[0]?.thingId)].map(
      (thingId) => ({ __typename: 'Thing', thingId }),
    );
    const { data, errors } = await post(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { thingId } } }',
      { representations },
    );
    expect(data._entities).toEqual([null, null, null, null, { thingId: String(things[0]?.thingId) }]);
    expect(errors.map((error: any) => `${error.extensions.code} ${error.path.join('.')}`).sort()).toEqual(
      [0, 1, 2, 3].map((at) => `ENTITY_NOT_FOUND _entities.${at}`),
    );
  });
});

describe('a question that cannot be answered', () => {
  test.each([
    ['a page beyond the limit', '{ things(first: 1001) { totalCount nodes { thingId } } }', 'PAGE_INVALID'],
    ['a negative page', '{ things(first: -1) { nodes { thingId } } }', 'PAGE_INVALID'],
    ['both ends at once', '{ things(first: 1, last: 1) { nodes { thingId } } }', 'PAGE_INVALID'],
    [
      'a cursor made by hand',
      `{ things(after: "${Buffer.from('["name+","text","a"]').toString('base64url')}") { nodes { thingId } } }`,
      'CURSOR_INVALID',
    ],
    ['a cursor of nonsense', '{ things(after: "💥") { nodes { thingId } } }', 'CURSOR_INVALID'],
    ['a comparison with null', '{ things(where: { name: { eq: null } }) { nodes { thingId } } }', 'QUERY_INVALID'],
    ['a bucket of text', '{ thingsSummary(groupBy: [{ field: name, bucket: MONTH }]) { count } }', 'QUERY_INVALID'],
    ['the sum of text', '{ thingsSummary(orderBy: [{ aggregate: SUM, field: name }]) { count } }', 'QUERY_INVALID'],
    [
      'a filter without end',
      `{ things(where: { or: [${'{ name: { eq: "a" } }'.repeat(201)}] }) { nodes { thingId } } }`,
      'QUERY_TOO_COMPLEX',
    ],
  ])('%s gets a code and what to do', async (_, query, code) => {
    const { errors } = await post(query);
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions.code).toBe(code);
  });
});

test('a store that fails is masked for clients and told to the log', async () => {
  const database = openDatabase(join(directory, `${basename(directory)}.sqlite`));
  database.exec('ALTER TABLE things RENAME TO elsewhere');
  const { data, errors } = await post('{ things { nodes { thingId } } }');
  database.exec('ALTER TABLE elsewhere RENAME TO things');
  database.close();
  expect(data).toEqual({ things: null });
  expect(errors).toMatchObject([{ message: 'The domain could not answer.', extensions: { code: 'READ_FAILED' } }]);
  expect(JSON.stringify(errors)).not.toContain('no such table');
  expect(log.join()).toContain('no such table');
});

const scalarFilter = (name: keyof typeof columns) => {
  const operand = (columns[name] as fc.Arbitrary<Value>).filter((value) => value !== null);
  const finer = name === 'price' ? fc.oneof(operand, decimalText(6, 4)) : operand;
  const list = fc.array(finer, { maxLength: 4 });
  const equality = { in: list, notIn: list, eq: finer, ne: finer, isNull: fc.boolean() };
  const order = { lt: finer, lte: finer, gt: finer, gte: finer };
  const text = { contains: operand, startsWith: operand, endsWith: operand };
  const operators =
    name === 'open'
      ? { eq: operand, ne: operand, isNull: fc.boolean() }
      : name === 'kind'
        ? equality
        : name === 'name'
          ? { ...equality, ...order, ...text }
          : { ...equality, ...order };
  return fc
    .record(operators as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] })
    .map((asked) => ({ [name]: asked }));
};

const filters = fc.letrec<{ where: Record<string, any> }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(...names.map(scalarFilter)),
    fc.record({ and: fc.array(tie('where'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('where'), { maxLength: 3 }) }),
    fc.record({ not: tie('where') }),
  ),
})).where;

const orders = fc.uniqueArray(
  fc.record({ field: fc.constantFrom(...names), direction: fc.constantFrom('ASC' as const, 'DESC' as const) }),
  { maxLength: 3, selector: (each) => each.field },
);

/** SQL's three-valued logic, in JavaScript: true, false, or null for unknown. */
function holds(where: Record<string, any>, thing: Thing): boolean | null {
  const all = (parts: (boolean | null)[]) => (parts.includes(false) ? false : parts.includes(null) ? null : true);
  const any = (parts: (boolean | null)[]) => (parts.includes(true) ? true : parts.includes(null) ? null : false);
  const negate = (part: boolean | null) => (part === null ? null : !part);
  return all(
    Object.entries(where).map(([name, asked]) => {
      if (name === 'and') return all(asked.map((inner: any) => holds(inner, thing)));
      if (name === 'or') return any(asked.map((inner: any) => holds(inner, thing)));
      if (name === 'not') return negate(holds(asked, thing));
      const value = thing[name] as Value;
      return all(
        Object.entries(asked).map(([operator, operand]: [string, any]) => {
          if (operator === 'isNull') return (value === null) === operand;
          if (operator === 'in' && operand.length === 0) return false;
          if (operator === 'notIn' && operand.length === 0) return true;
          if (value === null) return null;
          const against = (other: any) => compare(name, value, other);
          switch (operator) {
            case 'eq':
              return against(operand) === 0;
            case 'ne':
              return against(operand) !== 0;
            case 'lt':
              return against(operand) < 0;
            case 'lte':
              return against(operand) <= 0;
            case 'gt':
              return against(operand) > 0;
            case 'gte':
              return against(operand) >= 0;
            case 'in':
              return operand.some((each: any) => against(each) === 0);
            case 'notIn':
              return !operand.some((each: any) => against(each) === 0);
            case 'contains':
              return String(value).includes(operand);
            case 'startsWith':
              return String(value).startsWith(operand);
            default:
              return String(value).endsWith(operand);
          }
        }),
      );
    }),
  );
}

function compare(name: string, a: any, b: any): number {
  if (name === 'price' || name === 'wide') return Number(scaled(a) > scaled(b)) - Number(scaled(a) < scaled(b));
  if (typeof a === 'string') return Buffer.compare(Buffer.from(stored(name, a)), Buffer.from(stored(name, b)));
  return Number(a > b) - Number(a < b);
}

/** Enum values are compared as they are stored. */
const stored = (name: string, value: string) =>
  name === 'kind' ? ({ SAME_DAY: 'Same Day', LATER: 'later' }[value] as string) : value;

function inOrder(orderBy: readonly { field: string; direction: 'ASC' | 'DESC' }[]) {
  return (a: Thing, b: Thing): number => {
    for (const { field, direction } of [...orderBy, { field: 'thingId', direction: 'ASC' as const }]) {
      const [left, right] = [a[field], b[field]];
      const order =
        left === null || right === null ? Number(right === null) - Number(left === null) : compare(field, left, right);
      if (order !== 0) return direction === 'ASC' ? order : -order;
    }
    return 0;
  };
}

function bucketOf(value: unknown, bucket: string): unknown {
  if (value === null) return null;
  const date = new Date(`${value}T00:00:00Z`);
  if (bucket === 'WEEK') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  else date.setUTCDate(1);
  if (bucket === 'QUARTER') date.setUTCMonth(Math.floor(date.getUTCMonth() / 3) * 3);
  if (bucket === 'YEAR') date.setUTCMonth(0);
  return date.toISOString().slice(0, 10);
}

const groupKey = ({ kind = null, open = null, day: on = null, name = null }: Thing) =>
  JSON.stringify([kind, open, on, name]);

function least(name: string, rows: readonly Thing[], sign: 1 | -1): unknown {
  const values = rows.map((row) => row[name]).filter((value) => value !== null);
  return values.sort((a, b) => sign * compare(name, a, b))[0] ?? null;
}

/** Ten-thousandths. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return BigInt(whole + fraction.padEnd(4, '0')) * (text.startsWith('-') ? -1n : 1n);
}

function canonical(whole: bigint, scale: number): string {
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return whole < 0n ? `-${text}` : text;
}

async function load(rows: readonly Thing[]): Promise<void> {
  const { domain: read, graph } = await loadDomain(directory);
  const database = openDatabase(join(directory, `${read.name}.sqlite`));
  ensureTables(database, read);
  const type = graph.types[0];
  if (!type) throw new Error('The contract describes a type.');
  const all = columnsOf(type.object);
  const insert = database.prepare(
    `insert into things (${all.map((column) => column.name)}) values (${all.map(() => '?')})`,
  );
  for (const row of rows) {
    const full: Thing = { ...row, tags: [String(row.name), '"'], place: { city_name: String(row.day) } };
    insert.run(
      ...type.fields.map(({ name, column }) =>
        encode(column, name === 'kind' && full.kind ? stored('kind', String(full.kind)) : full[name]),
      ),
    );
  }
  recordSnapshot(database, type.object, 'by hand');
  database.close();
}

async function post(query: string, variables: object = {}): Promise<any> {
  const body = JSON.stringify({ query, variables }, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const response = await fetch(`${domain.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return response.json();
}

async function ask(query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await post(query, variables);
  expect(errors).toBeUndefined();
  return data;
}
