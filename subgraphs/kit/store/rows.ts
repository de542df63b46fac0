/**
 * How a domain's rows are asked for, batched: within one tick, any number of look-ups by key, or of the same page of
 * many parents, is one SQL statement. One `Rows` per request; nobody writes a DataLoader.
 */
import DataLoader from 'dataloader';
import { and, count, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { encode, type Stored } from '../contract/codec.ts';
import type { DomainGraph, RowField, RowType } from '../contract/graph.ts';
import { type Table, tableOf } from '../contract/table.ts';
import type { FilterUse } from './filter-use.ts';
import { cursorOf, type PageArguments, type PagePlan, planPage } from './page.ts';
import type { Readers } from './readers.ts';
import { type Selection, type SummaryArguments, type SummaryRow, summarise } from './summary.ts';
import { anyOf, condition, jsonList } from './where.ts';

/** Keyed by GraphQL field names. */
export type GraphRow = Readonly<Record<string, unknown>>;

export interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: GraphRow }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Counted only when asked for. */
  totalCount(): Promise<number>;
}

export interface Rows {
  byKey(type: RowType, key: GraphRow): Promise<GraphRow | null>;
  page(type: RowType, args: PageArguments): Promise<Page>;
  /** The page of the rows whose fields `by` have the values of `parent`, given in the same order. */
  pageOf(type: RowType, by: readonly RowField[], parent: readonly unknown[], args: PageArguments): Promise<Page>;
  summary(type: RowType, args: SummaryArguments, selection: Selection): Promise<SummaryRow[]>;
}

/** Of every row type, made once per domain. */
export type Tables = ReadonlyMap<RowType, Table>;

export function tablesOf(graph: DomainGraph): Tables {
  return new Map(graph.types.map((type) => [type, tableOf(type.object)]));
}

/** @param use is told what is filtered and sorted by. */
export function openRows(readers: Readers, tables: Tables, use?: Pick<FilterUse, 'count'>): Rows {
  const table = (type: RowType): Table => tables.get(type) as Table;
  const loaders = new Map<string, DataLoader<Key, unknown, string>>();
  /** One loader per question; the keys are what the question is asked about. */
  const load = <T>(question: string, batch: (keys: readonly Key[]) => Promise<T[]>, key: Key): Promise<T> => {
    let loader = loaders.get(question);
    if (!loader) {
      loader = new DataLoader(batch, { cacheKeyFn: textOf, maxBatchSize: 10_000 });
      loaders.set(question, loader);
    }
    return loader.load(key) as Promise<T>;
  };

  return {
    byKey: async (type, row) => {
      const key = keyOf(
        type.key,
        type.key.map((field) => row[field.name]),
      );
      return key && load(`key ${type.name}`, (keys) => rowsByKey(readers, type, table(type), keys), key);
    },

    page: async (type, args) => {
      use?.count(type, args);
      const plan = planPage(type, table(type), args);
      const where = condition(type, table(type), args.where);
      const rows = await readers.lookups
        .select({ row: getTableColumns(table(type)), position: plan.position })
        .from(table(type))
        .where(and(where, plan.range))
        .orderBy(...plan.order)
        .limit(plan.size + 1);
      const total = async () => {
        const [counted] = await readers.scans.select({ total: count() }).from(table(type)).where(where);
        return Number(counted?.total);
      };
      return toPage(plan, args, rows, total);
    },

    pageOf: async (type, by, values, args) => {
      use?.count(type, args);
      const plan = planPage(type, table(type), args);
      const parent = keyOf(by, values);
      if (!parent) return toPage(plan, args, [], async () => 0);
      const matching = `${type.name} ${by.map((field) => field.name)} ${JSON.stringify(args.where ?? null)}`;
      const question = `${matching} ${JSON.stringify([args.orderBy, args.first, args.after, args.last, args.before])}`;
      const rows = await load(
        question,
        (parents) => pagesOf(readers, type, table(type), by, parents, args, plan),
        parent,
      );
      const total = () =>
        load(`count ${matching}`, (parents) => countsOf(readers, type, table(type), by, parents, args), parent);
      return toPage(plan, args, rows, total);
    },

    summary: (type, args, selection) => {
      use?.count(type, { where: args.where ?? null });
      return summarise(readers.scans, type, table(type), args, selection);
    },
  };
}

interface Positioned {
  readonly row: GraphRow;
  readonly position: string;
}

