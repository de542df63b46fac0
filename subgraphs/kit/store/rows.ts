/**
 * How a domain's rows are asked for, batched: within one tick, any number of look-ups by key, or of the same page of
 * many parents, is one SQL statement. One `Rows` per request; nobody writes a DataLoader.
 */
import DataLoader from 'dataloader';
import { and, count, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import { encode, type Stored } from '../contract/codec.ts';
import type { RowField, RowType } from '../contract/graph.ts';
import type { MinimumGroups } from '../contract/minimum-groups.ts';
import type { RowConditions } from '../contract/row-condition.ts';
import type { Cursors } from './cursors.ts';
import type { FilterUse } from './filter-use.ts';
import { type PageArguments, type PagePlan, planPage } from './page.ts';
import { rowFilter } from './row-filter.ts';
import type { Served, ServedTypes } from './served.ts';
import { type Selection, type SummaryArguments, type SummaryRow, summarise } from './summary.ts';
import { anyOf, condition, jsonList } from './where.ts';

/** Keyed by GraphQL field names. */
export type GraphRow = Readonly<Record<string, unknown>>;

export interface Page {
  /** A cursor is sealed when it is read. */
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

export interface RowsOptions {
  readonly lookups: SqliteRemoteDatabase;
  readonly scans: SqliteRemoteDatabase;
  readonly served: ServedTypes;
  readonly cursors: Cursors;
  /** Is told what is filtered and sorted by. */
  readonly use?: Pick<FilterUse, 'count'>;
  /** Which rows may be shown, by type: the others are as if they were not there. */
  readonly conditions?: RowConditions;
  /** Which fields may be told of in summaries only, of how many rows at once. */
  readonly minimumGroups?: MinimumGroups;
}

export function openRows(options: RowsOptions): Rows {
  const { lookups, scans, served: servedNow, cursors, use, conditions = {}, minimumGroups = {} } = options;
  // Once per request: its thousand look-ups ask the store once, and all see the same shape.
  const seen = new Map<RowType, Served>();
  const served: ServedTypes = (type) => {
    const known = seen.get(type) ?? servedNow(type);
    seen.set(type, known);
    return known;
  };
  const shown = (from: Served): SQL | undefined =>
    rowFilter(from, Object.hasOwn(conditions, from.type.name) ? conditions[from.type.name] : true);
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
      const from = served(type);
      const fields = fieldsIn(from, type.key);
      const key = keyOf(
        fields,
        fields.map((field) => row[field.name]),
      );
      return key && load(`key ${type.name}`, (keys) => rowsByKey(lookups, from, fields, keys, shown(from)), key);
    },

    page: async (type, args) => {
      use?.count(type, args);
      const from = served(type);
      const plan = planPage(from, args, cursors);
      const visible = shown(from);
      const where = and(visible, condition(from, args.where));
      const rows = await (isLookup(from.type, args, visible !== undefined) ? lookups : scans)
        .select({ row: getTableColumns(from.table), position: plan.position })
        .from(from.table)
        .where(and(where, plan.range))
        .orderBy(...plan.order)
        .limit(plan.size + 1);
      const total = async () => {
        const [counted] = await scans.select({ total: count() }).from(from.table).where(where);
        return Number(counted?.total);
      };
      return toPage(plan, args, rows, total);
    },

    pageOf: async (type, by, values, args) => {
      use?.count(type, args);
      const from = served(type);
      const plan = planPage(from, args, cursors);
      const fields = fieldsIn(from, by);
      const parent = keyOf(fields, values);
      if (!parent) return toPage(plan, args, [], async () => 0);
      const matching = `${type.name} ${by.map((field) => field.name)} ${JSON.stringify(args.where ?? null)}`;
      const question = `${matching} ${JSON.stringify([args.orderBy, args.first, args.after, args.last, args.before])}`;
      const ofParents = (parents: readonly Key[]) =>
        and(keyIn(from, fields, parents), shown(from), condition(from, args.where));
      const rows = await load(
        question,
        (parents) => pagesOf(lookups, from, fields, parents, ofParents(parents), plan),
        parent,
      );
      const total = () =>
        load(`count ${matching}`, (parents) => countsOf(scans, from, fields, parents, ofParents(parents)), parent);
      return toPage(plan, args, rows, total);
    },

    summary: async (type, args, selection) => {
      use?.count(type, { where: args.where ?? null });
      const from = served(type);
      const minimums = Object.hasOwn(minimumGroups, type.name) ? minimumGroups[type.name] : {};
      return summarise(scans, from, args, selection, { shown: shown(from), minimums });
    },
  };
}

