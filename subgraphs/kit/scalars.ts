/** The custom scalars of every domain: exact, canonical strings on the wire. */
import { GraphQLError, GraphQLScalarType, print, type ValueNode } from 'graphql';
import { readIsoDate } from './contract/moment.ts';

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
  const accept = (value: unknown, literal?: ValueNode): string => {
    const exact = typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value);
    const parsed = exact || (name === 'Decimal' && Number.isFinite(value)) ? parse(String(value)) : undefined;
    if (parsed === undefined) throw refusal(`${name} must be ${expected}`, literal);
    return parsed;
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => String(value),
    parseValue: (value) => accept(value),
    parseLiteral: (node) => accept('value' in node ? node.value : undefined, node),
  });
}

/** Of a variable, graphql-js tells value and place itself; of a literal it tells neither. */
function refusal(message: string, literal: ValueNode | undefined): GraphQLError {
  if (!literal) return new GraphQLError(`${message}.`);
  const written = print(literal);
  const shown = written.length > mostShown ? `${written.slice(0, mostShown - 1)}…` : written;
  return new GraphQLError(`${message}, not ${shown}.`, { nodes: literal });
}

const mostShown = 40;

function parseDate(text: string): string | undefined {
  return typeof readIsoDate(text) === 'string' ? undefined : text;
}

function parseDateTime(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const date = new Date(text);
  return parseDate(text.slice(0, 10)) && !Number.isNaN(date.valueOf()) ? date.toISOString() : undefined;
}
