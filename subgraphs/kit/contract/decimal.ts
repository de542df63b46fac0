/** Decimals as text: exact, whatever their width. The canonical form has no exponent, plus sign or padding zeros. */
import { invariant } from '../errors/weft-error.ts';

/** `+007.50` is `7.5`; undefined where the text is not a plain decimal: an exponent could hide digits that matter. */
export function canonicalDecimal(text: string): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = whole.replace(/^0+/, '') || '0';
  const rest = fraction.replace(/0+$/, '');
  const magnitude = rest ? `${digits}.${rest}` : digits;
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** The shortest decimal text that reads back as the same number, without an exponent: 1e-7 is `0.0000001`. */
export function decimalOf(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return canonicalDecimal(mantissa) ?? mantissa;
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const sign = value < 0 ? '-' : '';
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** How many digits a canonical decimal has before and after the point; a lone 0 before it counts as none. */
export function digitsOf(decimal: string): { readonly whole: number; readonly fraction: number } {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  return { whole: whole === '0' ? 0 : whole.length, fraction: fraction.length };
}

/** Negative, zero or positive, as the first canonical decimal is below, equal to or above the second. */
export function compareDecimals(a: string, b: string): number {
  const digits = Math.max(digitsOf(a).fraction, digitsOf(b).fraction);
  const difference = scale(a, digits) - scale(b, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isMultipleOf(decimal: string, step: string): boolean {
  const digits = Math.max(digitsOf(decimal).fraction, digitsOf(step).fraction);
  const divisor = scale(step, digits);
  return divisor !== 0n && scale(decimal, digits) % divisor === 0n;
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