function toPage(
  plan: PagePlan,
  args: PageArguments,
  rows: readonly Positioned[],
  totalCount: () => Promise<number>,
): Page {
  const more = rows.length > plan.size;
  const page = rows.slice(0, plan.size);
  if (plan.backward) page.reverse();
  return {
    edges: page.map(({ row, position }) => ({ cursor: cursorOf(position), node: row })),
    // Relay: what lies on the side that was not asked for is only known to exist when a cursor came from there.
    hasNextPage: plan.backward ? args.before != null : more,
    hasPreviousPage: plan.backward ? more : args.after != null,
    totalCount,
  };
}

async function rowsByKey(
  readers: Readers,
  type: RowType,
  table: Table,
  keys: readonly Key[],
): Promise<(GraphRow | null)[]> {
  const rows: GraphRow[] = await readers.lookups
    .select()
    .from(table)
    .where(keyIn(type.key, table, keys));
  const found = new Map(rows.map((row) => [textIn(row, type.key), row]));
  return keys.map((key) => found.get(textOf(key)) ?? null);
}

/** The same page of many parents: rows are numbered within each parent, and each gets its first ones. */
async function pagesOf(
  readers: Readers,
  type: RowType,
  table: Table,
  by: readonly RowField[],
  parents: readonly Key[],
  args: PageArguments,
  plan: PagePlan,
): Promise<Positioned[][]> {
  const within = sql.join(
    by.map((field) => sql`${table[field.name]}`),
    sql`, `,
  );
  const numbered = readers.lookups
    .select({
      ...getTableColumns(table),
      position: plan.position.as('weft_position'),
      number: sql<number>`row_number() over (partition by ${within} order by ${sql.join([...plan.order], sql`, `)})`.as(
        'weft_number',
      ),
    })
    .from(table)
    .where(and(keyIn(by, table, parents), condition(type, table, args.where), plan.range))
    .as('numbered');
  const rows = await readers.lookups
    .select()
    .from(numbered)
    .where(sql`${numbered.number} <= ${plan.size + 1}`)
    .orderBy(sql`${numbered.number}`);
  const byParent = new Map<string, Positioned[]>(parents.map((parent) => [textOf(parent), []]));
  for (const { position, number: _, ...row } of rows as (GraphRow & { position: string; number: unknown })[]) {
    byParent.get(textIn(row, by))?.push({ row, position });
  }
  return parents.map((parent) => byParent.get(textOf(parent)) ?? []);
}

async function countsOf(
  readers: Readers,
  type: RowType,
  table: Table,
  by: readonly RowField[],
  parents: readonly Key[],
  args: PageArguments,
): Promise<number[]> {
  const fields = Object.fromEntries(by.map((field) => [field.name, table[field.name]]));
  const rows = await readers.scans
    .select({ ...fields, total: count() })
    .from(table)
    .where(and(keyIn(by, table, parents), condition(type, table, args.where)))
    .groupBy(...Object.values(fields));
  const totals = new Map(rows.map(({ total, ...row }) => [textIn(row, by), Number(total)]));
  return parents.map((parent) => totals.get(textOf(parent)) ?? 0);
}

/** `(a, b) in (…)` with all keys as one JSON parameter. */
function keyIn(fields: readonly RowField[], table: Table, keys: readonly Key[]): SQL {
  const [first] = fields;
  if (fields.length === 1 && first) return anyOf(table[first.name], keys.flat());
  const own = sql.join(
    fields.map((field) => sql`${table[field.name]}`),
    sql`, `,
  );
  const parts = sql.join(
    fields.map((_, at) => sql.raw(`value ->> ${at}`)),
    sql`, `,
  );
  return sql`(${own}) in (select ${parts} from json_each(${`[${keys.map(jsonList).join(',')}]`}))`;
}

/** Values as SQLite stores them, so that `"42"`, `42` and `42n` are the same key. */
type Key = readonly Stored[];

/** Null where a value is missing or cannot be one of the column: no row has such a key. */
function keyOf(fields: readonly RowField[], values: readonly unknown[]): Key | null {
  try {
    const key = fields.map((field, at) => encode(field.column, values[at]));
    return key.includes(null) ? null : key;
  } catch {
    return null;
  }
}

const textOf = (key: Key): string => JSON.stringify(key.map(String));

const textIn = (row: GraphRow, fields: readonly RowField[]): string =>
  textOf(fields.map((field) => encode(field.column, row[field.name])));
