/**
 * One property as a column: which GraphQL scalar carries it without loss, and how SQLite stores it.
 *
 * | logicalType                | GraphQL            | SQLite                                                   |
 * |----------------------------|--------------------|----------------------------------------------------------|
 * | string                     | String, ID, enum   | TEXT                                                     |
 * | integer, at most 32 bits   | Int                | INTEGER                                                  |
 * | integer, wider             | BigInt (string)    | INTEGER up to 64 bits signed, else sortable TEXT         |
 * | number                     | Float              | REAL                                                     |
 * | number, physical decimal   | Decimal (string)   | INTEGER scaled by 10^scale up to 18 digits, else sortable TEXT |
 * | boolean                    | Boolean            | INTEGER 0/1                                              |
 * | date, timestamp, time      | Date, DateTime, Time | TEXT, ISO 8601, timestamps in UTC with milliseconds    |
 * | object, array, map, vector | type, list, JSON   | TEXT, JSON                                               |
 */
import type { ContractObject, Property } from './model.ts';

export type Scalar =
  | 'ID'
  | 'String'
  | 'Int'
  | 'BigInt'
  | 'Float'
  | 'Decimal'
  | 'Boolean'
  | 'Date'
  | 'DateTime'
  | 'Time'
  | 'JSON';

export type Storage = 'text' | 'integer' | 'real' | 'boolean' | 'scaled' | 'sortable' | 'json';

export interface Column {
  readonly property: Property;
  /** Also the SQL column's name and the key in a row. */
  readonly name: string;
  readonly scalar: Scalar;
  readonly storage: Storage;
  /** Decimals only: digits in all, and after the point. */
  readonly precision: number;
  readonly scale: number;
}

export function columnsOf(object: ContractObject): readonly Column[] {
  const references = new Set(object.relationships.flatMap((relationship) => relationship.from));
  return object.properties.map((property) => columnOf(property, property.primaryKey || references.has(property.name)));
}

/** @param identifies whether the property is part of a key or refers to one: text that identifies is an `ID`. */
export function columnOf(property: Property, identifies = false): Column {
  const column = (scalar: Scalar, storage: Storage, precision = 0, scale = 0): Column => ({
    property,
    name: property.name,
    scalar,
    storage,
    precision,
    scale,
  });
  switch (property.logicalType) {
    case 'string':
      return column(identifies ? 'ID' : 'String', 'text');
    case 'boolean':
      return column('Boolean', 'boolean');
    case 'date':
      return column('Date', 'text');
    case 'timestamp':
      return column('DateTime', 'text');
    case 'time':
      return column('Time', 'text');
    case 'integer': {
      const bits = integerBits(property);
      if (bits === 32) return column('Int', 'integer');
      return bits === 64 ? column('BigInt', 'integer') : column('BigInt', 'sortable', 39, 0);
    }
    case 'number': {
      const decimal = /^(?:decimal|numeric|number|money|bignumeric)\b\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?/i.exec(
        property.physicalType ?? '',
      );
      if (!decimal || property.options.format) return column('Float', 'real');
      // A decimal without a precision is as wide as the widest engines make it (BigQuery NUMERIC, Snowflake NUMBER).
      const precision = Number(decimal[1] ?? 38);
      const scale = decimal[1] === undefined ? 9 : Number(decimal[2] ?? 0);
      return column('Decimal', precision <= 18 ? 'scaled' : 'sortable', precision, scale);
    }
    default:
      return column('JSON', 'json');
  }
}

/** 32, 64, or 128 for anything that a signed 64-bit integer cannot hold. */
function integerBits(property: Property): 32 | 64 | 128 {
  const { format, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = property.options;
  if (format) {
    if (/^(?:[iu]8|[iu]16|i32)$/.test(format)) return 32;
    return format === 'u32' || format === 'i64' ? 64 : 128;
  }
  const low = Number(minimum ?? exclusiveMinimum);
  const high = Number(maximum ?? exclusiveMaximum);
  if (low >= -(2 ** 31) && high < 2 ** 31) return 32;
  if (/big|long|int8|int64|number|numeric|decimal/i.test(property.physicalType ?? '')) return 64;
  return low < -(2 ** 31) || high >= 2 ** 31 ? 64 : 32; // ODCS: the default format of an integer is i32.
}
