/**
 * Row values ⇄ what SQLite stores, without loss; see the table in column.ts. Decimals and integers beyond 64 bits are
 * stored as *sortable* text, whose alphabetical order is the numeric one: a sign digit, then all digits with leading
 * zeros, negative numbers as their complement. With 4 digits: -12 → `09988`, 0 → `10000`, 12 → `10012`.
 */
import { invariant } from '../errors/weft-error.ts';
import type { Column } from './column.ts';

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

/** `scale('-1.5', 2)` is `-150n`. Digits beyond the scale are cut off towards minus infinity. */
export function scale(decimal: string, digits: number): bigint {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(decimal.trim());
  invariant(parts && (parts[2] || parts[3]), `${decimal} is a decimal number`);
  const fraction = parts[3] ?? '';
  const shift = digits - fraction.length + Number(parts[4] ?? 0);
  const whole = BigInt(`${parts[2] ?? ''}${fraction}`) * (parts[1] === '-' ? -1n : 1n);
  if (shift >= 0) return whole * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  const cut = whole / divisor;
  return whole < 0n && whole % divisor !== 0n ? cut - 1n : cut;
}

/** `unscale(-150n, 2)` is `-1.5`: canonical, without trailing zeros. */
export function unscale(whole: bigint, digits: number): string {
  const text = (whole < 0n ? -whole : whole).toString().padStart(digits + 1, '0');
  const fraction = text.slice(text.length - digits, text.length).replace(/0+$/, '');
  const shown = digits === 0 ? text : `${text.slice(0, text.length - digits)}${fraction ? `.${fraction}` : ''}`;
  return whole < 0n ? `-${shown}` : shown;
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
