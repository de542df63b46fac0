/** Groups of rows with aggregates, computed by SQLite: one statement whatever is asked for. */
import { and, asc, desc, type SQL, sql } from 'drizzle-orm';
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import { decode, type Stored } from '../contract/codec.ts';
import type { Column } from '../contract/column.ts';
import type { RowField } from '../contract/graph.ts';
import { measuresOf, rangesOf, scalarFieldsOf, sumsOf } from '../contract/sdl-queries.ts';
import { WeftError } from '../errors/weft-error.ts';
import { maxPageSize } from './page.ts';
import type { Served } from './served.ts';
import { condition, type Where } from './where.ts';

export type Bucket = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';
export type Aggregate = 'COUNT' | 'SUM' | 'AVG' | 'MIN' | 'MAX' | 'COUNT_DISTINCT';

export interface SummaryArguments {
  readonly where?: Where | null;
  readonly groupBy?: readonly { readonly field: string; readonly bucket?: Bucket | null }[] | null;
  readonly orderBy?:
    | readonly {
        readonly aggregate?: Aggregate | null;
        readonly field?: string | null;
        readonly direction: 'ASC' | 'DESC';
      }[]
    | null;
  readonly first?: number | null;
}

/** The aggregates to compute, as selected: `{ sum: ['revenue'], min: ['orderDate'] }`. `count` always is. */
export type Selection = Readonly<Partial<Record<'sum' | 'avg' | 'min' | 'max' | 'countDistinct', readonly string[]>>>;

export type SummaryRow = { group: Record<string, unknown>; count: number } & Record<string, unknown>;

export interface Told {
  /** Of which rows anything may be told. */
  readonly shown?: SQL | undefined;
  /** By field: of how many values at once. */
  readonly minimums?: Readonly<Record<string, number>> | undefined;
}

export async function summarise(
  database: SqliteRemoteDatabase,
  from: Served,
  args: SummaryArguments,
  selection: Selection,
  { shown, minimums = {} }: Told = {},
): Promise<SummaryRow[]> {
  const groups = groupsOf(from, args.groupBy ?? []);
  const selected: Record<string, SQL> = { count: sql`count(*)` };
  const decoders = new Map<string, (stored: Stored) => unknown>([['count', Number]]);
  const add = (key: string, expression: SQL, decoder: (stored: Stored) => unknown) => {
    selected[key] = expression;
    decoders.set(key, (stored) => (stored === null ? null : decoder(stored)));
  };
  for (const { field, value } of groups) add(`group.${field.name}`, value, (stored) => decode(field.column, stored));
  for (const [aggregate, names] of Object.entries(selection)) {
    for (const name of names) {
      const { expression, decoder } = aggregateOf(aggregate as keyof Selection, from, name);
      add(`${aggregate}.${name}`, expression, decoder);
    }
  }
  const order = (args.orderBy ?? []).map(({ aggregate, field: name, direction }) =>
    (direction === 'DESC' ? desc : asc)(orderExpression(from, groups, aggregate, name)),
  );
  const query = database
    .select(selected)
    .from(from.table)
    .where(and(shown, condition(from, args.where)))
    .$dynamic();
  if (groups.length > 0) query.groupBy(...groups.map(({ value }) => value));
  const largeEnough = enoughValues(from, args, selection, minimums);
  if (largeEnough) query.having(largeEnough);
  // Groups in the order asked for, then in their own: the same question has the same answer.
  query.orderBy(...order, ...groups.map(({ value }) => asc(value))).limit(groupLimit(args.first));
  const rows = (await query) as Record<string, Stored>[];
  return rows.map((row) => nested(row, decoders));
}

/** Rows that have no value hide nobody: values are counted. What is sorted by is told of, too. */
function enoughValues(
  from: Served,
  { orderBy }: SummaryArguments,
  selection: Selection,
  minimums: Readonly<Record<string, number>>,
): SQL | undefined {
  const told = new Set(Object.values(selection).flat());
  for (const { aggregate, field } of orderBy ?? []) if (aggregate && field) told.add(field);
  const limited = [...told].filter((name) => Object.hasOwn(minimums, name));
  return and(...limited.map((name) => sql`count(${from.column(name).column}) >= ${minimums[name]}`));
}

interface Group {
  readonly field: RowField;
  readonly value: SQL;
}

function groupsOf(from: Served, groupBy: NonNullable<SummaryArguments['groupBy']>): Group[] {
  const names = groupBy.map((each) => each.field);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice)
    throw new WeftError('QUERY_INVALID', `groupBy names ${twice} twice.`, { help: 'Ask twice, under two aliases.' });
  return groupBy.map(({ field: name, bucket }) => {
    const { field, column } = from.column(name);
    return { field, value: bucket ? bucketOf(field, sql`${column}`, bucket) : sql`${column}` };
  });
}

/** `{ 'count': 1n, 'sum.revenue': 1n }` → `{ count: 1, sum: { revenue: '0.01' }, … }`. */
function nested(row: Record<string, Stored>, decoders: ReadonlyMap<string, (stored: Stored) => unknown>): SummaryRow {
  // Without prototypes: what is not selected must be missing, also where a field is called constructor.
  const empty = (): Record<string, unknown> => Object.create(null);
  const result: SummaryRow = {
    count: 0,
    group: empty(),
    sum: empty(),
    avg: empty(),
    min: empty(),
    max: empty(),
    countDistinct: empty(),
  };
  for (const [key, stored] of Object.entries(row)) {
    const [aggregate = '', name] = key.split('.');
    const value = decoders.get(key)?.(stored);
    if (name === undefined) result.count = Number(value);
    else (result[aggregate] as Record<string, unknown>)[name] = value;
  }
  return result;
}

