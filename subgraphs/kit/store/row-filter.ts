/**
 * Which rows may be shown, as a SQL condition that every statement which reads rows of the type has. Conditions are made so
 * that SQL's third value does no harm: what a row has not is asked for only after `present` (contract/row-condition.ts).
 */
import { and, isNotNull, not, or, type SQL, sql } from 'drizzle-orm';
import type { Column } from '../contract/column.ts';
import type { RowComparison, RowCondition, RowTest } from '../contract/row-condition.ts';
import type { Served } from './served.ts';
import { compare, ordering } from './where.ts';

/** @returns undefined where all rows may be shown. @throws WeftError STORE_COLUMNS_CHANGED */
export function rowFilter(served: Served, condition: RowCondition = true): SQL | undefined {
  return condition === true ? undefined : sqlOf(condition);

  function sqlOf(each: RowCondition): SQL {
    if (typeof each === 'boolean') return each ? sql`true` : sql`false`;
    if ('all' in each) return and(...each.all.map(sqlOf)) ?? sql`true`;
    if ('any' in each) return or(...each.any.map(sqlOf)) ?? sql`false`;
    return 'not' in each ? not(sqlOf(each.not)) : testOf(each);
  }

  function testOf(test: RowTest): SQL {
    const { field, column } = served.column(test.field);
    if (test.is === 'present') return isNotNull(column);
    if (test.is === 'like') return sql`matches_pattern(${column}, ${JSON.stringify(test.pattern)})`;
    if ('other' in test) return sql`${column} ${sql.raw(signs[test.is])} ${served.column(test.other).column}`;
    const isMoment = ['Date', 'DateTime'].includes(field.column.scalar);
    const found = isMoment
      ? ordering(test.is, column, momentOperand(field.column, Number(test.value)))
      : compare(field, column, test.is, test.value);
    return found ?? sql`false`;
  }
}

const signs = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const satisfies Record<RowComparison, string>;

/** As where.ts has decimals: a day is the floor of any moment in it. */
function momentOperand({ scalar }: Column, ms: number) {
  const text = new Date(ms).toISOString();
  // Of a year that no column holds: before or after every text of digits.
  if (text.length > 'YYYY-MM-DDTHH:mm:ss.sssZ'.length) return { floor: ms < 0 ? '' : ':', exact: false };
  if (scalar === 'DateTime') return { floor: text, exact: true };
  return { floor: text.slice(0, 10), exact: text.endsWith('T00:00:00.000Z') };
}
