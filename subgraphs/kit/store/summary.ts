/** Groups of rows with aggregates, computed by SQLite: one statement whatever is asked for. */
import { asc, desc, type SQL, sql } from 'drizzle-orm';
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import { decode, type Stored } from '../contract/codec.ts';
import type { Column } from '../contract/column.ts';
import type { RowField, RowType } from '../contract/graph.ts';
import { measuresOf, rangesOf, scalarFieldsOf, sumsOf } from '../contract/sdl-queries.ts';
import type { Table } from '../contract/table.ts';
import { WeftError } from '../errors/weft-error.ts';
import { maxPageSize } from './page.ts';
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

export async function summarise(
  database: SqliteRemoteDatabase,
  type: RowType,
  table: Table,
  args: SummaryArguments,
  selection: Selection,
): Promise<SummaryRow[]> {
  const field = (name: string): RowField => type.fields.find((each) => each.name === name) as RowField;
  const groups = (args.groupBy ?? []).map(({ field: name, bucket }) => ({
    name,
    value: bucket ? bucketOf(field(name), table, bucket) : sql`${table[name]}`,
  }));
  const selected: Record<string, SQL> = { count: sql`count(*)` };
  const decoders = new Map<string, (stored: Stored) => unknown>([['count', Number]]);
  const add = (key: string, expression: SQL, decoder: (stored: Stored) => unknown) => {
    selected[key] = expression;
    decoders.set(key, (stored) => (stored === null ? null : decoder(stored)));
  };
  for (const { name, value } of groups) add(`group.${name}`, value, (stored) => decode(field(name).column, stored));
  for (const [aggregate, names] of Object.entries(selection)) {
    for (const name of names) {
      const { expression, decoder } = aggregateOf(aggregate as keyof Selection, field(name), table);
      add(`${aggregate}.${name}`, expression, decoder);
    }
  }
  const order = (args.orderBy ?? []).map(({ aggregate, field: name, direction }) =>
    (direction === 'DESC' ? desc : asc)(orderExpression(type, table, groups, aggregate, name)),
  );
  const query = database
    .select(selected)
    .from(table)
    .where(condition(type, table, args.where))
    .$dynamic();
  if (groups.length > 0) query.groupBy(...groups.map(({ value }) => value));
  // Groups in the order asked for, then in their own: the same question has the same answer.
  query.orderBy(...order, ...groups.map(({ value }) => asc(value))).limit(groupLimit(args.first));
  const rows = (await query) as Record<string, Stored>[];
  return rows.map((row) => nested(row, decoders));
}

/** `{ 'count': 1n, 'sum.revenue': 1n }` → `{ count: 1, sum: { revenue: '0.01' }, … }`. */
function nested(row: Record<string, Stored>, decoders: ReadonlyMap<string, (stored: Stored) => unknown>): SummaryRow {
  const result: SummaryRow = { count: 0, group: {}, sum: {}, avg: {}, min: {}, max: {}, countDistinct: {} };
  for (const [key, stored] of Object.entries(row)) {
    const [aggregate = '', name] = key.split('.');
    const value = decoders.get(key)?.(stored);
    if (name === undefined) result.count = Number(value);
    else (result[aggregate] as Record<string, unknown>)[name] = value;
  }
  return result;
}

function aggregateOf(aggregate: keyof Selection, { name, column }: RowField, table: Table) {
  const of = sql`${table[name]}`;
  const wide = column.storage === 'sortable';
  switch (aggregate) {
    case 'sum':
      // The sum of Ints is a BigInt: decoded as one, whatever the column is.
      return {
        expression: wide ? sql`sum_sortable(${of})` : sql`sum(${of})`,
        decoder: (stored: Stored) =>
          decode(column.scalar === 'Int' ? { ...column, scalar: 'BigInt' as const } : column, stored),
      };
    case 'avg':
      return average(column, of);
    case 'countDistinct':
      return { expression: sql`count(distinct ${of})`, decoder: Number };
    default:
      return { expression: sql`${sql.raw(aggregate)}(${of})`, decoder: (stored: Stored) => decode(column, stored) };
  }
}

/** Averages are floats; those of exact numbers are divided once, at the end. */
function average(column: Column, of: SQL) {
  if (column.storage !== 'sortable') {
    return { expression: sql`avg(${of})`, decoder: (stored: Stored) => Number(stored) / 10 ** column.scale };
  }
  return {
    expression: sql`sum_sortable(${of}) || ':' || count(${of})`,
    decoder: (stored: Stored) => {
      const [sum = '', count] = String(stored).split(':');
      return Number(decode({ ...column, scalar: 'Decimal' }, sum)) / Number(count);
    },
  };
}

/** The first day of the bucket, as the type of the field. */
function bucketOf({ name, column }: RowField, table: Table, bucket: Bucket): SQL {
  if (column.scalar !== 'Date' && column.scalar !== 'DateTime') {
    throw new WeftError('QUERY_INVALID', `groupBy ${name} has a bucket, but is no date.`);
  }
  const value = sql`${table[name]}`;
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
  type: RowType,
  table: Table,
  groups: readonly { readonly name: string; readonly value: SQL }[],
  aggregate: Aggregate | null | undefined,
  name: string | null | undefined,
): SQL {
  if (aggregate === 'COUNT') return sql`count(*)`;
  if (!aggregate) {
    const group = groups.find((each) => each.name === name);
    if (group) return group.value;
    throw new WeftError('QUERY_INVALID', `orderBy ${name ?? 'without aggregate'} is no field of groupBy.`, {
      help: 'Name an aggregate (SUM, AVG, MIN, MAX, COUNT_DISTINCT) of the field, or add the field to groupBy.',
    });
  }
  const allowed = { SUM: sumsOf, AVG: measuresOf, MIN: rangesOf, MAX: rangesOf, COUNT_DISTINCT: scalarFieldsOf }[
    aggregate
  ](type);
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
  return aggregateOf(key[aggregate], field, table).expression;
}

function groupLimit(first: number | null | undefined): number {
  const size = first ?? 100;
  if (size >= 0 && size <= maxPageSize) return size;
  throw new WeftError('PAGE_INVALID', `A summary has between 0 and ${maxPageSize} groups; ${size} were asked for.`);
}
