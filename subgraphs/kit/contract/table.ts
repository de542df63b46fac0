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
import { type Column, columnsOf } from './column.ts';
import type { ContractObject } from './model.ts';
import { fieldName } from './names.ts';

/** Columns are only known at run time, hence the loose type. */
// biome-ignore lint/suspicious/noExplicitAny: Drizzle's table type needs its columns, which a contract states at run time.
export type Table = SQLiteTableWithColumns<any>;

export function tableOf(object: ContractObject): Table {
  const columns: Record<string, SQLiteColumnBuilderBase> = {};
  for (const column of columnsOf(object)) columns[fieldName(column.property)] ??= sqlColumn(column);
  return sqliteTable(object.name, columns);
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
