/** Which fields of a row type can be filtered, grouped and aggregated, and the GraphQL types that all domains share. */
import type { Scalar } from './column.ts';
import type { RowField, RowType } from './graph.ts';
import { custom } from './model.ts';

/** Fields with one comparable value: everything but objects, lists and maps. `and`, `or`, `not` are the filter's own words. */
export function scalarFieldsOf(type: RowType): readonly RowField[] {
  return type.fields.filter((field) => field.column.scalar !== 'JSON' && !['and', 'or', 'not'].includes(field.name));
}

const numbers: readonly Scalar[] = ['Int', 'BigInt', 'Float', 'Decimal'];
const dates: readonly Scalar[] = ['Date', 'DateTime'];

/** Numbers to compute with: what the contract calls a measure, or does not call otherwise and is no key. */
export function measuresOf(type: RowType): readonly RowField[] {
  return scalarFieldsOf(type).filter(({ column }) => {
    const { semanticType, primaryKey } = column.property;
    return numbers.includes(column.scalar) && (semanticType ? semanticType === 'measure' : !primaryKey);
  });
}

/** Measures whose sum means something. Ratios do not add up: the custom property `additive` says so. */
export function sumsOf(type: RowType): readonly RowField[] {
  return measuresOf(type).filter(({ column }) => custom(column.property, 'additive') !== false);
}

/** What rows can be grouped by: what the contract calls a dimension, and by default all but measures that are no integers. */
export function dimensionsOf(type: RowType): readonly RowField[] {
  return scalarFieldsOf(type).filter(({ column }) => {
    const { semanticType } = column.property;
    if (semanticType === 'dimension') return true;
    return semanticType !== 'measure' && !['Float', 'Decimal'].includes(column.scalar);
  });
}

/** Fields with a smallest and a largest value worth asking for. */
export function rangesOf(type: RowType): readonly RowField[] {
  const measures = measuresOf(type);
  return scalarFieldsOf(type).filter((field) => measures.includes(field) || dates.includes(field.column.scalar));
}

/** The sum of 32-bit integers may need more than 32 bits. */
export function sumScalar({ column }: RowField): Scalar {
  return column.scalar === 'Int' ? 'BigInt' : column.scalar;
}

const equality = (type: string): string =>
  `eq: ${type}  ne: ${type}  in: [${type}!]  notIn: [${type}!]  isNull: Boolean`;
const order = (type: string): string => `lt: ${type}  lte: ${type}  gt: ${type}  gte: ${type}`;
const ordered: readonly Scalar[] = [...numbers, ...dates, 'Time'];

export const sharedTypes = `
"A calendar date, ISO 8601: 2017-03-31."
scalar Date
"A moment in UTC, ISO 8601 with milliseconds: 2017-03-31T12:00:00.000Z."
scalar DateTime
"A time of day: 12:00:00."
scalar Time
"A whole number of any size, as a string: 9007199254740993."
scalar BigInt
"A decimal number, exact, as a string: 261.96."
scalar Decimal
"Any JSON value."
scalar JSON

"Information about a page (Relay, Cursor Connections Specification)."
type PageInfo @shareable { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }

enum SortDirection { ASC DESC }
enum DateBucket { DAY WEEK MONTH QUARTER YEAR }
enum Aggregate { COUNT SUM AVG MIN MAX COUNT_DISTINCT }

input IDOperators { ${equality('ID')} }
input BooleanOperators { eq: Boolean  ne: Boolean  isNull: Boolean }
input StringOperators { ${equality('String')} ${order('String')} contains: String  startsWith: String  endsWith: String }
${ordered.map((scalar) => `input ${scalar}Operators { ${equality(scalar)} ${order(scalar)} }`).join('\n')}
`;
