/** Decimals as text: exact, whatever their width. The canonical form has no exponent, plus sign or padding zeros. */

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
  const scale = Math.max(digitsOf(a).fraction, digitsOf(b).fraction);
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isMultipleOf(decimal: string, step: string): boolean {
  const scale = Math.max(digitsOf(decimal).fraction, digitsOf(step).fraction);
  const divisor = scaled(step, scale);
  return divisor !== 0n && scaled(decimal, scale) % divisor === 0n;
}

/** The decimal times 10^scale, for a scale that holds all its digits. */
function scaled(decimal: string, scale: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}
