/** Which values a leaf type has, as JSON has them: those that GraphQL specifies, enums, and the scalars of Weft's domains. */
import { type GraphQLLeafType, isEnumType } from 'graphql';
import { canonicalDecimal } from '../../../subgraphs/kit/contract/decimal.ts';
import { readIsoDate, readIsoTime, readIsoTimestamp } from '../../../subgraphs/kit/contract/moment.ts';

/** The value in the form that the type gives it; undefined for what is none of its values, or of a type not known here. */
export function leafValue(value: unknown, type: GraphQLLeafType): string | number | boolean | undefined {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) ? value : undefined;
  const read = Object.hasOwn(readers, type.name) ? readers[type.name] : undefined;
  return read?.(value);
}

/** What somebody wrote as a value of the type. */
export function valueFromText(text: string, type: GraphQLLeafType): string | number | boolean | undefined {
  if (type.name === 'Boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const isNumber = type.name === 'Int' || type.name === 'Float';
  if (!isNumber) return leafValue(text, type);
  return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? leafValue(Number(text), type) : undefined;
}

/** Longer numbers are nobody's, and take long. */
const mostDigits = 400;

const readers: Readonly<Record<string, (value: unknown) => string | number | boolean | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  ID: (value) => (typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : undefined),
  Int: (value) => (typeof value === 'number' && (value | 0) === value ? value : undefined),
  Float: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Date: (value) => momentIn(value, (text) => typeof readIsoDate(text) !== 'string'),
  Time: (value) => momentIn(value, (text) => typeof readIsoTime(text) !== 'string'),
  DateTime: (value) => momentIn(value, isTimestamp),
  BigInt: (value) => numberIn(value, /^[+-]?\d+$/, Number.isSafeInteger),
  Decimal: (value) => numberIn(value, /^[+-]?\d+(?:\.\d+)?$/, Number.isFinite),
};

/** Without an offset it would be another moment for everybody. */
function isTimestamp(text: string): boolean {
  const moment = readIsoTimestamp(text.replace(/([.,]\d{3})\d+/, '$1'));
  return typeof moment !== 'string' && moment.zone !== undefined;
}

function momentIn(value: unknown, accepts: (text: string) => boolean): string | undefined {
  return typeof value === 'string' && value.length <= 64 && accepts(value) ? value : undefined;
}

/** Some subgraphs write them as numbers: these stay numbers. */
function numberIn(value: unknown, shape: RegExp, accepts: (value: unknown) => boolean): string | number | undefined {
  if (typeof value === 'number') return accepts(value) ? value : undefined;
  const isText = typeof value === 'string' && value.length <= mostDigits && shape.test(value);
  return isText ? canonicalDecimal(value) : undefined;
}
