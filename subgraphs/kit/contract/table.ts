/**
 * The Drizzle table of a contract object. Its keys are the GraphQL field names, so a selected row is already the object
 * that resolvers return; its SQL names are those of the contract. Values pass through codec.ts both ways.
 */
import {
  customType,
  type SQLiteColumnBuilderBase,
  type SQLiteTableWithColumns,
  sqliteTable,
} from 'drizzle-orm/sqlite-core';
import { decode, encode, type Stored } from './codec.ts';
import type { Column } from './column.ts';
import type { RowField } from './graph.ts';

/** Columns are only known at run time, hence the loose type. */
// biome-ignore lint/suspicious/noExplicitAny: Drizzle's table type needs its columns, which a contract states at run time.
export type Table = SQLiteTableWithColumns<any>;

export function tableOf(name: string, fields: readonly RowField[]): Table {
  // Without a prototype: a contract may well have a column called constructor.
  const columns: Record<string, SQLiteColumnBuilderBase> = Object.create(null);
  for (const field of fields) columns[field.name] = sqlColumn(field.column);
  return sqliteTable(name, columns);
}

export const sqlTypes = {
  text: 'TEXT',
  sortable: 'TEXT',
  json: 'TEXT',
  integer: 'INTEGER',
  boolean: 'INTEGER',
  scaled: 'INTEGER',
  real: 'REAL',
} as const;

function sqlColumn(column: Column): SQLiteColumnBuilderBase {
  const type = customType<{ data: unknown; driverData: Stored }>({
    dataType: () => sqlTypes[column.storage],
    toDriver: (value) => encode(column, value),
    fromDriver: (value) => decode(column, value),
  });
  return type(column.name);
}