const fieldsIn = (from: Served, fields: readonly RowField[]): RowField[] =>
  fields.map(({ name }) => from.column(name).field);

/**
 * A page in the order of the key, or of rows that an index finds: whatever else is asked may walk the whole table.
 * @param hides some rows may not be shown, perhaps nearly all
 */
function isLookup(type: RowType, { where, orderBy }: PageArguments, hides: boolean): boolean {
  const [firstKey] = type.key;
  const indexed = new Set(
    [
      firstKey,
      ...type.references.map(({ from }) => from[0]),
      ...type.fields.filter(({ column }) => column.property.unique),
    ].map((field) => field?.name),
  );
  const found = Object.entries(where ?? {}).some(
    ([name, asked]) => indexed.has(name) && ['eq', 'in'].some((operator) => Object.hasOwn(asked as object, operator)),
  );
  return (
    found ||
    (!hides &&
      Object.keys(where ?? {}).length === 0 &&
      (orderBy ?? []).every(({ field }, at) => field === type.key[at]?.name))
  );
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
    edges: page.map(({ row, position }) => ({
      get cursor() {
        return plan.cursorOf(position);
      },
      node: row,
    })),
    // Relay: what lies on the side that was not asked for is only known to exist when a cursor came from there.
    hasNextPage: plan.backward ? args.before != null : more,
    hasPreviousPage: plan.backward ? more : args.after != null,
    totalCount,
  };
}

async function rowsByKey(
  database: SqliteRemoteDatabase,
  from: Served,
  by: readonly RowField[],
  keys: readonly Key[],
  shown: SQL | undefined,
): Promise<(GraphRow | null)[]> {
  const rows: GraphRow[] = await database
    .select()
    .from(from.table)
    .where(and(keyIn(from, by, keys), shown));
  const found = new Map(rows.map((row) => [textIn(row, by), row]));
  return keys.map((key) => found.get(textOf(key)) ?? null);
}

/** Beside a row's own fields; no GraphQL field can be called so. */
const position = 'weft:position';
const number = 'weft:number';
const total = 'weft:total';

/** The same page of many parents: rows are numbered within each parent, and each gets its first ones. */
async function pagesOf(
  database: SqliteRemoteDatabase,
  from: Served,
  by: readonly RowField[],
  parents: readonly Key[],
  where: SQL | undefined,
  plan: PagePlan,
): Promise<Positioned[][]> {
  const order = sql.join([...plan.order], sql`, `);
  const numbered = database
    .select({
      ...getTableColumns(from.table),
      [position]: plan.position.as(position),
      [number]: sql<number>`row_number() over (partition by ${columnsOf(from, by)} order by ${order})`.as(number),
    })
    .from(from.table)
    .where(and(where, plan.range))
    .as('numbered');
  const rows: GraphRow[] = await database
    .select()
    .from(numbered)
    .where(sql`${numbered[number]} <= ${plan.size + 1}`)
    .orderBy(sql`${numbered[number]}`);
  const byParent = new Map<string, Positioned[]>(parents.map((parent) => [textOf(parent), []]));
  for (const row of rows) byParent.get(textIn(row, by))?.push({ row, position: String(row[position]) });
  return parents.map((parent) => byParent.get(textOf(parent)) ?? []);
}

async function countsOf(
  database: SqliteRemoteDatabase,
  from: Served,
  by: readonly RowField[],
  parents: readonly Key[],
  where: SQL | undefined,
): Promise<number[]> {
  const columns = Object.fromEntries(by.map(({ name }) => [name, from.column(name).column]));
  const rows: GraphRow[] = await database
    .select({ ...columns, [total]: count() })
    .from(from.table)
    .where(where)
    .groupBy(...Object.values(columns));
  const totals = new Map(rows.map((row) => [textIn(row, by), Number(row[total])]));
  return parents.map((parent) => totals.get(textOf(parent)) ?? 0);
}

/** `(a, b) in (…)` with all keys as one JSON parameter. */
function keyIn(from: Served, by: readonly RowField[], keys: readonly Key[]): SQL {
  const [first] = by;
  if (by.length === 1 && first) return anyOf(from.column(first.name).column, keys.flat());
  const parts = sql.join(
    by.map((_, at) => sql.raw(`value ->> ${at}`)),
    sql`, `,
  );
  return sql`(${columnsOf(from, by)}) in (select ${parts} from json_each(${`[${keys.map(jsonList).join(',')}]`}))`;
}

function columnsOf(from: Served, fields: readonly RowField[]): SQL {
  return sql.join(
    fields.map(({ name }) => sql`${from.column(name).column}`),
    sql`, `,
  );
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
