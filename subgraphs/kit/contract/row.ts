/**
 * The row validator of a contract object: a zod schema, compiled once, that sees every row of every run.
 *
 * A row in the domain's own words comes in: text cells of a file or values of any JavaScript type. A row in the
 * contract's words comes out (shapes: column.ts), or all the reasons why not. What cannot be kept exactly is a reason.
 */
import * as z from 'zod';
import { cellOf } from './cell.ts';
import { Misfit } from './cell-check.ts';
import { columnOf } from './column.ts';
import type { ContractObject, Property } from './model.ts';
import { isInherited, ownProperties } from './own-properties.ts';
import { misfitMessage, type Reason, reasonsOf, reject } from './reason.ts';

export type Row = Record<string, unknown>;

export interface RowOptions {
  /**
   * `reject`: a key that the contract does not have is a typing mistake that would lose data (a domain's function).
   * `ignore`: other columns are none of this contract's business (a file).
   */
  readonly unknownKeys?: 'reject' | 'ignore';
}

/** @throws WeftError CONTRACT_OPTION_UNUSABLE where a logicalTypeOption cannot be applied */
export function rowValidator(
  object: ContractObject,
  options: RowOptions = {},
): (input: unknown) => { readonly row: Row } | { readonly reasons: readonly Reason[] } {
  const schema = rowSchema(object, options);
  return (input) => {
    const result = schema.safeParse(input);
    return result.success ? { row: result.data } : { reasons: result.error.issues.flatMap(reasonsOf) };
  };
}

function rowSchema(object: ContractObject, { unknownKeys = 'reject' }: RowOptions = {}): z.ZodType<Row> {
  return shapeOf(
    object.properties,
    [],
    (property) => {
      const { scalar } = columnOf(property);
      return scalar === 'JSON' ? structure(property, unknownKeys) : scalarSchema(property, (value) => value);
    },
    unknownKeys,
  );
}

type UnknownKeys = 'reject' | 'ignore';

function shapeOf(
  properties: readonly Property[],
  alsoRequired: readonly string[],
  schemaOf: (property: Property) => z.ZodType,
  unknownKeys: UnknownKeys,
): z.ZodType<Row> {
  const shape = Object.fromEntries(
    properties.map((property) => [
      property.name,
      schemaOf(alsoRequired.includes(property.name) ? { ...property, required: true } : property),
    ]),
  );
  if (properties.some(({ name }) => isInherited(name))) return ownProperties(shape, unknownKeys);
  return unknownKeys === 'reject' ? z.strictObject(shape) : z.object(shape);
}

/** Missing is null, and so is empty text: a file cannot tell the two apart, so no row of the mesh does. */
function scalarSchema(property: Property, write: (value: unknown) => unknown): z.ZodType {
  const { read, checks } = cellOf(columnOf(property));
  return z.transform((input: unknown, context) => {
    if (input === null || input === undefined || input === '') return missing(property, context);
    const value = read(input);
    if (value instanceof Misfit) return reject(context, value.code, misfitMessage(value.expected, input));
    for (const { holds, code, expected } of checks) {
      if (!holds(value as never)) reject(context, code, misfitMessage(expected, input));
    }
    return write(value);
  });
}

/** Values inside a JSON column. JSON has no 64-bit integers, so those are text there. */
function nestedSchema(property: Property, unknownKeys: UnknownKeys): z.ZodType {
  if (columnOf(property).scalar === 'JSON') return structure(property, unknownKeys);
  return scalarSchema(property, (value) => (typeof value === 'bigint' ? value.toString() : value));
}

/** Objects, arrays, maps and vectors: as values, or as JSON text in a file's cell. */
function structure(property: Property, unknownKeys: UnknownKeys): z.ZodType {
  const isList = property.logicalType === 'array' || property.logicalType === 'vector';
  const expected = isList ? 'a list' : 'an object';
  const json = cellOf(columnOf(property));
  const opened: z.ZodType = z.transform((input: unknown, context) => {
    if (input === null || input === undefined || input === '') return missing(property, context);
    const value = typeof input === 'string' ? parsed(input) : input;
    if (value === null || typeof value !== 'object' || Array.isArray(value) !== isList) {
      return reject(context, 'ROW_TYPE', misfitMessage(expected, input));
    }
    return value;
  });
  const anything = z.transform((input: unknown, context) => {
    const value = json.read(input);
    return value instanceof Misfit ? reject(context, value.code, misfitMessage(value.expected, input)) : value;
  });
  let inside: z.ZodType = anything;
  // The graph says `[T!]`: a list without a value at some place has one too few, or one too many.
  const element = property.logicalType === 'vector' ? vectorElement(property) : property.items;
  if (element) inside = listOf(property, nestedSchema({ ...element, required: true }, unknownKeys));
  else if (isList) inside = listOf(property, anything);
  else if (property.properties.length > 0) {
    const required = property.options.required ?? [];
    inside = shapeOf(property.properties, required, (each) => nestedSchema(each, unknownKeys), unknownKeys);
  }
  return opened.pipe(z.nullable(inside));
}

function listOf(property: Property, element: z.ZodType): z.ZodType {
  const { minItems, maxItems, uniqueItems, dimensions } = property.options;
  return z.array(element).check((context) => {
    const { value } = context;
    const expect = (holds: boolean, expected: string) => {
      if (!holds) reject(context, 'ROW_ITEMS', `must ${expected}, but has ${value.length}`);
    };
    if (minItems !== undefined) expect(value.length >= minItems, `have at least ${minItems} items`);
    if (maxItems !== undefined) expect(value.length <= maxItems, `have at most ${maxItems} items`);
    if (dimensions !== undefined) expect(value.length === dimensions, `have ${dimensions} dimensions`);
    if (uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size < value.length) {
      reject(context, 'ROW_ITEMS', 'must not hold the same item twice');
    }
  });
}

const vectorElement = (property: Property): Property => {
  const { physicalType: _, items: __, enum: ___, ...rest } = property;
  return { ...rest, logicalType: 'number', options: {} };
};

function missing(property: Property, context: z.core.ParsePayload): null | never {
  return property.required || property.primaryKey ? reject(context, 'ROW_REQUIRED', 'is required') : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
