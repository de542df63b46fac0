/** The custom scalars of every domain: exact, canonical strings on the wire. */
import { GraphQLError, GraphQLScalarType } from 'graphql';

export const scalars = {
  Date: textScalar('Date', 'a date like 2017-03-31', parseDate),
  DateTime: textScalar('DateTime', 'a moment like 2017-03-31T12:00:00Z', parseDateTime),
  Time: textScalar('Time', 'a time like 12:00:00', (text) =>
    /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(text) ? text : undefined,
  ),
  BigInt: textScalar('BigInt', 'a whole number, best as a string: "9007199254740993"', (text) =>
    /^[+-]?\d{1,39}$/.test(text) ? BigInt(text).toString() : undefined,
  ),
  Decimal: textScalar('Decimal', 'a decimal number, best as a string: "261.96"', (text) =>
    /^[+-]?\d{1,40}(\.\d{1,40})?$/.test(text) ? text : undefined,
  ),
  JSON: new GraphQLScalarType({ name: 'JSON' }),
};

/** A scalar that is a string on the wire; numbers are accepted as input where they are exact. */
function textScalar(name: string, expected: string, parse: (text: string) => string | undefined): GraphQLScalarType {
  const accept = (value: unknown): string => {
    const exact = typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value);
    const parsed = exact || (name === 'Decimal' && Number.isFinite(value)) ? parse(String(value)) : undefined;
    if (parsed === undefined) throw new GraphQLError(`${name} must be ${expected}.`);
    return parsed;
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => String(value),
    parseValue: accept,
    parseLiteral: (node) => accept('value' in node ? node.value : undefined),
  });
}

function parseDate(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(text) ? text : undefined;
}

function parseDateTime(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const date = new Date(text);
  return parseDate(text.slice(0, 10)) && !Number.isNaN(date.valueOf()) ? date.toISOString() : undefined;
}
