/**
 * What is served: each row type as its rows were written. A contract may have changed since, so the scale of a decimal or
 * the set of columns may differ; values are decoded with what they were encoded with, and what was not written is missing.
 */
import { getTableColumns } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { DomainGraph, RowField, RowType } from '../contract/graph.ts';
import { type Table, tableOf } from '../contract/table.ts';
import { WeftError } from '../errors/weft-error.ts';
import type { Database } from './database.ts';
import { readShapes, type WrittenColumn } from './snapshot-shape.ts';

export interface Served {
  /** With the fields that can be read: one whose column was not written, or as another type, is left out. */
  readonly type: RowType;
  readonly table: Table;
  /** A field with its column. @throws WeftError STORE_COLUMNS_CHANGED where the rows that are served do not have it. */
  column(name: string): { readonly field: RowField; readonly column: SQLiteColumn };
}

/** @returns what is served of a type now; @throws WeftError NOT_LOADED where it never had rows. */
export type ServedTypes = (type: RowType) => Served;

/** @param database one that does not wait for locks; only its header is read, unless something was loaded. */
export function servedTypes(database: Database, graph: DomainGraph): ServedTypes {
  let version: unknown;
  let served = new Map<RowType, Served>();
  return (type) => {
    const now = database.pragma('data_version', { simple: true });
    if (now !== version) {
      const shapes = readShapes(database);
      served = new Map(
        graph.types.flatMap((each) => {
          const shape = shapes.get(each.object.name);
          return shape ? [[each, asWritten(each, shape.columns)]] : [];
        }),
      );
      version = now;
    }
    const found = served.get(type);
    if (found) return found;
    throw new WeftError('NOT_LOADED', `${type.object.name} was never loaded.`);
  };
}

/** What a row cannot say, because it was loaded under another contract. */
export function columnsChanged(type: RowType, name: string): WeftError {
  return new WeftError('STORE_COLUMNS_CHANGED', `The rows of ${type.object.name} were loaded without ${name}.`);
}

function asWritten(type: RowType, columns: readonly WrittenColumn[]): Served {
  const fields = new Map(
    type.fields.flatMap((field): [string, RowField][] => {
      const written = columns.find((each) => each.name === field.column.name);
      if (written?.scalar !== field.column.scalar) return [];
      return [[field.name, { ...field, column: { ...field.column, ...written } }]];
    }),
  );
  const table = tableOf(type.object.name, [...fields.values()]);
  const sqlColumns = getTableColumns(table);
  return {
    type: { ...type, fields: [...fields.values()] },
    table,
    column: (name) => {
      const field = fields.get(name);
      if (!field) throw columnsChanged(type, name);
      return { field, column: sqlColumns[name] };
    },
  };
}
