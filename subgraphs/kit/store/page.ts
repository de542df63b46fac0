/**
 * One page of rows (Relay, Cursor Connections Specification): keyset pagination. A cursor holds the values of the sort
 * columns at its row, sealed (cursors.ts), so a page starts right behind that row even if rows came and went since; the
 * primary key, or the row id where there is none, breaks ties.
 */
import { and, asc, desc, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Stored } from '../contract/codec.ts';
import { invariant, WeftError } from '../errors/weft-error.ts';
import type { CursorSeal, Cursors } from './cursors.ts';
import type { Served } from './served.ts';
import type { Where } from './where.ts';

export interface OrderBy {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

export interface PageArguments {
  readonly where?: Where | null;
  readonly orderBy?: readonly OrderBy[] | null;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** What a page asks of SQL. */
export interface PagePlan {
  /** Rows strictly between the cursors. */
  readonly range: SQL | undefined;
  /** Outermost first; reversed where the page is counted from the end. */
  readonly order: readonly SQL[];
  readonly backward: boolean;
  readonly size: number;
  /** The stored values of the sort columns, as a JSON list: what a cursor is made of. */
  readonly position: SQL<string>;
  readonly cursorOf: (position: string) => string;
}

const defaultPageSize = 50;
export const maxPageSize = 1000;

export function planPage(served: Served, args: PageArguments, cursors: Cursors): PagePlan {
  const size = pageSize(args);
  const backward = args.last != null;
  const sort = sortOf(served, args.orderBy ?? []);
  // Only fits the rows, the order and the filter that it was made for.
  const cursor = cursors.of([served.type.name, signature(sort), args.where ?? null]);
  const after = args.after == null ? undefined : beyond(sort, readCursor(args.after, cursor, sort), false);
  const before = args.before == null ? undefined : beyond(sort, readCursor(args.before, cursor, sort), true);
  const order = sort.map(({ column, descending }) => (descending === backward ? asc(column) : desc(column)));
  const values = sort.map(({ column }) => sql`typeof(${column}), ${exactText(column)}`);
  const position = sql<string>`json_array(${sql.join(values, sql`, `)})`;
  return { range: and(after, before), order, backward, size, position, cursorOf: cursor.seal };
}

/** All 17 digits of a float, and no detour through JSON's numbers for integers beyond 2^53. */
function exactText(column: SQL): SQL {
  return sql`case typeof(${column}) when 'real' then format('%!.17g', ${column}) else cast(${column} as text) end`;
}

const signature = (sort: readonly Sort[]): string[] =>
  sort.map(({ name, descending }) => `${name}${descending ? '-' : '+'}`);

interface Sort {
  readonly name: string;
  readonly column: SQL;
  readonly descending: boolean;
}

function sortOf({ type, column }: Served, orderBy: readonly OrderBy[]): Sort[] {
  const sort = orderBy.map(({ field, direction }) => ({ field, descending: direction === 'DESC' }));
  for (const { name } of type.key) {
    if (!sort.some(({ field }) => field === name)) sort.push({ field: name, descending: false });
  }
  const sorted = sort.map(({ field, descending }) => ({
    name: field,
    column: sql`${column(field).column}`,
    descending,
  }));
  if (type.key.length > 0) return sorted;
  // Names that SQLite gives the row's id, unless the table has a column called so (SQLite, "ROWIDs and the INTEGER PRIMARY KEY").
  const columns = new Set(type.fields.map((field) => field.column.name.toLowerCase()));
  const rowId = ['rowid', '_rowid_', 'oid'].find((name) => !columns.has(name)) ?? 'rowid';
  return [...sorted, { name: rowId, column: sql.raw(rowId), descending: false }];
}

function pageSize({ first, last, before, after }: PageArguments): number {
  if (first != null && last != null) {
    throw new WeftError('PAGE_INVALID', 'first and last cannot be asked for together.');
  }
  if ((first != null && before != null) || (last != null && after != null)) {
    throw new WeftError('PAGE_INVALID', 'first goes with after, and last with before.');
  }
  const size = first ?? last ?? defaultPageSize;
  if (size < 0) throw new WeftError('PAGE_INVALID', `A page cannot have ${size} rows.`);
  if (size > maxPageSize) {
    throw new WeftError('PAGE_INVALID', `A page has at most ${maxPageSize} rows; ${size} were asked for.`, {
      help: 'Ask for pages: pass pageInfo.endCursor of one as `after` of the next. For totals, use the summary field.',
    });
  }
  return size;
}

/**
 * Rows behind a position, `(a, b) > (x, y)`, spelled out because directions may differ and NULL, which SQLite sorts
 * before every value, compares with nothing: `a > x or (a is x and b > y)`.
 */
function beyond(sort: readonly Sort[], position: readonly Stored[], reversed: boolean): SQL {
  const alternatives = sort.map(({ column, descending }, at) => {
    const same = sort.slice(0, at).map((earlier, index) => sql`${earlier.column} is ${position[index]}`);
    return and(...same, further(column, position[at] ?? null, descending !== reversed));
  });
  return or(...alternatives) ?? sql`false`;
}

function further(column: SQL, value: Stored, descending: boolean): SQL {
  if (value === null) return descending ? sql`false` : isNotNull(column);
  return (descending ? or(sql`${column} < ${value}`, isNull(column)) : undefined) ?? sql`${column} > ${value}`;
}

function readCursor(cursor: string, { open }: CursorSeal, sort: readonly Sort[]): Stored[] {
  const position = open(cursor);
  if (position === undefined) {
    throw new WeftError('CURSOR_INVALID', 'The cursor is not one that this list gave out for this orderBy and where.');
  }
  const values = valuesIn(position);
  invariant(values.length === sort.length, 'a sealed position has the values of its order');
  return values;
}

/** `["text","South", "integer","42"]` → `['South', 42n]`. */
function valuesIn(position: string): Stored[] {
  const parts = JSON.parse(position) as string[];
  const values: Stored[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const [kind, value = ''] = [parts[at], parts[at + 1]];
    values.push(kind === 'null' ? null : kind === 'integer' ? BigInt(value) : kind === 'real' ? Number(value) : value);
  }
  return values;
}
