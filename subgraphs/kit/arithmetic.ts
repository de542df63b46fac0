/** Exact arithmetic on decimals as rows carry them: canonical strings. */
import { compareDecimals, digitsOf, scale, unscale } from './contract/decimal.ts';

export const decimal = {
  sum(values: Iterable<string>): string {
    let total = 0n;
    let digits = 0;
    for (const value of values) {
      const { fraction } = digitsOf(value);
      if (fraction > digits) {
        total *= 10n ** BigInt(fraction - digits);
        digits = fraction;
      }
      total += scale(value, digits);
    }
    return unscale(total, digits);
  },

  /**
   * Rounded half away from zero to `digits` after the point.
   * @throws {RangeError} where `b` is zero, as dividing BigInts does
   */
  divide(a: string, b: string, digits: number): string {
    const common = Math.max(digitsOf(a).fraction, digitsOf(b).fraction);
    const dividend = scale(a, common) * 10n ** BigInt(digits + 1);
    const quotient = dividend / scale(b, common);
    const rounded = (quotient + (quotient < 0n ? -5n : 5n)) / 10n;
    return unscale(rounded, digits);
  },

  /** Negative, zero or positive, as `a` is below, equal to or above `b`. */
  compare: compareDecimals,
};
