/**
 * How new rows come to be seen: written to a staging table nobody reads, in batches; then shown by one transaction.
 * Readers on other connections (WAL) see the last good rows up to that commit, and all of the new ones after it.
 */
import { encode } from '../contract/codec.ts';
import { columnsOf } from '../contract/column.ts';
import { createIndexes, createTable } from '../contract/ddl.ts';
import { type ContractObject, primaryKey } from '../contract/model.ts';
import type { RunRecord } from '../contract/observation.ts';
import type { Reason } from '../contract/reason.ts';
import type { Row } from '../contract/row.ts';
import { quoteName } from '../contract/sql-name.ts';
import { type Database, filteredProperties } from './database.ts';
import { runsAtWork } from './runs.ts';

const prefix = 'weft_stage_';

export interface Staging {
  /** Within a transaction of the caller. Answers why not, where a key is there already. */
  readonly insert: (row: Row) => Reason | undefined;
  readonly table: string;
}

/**
 * @param load full: a repeated key is an error of the later row. incremental: the batch is a list of changes, and the
 *   last change of a row is the one that counts.
 */
export function createStaging(
  database: Database,
  object: ContractObject,
  runId: string,
  load: RunRecord['load'],
): Staging {
  const table = `${prefix}${runId}`;
  database.exec(createTable(object, table));
  const columns = columnsOf(object);
  const places = columns.map(() => '?').join(', ');
  const statement = database.prepare(
    `INSERT INTO ${quoteName(table)} VALUES (${places})${load === 'incremental' ? onConflict(object) : ''}`,
  );
  const insert = (row: Row): Reason | undefined => {
    try {
      statement.run(columns.map((column) => encode(column, row[column.name])));
      return undefined;
    } catch (error) {
      return duplicateKey(error, table);
    }
  };
  return { insert, table };
}

/** Staging tables that a killed run left behind. */
export function dropAbandonedStaging(database: Database): void {
  const atWork = runsAtWork(database);
  const tables = database
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '${prefix}*'`)
    .pluck()
    .all();
  for (const table of tables) if (!atWork.has(table.slice(prefix.length))) dropTable(database, table);
}

export function dropTable(database: Database, table: string): void {
  database.exec(`DROP TABLE IF EXISTS ${quoteName(table)}`);
}

/** On staging, before anyone waits for it: an index takes its name along when its table is renamed. */
export function indexStaging(database: Database, object: ContractObject, { table }: Staging): void {
  for (const index of createIndexes(object, table, filteredProperties(database, object))) database.exec(index);
}

/** Within the caller's transaction: the staged rows take the place of the rows that were served. */
export function replaceRows(database: Database, object: ContractObject, { table }: Staging): void {
  dropTable(database, object.name);
  database.exec(`ALTER TABLE ${quoteName(table)} RENAME TO ${quoteName(object.name)}`);
}

/** Within the caller's transaction: staged rows are added to those served, or change them, by primary key. */
export function mergeRows(database: Database, object: ContractObject, { table }: Staging): void {
  // "WHERE true" tells SQLite that ON CONFLICT is not the ON of a join.
  database.exec(
    `INSERT INTO ${quoteName(object.name)} SELECT * FROM ${quoteName(table)} WHERE true${onConflict(object)}`,
  );
  dropTable(database, table);
}

/** Within the caller's transaction. */
export function recordSnapshot(database: Database, object: ContractObject, runId: string): void {
  database
    .prepare(
      `INSERT INTO weft_snapshot (object, run_id, as_of, row_count)
       SELECT ?, ?, ?, count(*) FROM ${quoteName(object.name)} WHERE true
       ON CONFLICT (object) DO UPDATE SET run_id = excluded.run_id, as_of = excluded.as_of, row_count = excluded.row_count`,
    )
    .run(object.name, runId, new Date().toISOString());
}

function onConflict(object: ContractObject): string {
  const key = primaryKey(object).map((property) => property.name);
  const rest = object.properties.map((property) => property.name).filter((name) => !key.includes(name));
  const target = key.map(quoteName).join(', ');
  if (rest.length === 0) return ` ON CONFLICT (${target}) DO NOTHING`;
  const changes = rest.map((name) => `${quoteName(name)} = excluded.${quoteName(name)}`).join(', ');
  return ` ON CONFLICT (${target}) DO UPDATE SET ${changes}`;
}

/** SQLite names the columns: `UNIQUE constraint failed: table.a, table.b`. Anything else is not the row's fault. */
function duplicateKey(error: unknown, table: string): Reason {
  const { code, message } = error as { code?: string; message?: string };
  if (!code || !/^SQLITE_CONSTRAINT_(?:PRIMARYKEY|UNIQUE|ROWID)$/.test(code)) throw error;
  const columns = (message ?? '').replace(/^.*?failed: /, '').replaceAll(`${table}.`, '');
  return { property: columns, code: 'ROW_KEY_DUPLICATE', message: 'is already there in an earlier row of this load' };
}
