import { type Cell, Misfit } from './cell-check.ts';
import { dateCell, timeCell, timestampCell } from './cell-moment.ts';
import { decimalCell, floatCell, integerCell } from './cell-number.ts';
import { booleanCell, textCell } from './cell-text.ts';
import type { Column } from './column.ts';

/**
 * How the values of a scalar column are read: lenient about how they are written (`"42"` is 42, `yes` is true), strict
 * about what they say (`"4.0abc"` is no number, a decimal is never rounded). Objects, arrays and maps: see row.ts.
 *
 * @throws WeftError CONTRACT_OPTION_UNUSABLE where a logicalTypeOption cannot be applied
 */
export function cellOf(column: Column): Cell {
  switch (column.scalar) {
    case 'ID':
    case 'String':
      return textCell(column);
    case 'Int':
    case 'BigInt':
      return integerCell(column);
    case 'Float':
      return floatCell(column);
    case 'Decimal':
      return decimalCell(column);
    case 'Boolean':
      return booleanCell(column);
    case 'Date':
      return dateCell(column);
    case 'DateTime':
      return timestampCell(column);
    case 'Time':
      return timeCell(column);
    case 'JSON':
      return { read: (input) => (isJson(input) ? input : new Misfit('a value that JSON can hold')), checks: [] };
  }
}

/** Whether writing it as JSON and reading it back gives the same value. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
