import { boundChecks, type Cell, type Check, enumChecks, Misfit } from './cell-check.ts';
import type { Column } from './column.ts';
import { canonicalDecimal, compareDecimals, decimalOf, digitsOf, isMultipleOf } from './decimal.ts';

/** Integers: number where 32 bits are enough (GraphQL Int), bigint otherwise. `4.0` and `1e3` are not integers. */
export function integerCell(column: Column): Cell {
  const [lowest, highest] = integerRange(column);
  const misfit = new Misfit('a whole number');
  const inexact = new Misfit('written as text: a JSON number this large has already lost digits', 'ROW_DIGITS');
  const range = new Misfit(`from ${lowest} to ${highest}`, 'ROW_RANGE');

  const exact = (input: unknown): bigint | Misfit => {
    if (typeof input === 'bigint') return input;
    if (typeof input === 'number') {
      if (!Number.isInteger(input)) return misfit;
      return Number.isSafeInteger(input) ? BigInt(input) : inexact;
    }
    if (typeof input !== 'string') return misfit;
    const text = input.trim();
    return /^[+-]?\d{1,60}$/.test(text) ? BigInt(text.replace('+', '')) : misfit;
  };
  const readWide = (input: unknown): bigint | Misfit => {
    const value = exact(input);
    if (value instanceof Misfit) return value;
    return value >= lowest && value <= highest ? value : range;
  };
  const readNarrow = (input: unknown): number | Misfit => {
    // Nearly every value of nearly every file takes this way, past the bigint.
    if (typeof input === 'string' && /^-?\d{1,9}$/.test(input)) input = Number(input);
    if (typeof input === 'number' && Number.isInteger(input) && input >= lowest && input <= highest) return input || 0;
    const value = readWide(input);
    return value instanceof Misfit ? value : Number(value);
  };
  const read = column.scalar === 'Int' ? readNarrow : readWide;
  return { read, checks: numberChecks(column, read) };
}

/** 64-bit floats; infinities and NaN have no JSON, so they are no values either. */
export function floatCell(column: Column): Cell {
  const misfit = new Misfit('a number');
  const inexact = new Misfit('a number that a 64-bit float holds', 'ROW_DIGITS');
  const range = new Misfit('a number that a 32-bit float can reach', 'ROW_RANGE');
  const limit = column.property.options.format === 'f32' ? 3.4028234663852886e38 : Number.MAX_VALUE;

  const read = (input: unknown): number | Misfit => {
    let value: number;
    if (typeof input === 'number') value = input;
    else if (typeof input === 'bigint') {
      value = Number(input);
      if (BigInt(value) !== input) return inexact;
    } else {
      const text = typeof input === 'string' ? input.trim() : '';
      if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return misfit;
      value = Number(text);
      if (!Number.isFinite(value)) return inexact;
    }
    if (!Number.isFinite(value)) return misfit;
    return Math.abs(value) <= limit ? value || 0 : range;
  };
  return { read, checks: numberChecks(column, read) };
}

/** Decimals: canonical text, never a float in between. More digits than the column has is a reason, not a rounding. */
export function decimalCell(column: Column): Cell {
  const { precision, scale } = column;
  const misfit = new Misfit('a plain decimal number');
  const inexact = new Misfit('written as text: a JSON number this long may already have lost digits', 'ROW_DIGITS');
  const digits = new Misfit(
    `a decimal of at most ${precision - scale} digits before the point and ${scale} after it`,
    'ROW_DIGITS',
  );

  const read = (input: unknown): string | Misfit => {
    const decimal = decimalInput(input);
    if (decimal === undefined) return misfit;
    const { whole, fraction } = digitsOf(decimal);
    // A double keeps any 15 digits, and no more for certain (C: DBL_DIG).
    if (typeof input === 'number' && whole + fraction > 15) return inexact;
    return fraction <= scale && whole <= precision - scale ? decimal : digits;
  };
  return { read, checks: numberChecks(column, read) };
}

function decimalInput(input: unknown): string | undefined {
  if (typeof input === 'string') return canonicalDecimal(input.trim());
  if (typeof input === 'bigint') return String(input);
  return typeof input === 'number' && Number.isFinite(input) ? decimalOf(input) : undefined;
}

function numberChecks(column: Column, read: Cell['read']): Check[] {
  const { property } = column;
  const text = (value: number | bigint | string): string =>
    typeof value === 'number' ? decimalOf(value) : String(value);
  // Bounds and steps may be finer than the values (`multipleOf: 0.5` on integers), so they are read as decimals.
  const asDecimal = (input: unknown): string | Misfit => decimalInput(input) ?? new Misfit('a number');
  const compare =
    column.scalar === 'Int' || column.scalar === 'Float'
      ? (value: number, limit: string) => value - Number(limit)
      : (value: string | bigint, limit: string) => compareDecimals(String(value), limit);
  const checks = [
    ...boundChecks(property, asDecimal, compare as (value: unknown, limit: unknown) => number),
    ...enumChecks(property, read),
  ];
  const step = property.options.multipleOf;
  if (step !== undefined) {
    const holds = (value: number | bigint | string): boolean => isMultipleOf(text(value), decimalOf(step));
    checks.push({ code: 'ROW_RANGE', expected: `a multiple of ${step}`, holds });
  }
  return checks;
}

/** By the format (i8 … u128), else by what the column holds. */
function integerRange(column: Column): readonly [lowest: bigint, highest: bigint] {
  const format = /^([iu])(8|16|32|64|128)$/.exec(column.property.options.format ?? '');
  if (!format && column.storage === 'sortable') return [1n - 10n ** 39n, 10n ** 39n - 1n];
  const bits = BigInt(format?.[2] ?? (column.scalar === 'Int' ? 32 : 64));
  return format?.[1] === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}
