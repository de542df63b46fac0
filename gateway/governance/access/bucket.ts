import type { GraphQLLeafType } from 'graphql';
import { decimalOf, digitsOf, scale, unscale } from '../../../subgraphs/kit/contract/decimal.ts';
import { leafValue, valueFromText } from './leaf-values.ts';

/**
 * The lower bound of the bucket that holds the number: for -7 in tens it is -10. Worked out in whole numbers of any size,
 * so that 0.3 is in its own tenth, and no digit of a long number is lost. Undefined where the type has no such number.
 * @param width a plain decimal above zero
 */
export function lowerBound(value: unknown, width: string, type: GraphQLLeafType): string | number | undefined {
  const isWhole = type.name === 'Int' || type.name === 'BigInt';
  if (!isWhole && type.name !== 'Float' && type.name !== 'Decimal') return undefined;
  // A bucket of one whole number is that number.
  if (isWhole && (!/^\d+$/.test(width) || BigInt(width) === 1n)) return undefined;
  const known = leafValue(value, type);
  if (known === undefined || typeof known === 'boolean') return undefined;
  const text = typeof known === 'number' ? decimalOf(known) : known;
  const digits = Math.max(digitsOf(text).fraction, digitsOf(width).fraction);
  const [at, wide] = [scale(text, digits), scale(width, digits)];
  const below = ((at % wide) + wide) % wide;
  const bound = unscale(at - below, digits);
  if (typeof known === 'string') return valueFromText(bound, type) as string | undefined;
  const number = leafValue(Number(bound), type);
  return typeof number === 'number' ? number : undefined;
}
