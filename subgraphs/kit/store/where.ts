/** A typed filter (`OrderWhere`) as a SQL condition. The semantics are SQL's: a comparison with NULL holds neither way. */
import { and, eq, gt, gte, isNotNull, isNull, lt, lte, ne, not, or, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { encode, type Stored, sortable } from '../contract/codec.ts';
import type { Column } from '../contract/column.ts';
import { scale } from '../contract/decimal.ts';
import type { RowField } from '../contract/graph.ts';
import { WeftError } from '../errors/weft-error.ts';
import type { Served } from './served.ts';

export type Where = Readonly<Record<string, unknown>>;

/** SQLite gives up at an expression 1,000 deep; nobody writes a filter this large by hand. */
const maxConditions = 200;

/** @returns undefined where nothing is asked for. */
export function condition(served: Served, where: Where | null | undefined): SQL | undefined {
  let conditions = 0;
  const all = (filter: Where): SQL | undefined =>
    and(
      ...Object.entries(filter).map(([name, value]) => {
        conditions += 1;
        if (conditions > maxConditions) {
          throw new WeftError('QUERY_TOO_COMPLEX', `The filter has more than ${maxConditions} conditions.`);
        }
        if (value === null || value === undefined) return undefined;
        if (name === 'and') return and(...(value as Where[]).map((inner) => all(inner) ?? sql`true`));
        if (name === 'or') return or(...(value as Where[]).map((inner) => all(inner) ?? sql`true`)) ?? sql`false`;
        if (name === 'not') return not(all(value as Where) ?? sql`true`);
        const { field, column } = served.column(name);
        return operators(field, column, value as Where);
      }),
    );
  return where ? all(where) : undefined;
}

function operators(field: RowField, column: SQLiteColumn, asked: Where): SQL | undefined {
  return and(...Object.entries(asked).map(([operator, operand]) => compare(field, column, operator, operand)));
}

export function compare(field: RowField, column: SQLiteColumn, operator: string, operand: unknown): SQL | undefined {
  if (operand === undefined) return undefined;
  if (operand === null) {
    throw new WeftError('QUERY_INVALID', `${field.name}: { ${operator}: null } matches nothing.`, {
      help: `To find missing values, write ${field.name}: { isNull: true }; to leave the condition out, leave the operator out.`,
    });
  }
  switch (operator) {
    case 'in':
      return among(field.column, column, operand as unknown[]);
    case 'notIn':
      return not(among(field.column, column, operand as unknown[]));
    case 'isNull':
      return operand ? isNull(column) : isNotNull(column);
    case 'contains':
      return sql`instr(${column}, ${operand}) > 0`;
    case 'startsWith':
      return sql`substr(${column}, 1, length(${operand})) = ${operand}`;
    case 'endsWith':
      return sql`(${operand} = '' or substr(${column}, -length(${operand})) = ${operand})`;
    default:
      return ordering(operator, column, operandOf(field.column, operand));
  }
}

export function ordering(operator: string, column: SQLiteColumn, { floor, exact }: Operand): SQL | undefined {
  const bound = sql`${floor}`;
  switch (operator) {
    case 'eq':
      return exact ? eq(column, bound) : ne(column, column);
    case 'ne':
      return exact ? ne(column, bound) : eq(column, column);
    case 'lt':
      return exact ? lt(column, bound) : lte(column, bound);
    case 'lte':
      return lte(column, bound);
    case 'gt':
      return gt(column, bound);
    case 'gte':
      return exact ? gte(column, bound) : gt(column, bound);
    default:
      return undefined;
  }
}

function among(column: Column, sqlColumn: SQLiteColumn, values: readonly unknown[]): SQL {
  const operands = values.map((value) => operandOf(column, value));
  const possible = operands.flatMap(({ floor, exact }) => (exact ? floor : []));
  // No row is among values that the column cannot hold; but of a missing value it is unknown, so not simply false.
  return values.length > 0 && possible.length === 0 ? ne(sqlColumn, sqlColumn) : anyOf(sqlColumn, possible);
}

/** Any number of values as one parameter: SQLite limits parameters, and one text prepares once. */
export function anyOf(column: SQLiteColumn, values: readonly Stored[]): SQL {
  return sql`${column} in (select value from json_each(${jsonList(values)}))`;
}

/** BigInts as JSON numbers, which `JSON.stringify` refuses and SQLite reads as 64-bit integers. */
export function jsonList(values: readonly Stored[]): string {
  return `[${values.map((value) => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value))).join(',')}]`;
}

interface Operand {
  readonly floor: Stored;
  readonly exact: boolean;
}

/**
 * A value to compare a column with. It may be finer than the column can hold, or larger, and must still compare right:
 * with two digits after the point, 10.555 is above its floor 10.55 and below every greater value.
 */
function operandOf(column: Column, value: unknown): Operand {
  if (column.storage === 'integer') return { floor: within64Bits(BigInt(String(value))), exact: true };
  if (column.storage !== 'scaled' && column.storage !== 'sortable')
    return { floor: encode(column, value), exact: true };
  const whole = scale(String(value), column.scale);
  const exact = scale(String(value), 40) === whole * 10n ** BigInt(40 - column.scale);
  if (column.storage === 'scaled') return { floor: within64Bits(whole), exact };
  const limit = 10n ** BigInt(column.precision);
  if (whole >= limit) return { floor: '2', exact: true };
  return -whole >= limit ? { floor: '', exact: true } : { floor: sortable(whole, column.precision), exact };
}

/** SQLite compares an integer with a float right, whatever their size. */
function within64Bits(value: bigint): Stored {
  return BigInt.asIntN(64, value) === value ? value : Number(value);
}