function aggregateOf(aggregate: keyof Selection, from: Served, name: string) {
  const { field, column } = from.column(name);
  const of = sql`${column}`;
  switch (aggregate) {
    case 'sum':
      return { expression: exactSum(field.column, of), decoder: sumDecoder(field.column) };
    case 'avg':
      return average(field.column, of);
    case 'countDistinct':
      return { expression: sql`count(distinct ${of})`, decoder: Number };
    default:
      return {
        expression: sql`${sql.raw(aggregate)}(${of})`,
        decoder: (stored: Stored) => decode(field.column, stored),
      };
  }
}

/**
 * Sums of whole numbers are sortable text, as wide as the sum of 2^63 rows may be: SQLite's own `sum` fails beyond 64 bits.
 * 64-bit integers are added up in two halves, natively, and put together once per group (reader.ts).
 */
function exactSum({ storage, precision }: Column, of: SQL): SQL {
  if (storage === 'real') return sql`sum(${of})`;
  const digits = sql.raw(String(Math.max(precision, 20) + 20));
  if (storage === 'sortable') return sql`sum_sortable(${of}, ${digits})`;
  return sql`sum_halves(sum(${of} >> 32), sum(${of} & 4294967295), ${digits})`;
}

function sumDecoder(column: Column): (stored: Stored) => unknown {
  if (column.storage === 'real') return Number;
  // The sum of Ints is a BigInt.
  return (stored) =>
    decode({ ...column, storage: 'sortable', scalar: column.scalar === 'Decimal' ? 'Decimal' : 'BigInt' }, stored);
}

/** Averages are floats; those of exact numbers are divided once, at the end. */
function average(column: Column, of: SQL) {
  if (column.storage !== 'sortable') {
    return { expression: sql`avg(${of})`, decoder: (stored: Stored) => Number(stored) / 10 ** column.scale };
  }
  return {
    expression: sql`${exactSum(column, of)} || ':' || count(${of})`,
    decoder: (stored: Stored) => {
      const [sum = '', count] = String(stored).split(':');
      return Number(sumDecoder(column)(sum)) / Number(count);
    },
  };
}

/** The first day of the bucket, as the type of the field. */
function bucketOf({ name, column }: RowField, value: SQL, bucket: Bucket): SQL {
  if (column.scalar !== 'Date' && column.scalar !== 'DateTime') {
    throw new WeftError('QUERY_INVALID', `groupBy ${name} has a bucket, but is no date.`);
  }
  const day = {
    DAY: sql`date(${value})`,
    WEEK: sql`date(${value}, '-6 days', 'weekday 1')`, // ISO 8601: weeks begin on Monday.
    MONTH: sql`date(${value}, 'start of month')`,
    QUARTER: sql`date(${value}, 'start of month', '-' || ((strftime('%m', ${value}) - 1) % 3) || ' months')`,
    YEAR: sql`date(${value}, 'start of year')`,
  }[bucket];
  return column.scalar === 'Date' ? day : sql`${day} || 'T00:00:00.000Z'`;
}

function orderExpression(
  from: Served,
  groups: readonly Group[],
  aggregate: Aggregate | null | undefined,
  name: string | null | undefined,
): SQL {
  if (aggregate === 'COUNT') return sql`count(*)`;
  if (!aggregate) {
    const group = groups.find((each) => each.field.name === name);
    if (group) return group.value;
    throw new WeftError('QUERY_INVALID', `orderBy ${name ?? 'without aggregate'} is no field of groupBy.`, {
      help: 'Name an aggregate (SUM, AVG, MIN, MAX, COUNT_DISTINCT) of the field, or add the field to groupBy.',
    });
  }
  const allowed = { SUM: sumsOf, AVG: measuresOf, MIN: rangesOf, MAX: rangesOf, COUNT_DISTINCT: scalarFieldsOf }[
    aggregate
  ](from.type);
  const field = allowed.find((each) => each.name === name);
  if (!field) {
    throw new WeftError('QUERY_INVALID', `orderBy: ${aggregate} of ${name ?? 'no field'} is not defined.`, {
      help: `${aggregate} is defined for: ${allowed.map((each) => each.name).join(', ')}.`,
    });
  }
  const key = { SUM: 'sum', AVG: 'avg', MIN: 'min', MAX: 'max', COUNT_DISTINCT: 'countDistinct' } as const;
  if (aggregate === 'AVG' && field.column.storage === 'sortable') {
    throw new WeftError('QUERY_INVALID', `orderBy: AVG of ${field.name} is too wide to sort by.`, {
      help: 'Sort by its SUM.',
    });
  }
  return aggregateOf(key[aggregate], from, field.name).expression;
}

function groupLimit(first: number | null | undefined): number {
  const size = first ?? 100;
  if (size >= 0 && size <= maxPageSize) return size;
  throw new WeftError('PAGE_INVALID', `A summary has between 0 and ${maxPageSize} groups; ${size} were asked for.`);
}
