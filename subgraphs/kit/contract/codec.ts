/**
 * Row values ⇄ what SQLite stores, without loss; see the table in column.ts. Decimals and integers beyond 64 bits are
 * stored as *sortable* text, whose alphabetical order is the numeric one: a sign digit, then all digits with leading
 * zeros, negative numbers as their complement. With 4 digits: -12 → `09988`, 0 → `10000`, 12 → `10012`.
 */
import { invariant } from '../errors/weft-error.ts';
import type { Column } from './column.ts';
import { scale, unscale } from './decimal.ts';

export type Stored = string | number | bigint | null;

export function encode(column: Column, value: unknown): Stored {
  if (value === null || value === undefined) return null;
  switch (column.storage) {
    case 'boolean':
      return value ? 1n : 0n;
    case 'integer':
      return BigInt(value as number | bigint | string);
    case 'real':
      return Number(value);
    case 'scaled':
      return scale(String(value), column.scale);
    case 'sortable':
      return sortable(scale(String(value), column.scale), column.precision);
    case 'json':
      return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? inner.toString() : inner));
    case 'text':
      return String(value);
  }
}

export function decode(column: Column, stored: Stored): unknown {
  if (stored === null) return null;
  switch (column.storage) {
    case 'boolean':
      return Number(stored) !== 0;
    case 'integer':
      return column.scalar === 'Int' ? Number(stored) : BigInt(stored);
    case 'real':
      return Number(stored);
    case 'scaled':
      return unscale(BigInt(stored), column.scale);
    case 'sortable': {
      const whole = fromSortable(String(stored));
      return column.scalar === 'BigInt' ? whole : unscale(whole, column.scale);
    }
    case 'json':
      return JSON.parse(String(stored));
    case 'text':
      return stored;
  }
}

export function sortable(whole: bigint, digits: number): string {
  const limit = 10n ** BigInt(digits);
  invariant(whole < limit && -whole < limit, `${whole} has at most ${digits} digits`);
  return whole < 0n
    ? `0${(limit + whole).toString().padStart(digits, '0')}`
    : `1${whole.toString().padStart(digits, '0')}`;
}

export function fromSortable(text: string): bigint {
  const digits = BigInt(text.slice(1));
  return text.startsWith('1') ? digits : digits - 10n ** BigInt(text.length - 1);
}
