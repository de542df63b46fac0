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
import { shapeOf } from './snapshot-shape.ts';

const prefix = 'weft_stage_';

export interface Staging {
  /**
   * Within a transaction of the caller. Answers why not, where a key is there already.
   * @param position the how many-th row that was yielded
   */
  readonly insert: (row: Row, position: number) => Reason | undefined;
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
  const isMerged = load === 'incremental';
  const position = freeName(object, 'weft_position');
  // Such a table is never served itself. Rows that turn out not to fit the served ones can then be told by position.
  if (isMerged) database.exec(`ALTER TABLE ${quoteName(table)} ADD COLUMN ${quoteName(position)} INTEGER`);
  const places = Array.from({ length: columns.length + Number(isMerged) }, () => '?').join(', ');
  const statement = database.prepare(
    `INSERT INTO ${quoteName(table)} VALUES (${places})${isMerged ? onConflict(object, position) : ''}`,
  );
  const insert = (row: Row, position: number): Reason | undefined => {
    try {
      const values: unknown[] = columns.map((column) => encode(column, row[column.name]));
      if (isMerged) values.push(position);
      statement.run(values);
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

/** Rows that readers see now, as counted when they were loaded; 0 before the first load. */
export function rowsServed(database: Database, object: ContractObject): number {
  const count = database
    .prepare<[string], bigint>('SELECT row_count FROM weft_snapshot WHERE object = ?')
    .pluck()
    .get(object.name);
  return Number(count ?? 0n);
}

/** Within the caller's transaction. The columns tell a reader what the rows mean, whatever the contract says by then. */
export function recordSnapshot(database: Database, object: ContractObject, runId: string): void {
  database
    .prepare(
      `INSERT INTO weft_snapshot (object, run_id, as_of, columns, row_count)
       SELECT ?, ?, ?, ?, count(*) FROM ${quoteName(object.name)} WHERE true
       ON CONFLICT (object) DO UPDATE SET
         run_id = excluded.run_id, as_of = excluded.as_of, columns = excluded.columns, row_count = excluded.row_count`,
    )
    .run(object.name, runId, new Date().toISOString(), JSON.stringify(shapeOf(object)));
}

/** The last change of a row is the one that counts. */
function onConflict(object: ContractObject, position: string): string {
  const key = primaryKey(object).map((property) => property.name);
  const rest = [...object.properties.map((property) => property.name).filter((name) => !key.includes(name)), position];
  const target = key.map(quoteName).join(', ');
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

/** SQL does not tell upper from lower case in names. */
function freeName(object: ContractObject, wish: string): string {
  const isTaken = object.properties.some(({ name }) => name.toLowerCase() === wish);
  return isTaken ? freeName(object, `${wish}_`) : wish;
}
