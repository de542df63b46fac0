/** How the changes of an incremental load come to be seen: within the caller's transaction, staged rows join the served. */
import { decode } from '../contract/codec.ts';
import { columnsOf } from '../contract/column.ts';
import { createIndexes } from '../contract/ddl.ts';
import { type ContractObject, primaryKey } from '../contract/model.ts';
import type { Reason } from '../contract/reason.ts';
import type { Row } from '../contract/row.ts';
import { quoteName } from '../contract/sql-name.ts';
import { type Database, filteredProperties } from './database.ts';
import { dropTable, type Staging } from './snapshot.ts';

export interface Withdrawn {
  readonly row: Row;
  /** The how many-th row that was yielded. */
  readonly position: number;
  readonly reason: Reason;
}

/**
 * Takes back the staged rows whose value of a unique property belongs to a served row that this load does not change.
 * A row that is taken back leaves the served row of its key as it is, which may keep a value from another staged row:
 * so again, until there is none.
 */
export function withdrawTaken(database: Database, object: ContractObject, { table }: Staging): Withdrawn[] {
  const columns = columnsOf(object);
  const stage = quoteName(table);
  const isReplaced = `EXISTS (SELECT 1 FROM ${stage} AS r WHERE ${sameKey(object, 'r', 't')})`;
  const withdrawals = object.properties
    .filter(({ unique }) => unique)
    .map(({ name }) => {
      const same = `t.${quoteName(name)} = s.${quoteName(name)}`;
      const isTaken = `EXISTS (SELECT 1 FROM ${quoteName(object.name)} AS t WHERE ${same} AND NOT ${isReplaced})`;
      const statement = database.prepare<[], unknown[]>(`DELETE FROM ${stage} AS s WHERE ${isTaken} RETURNING *`);
      return { property: name, statement: statement.raw(true) };
    });
  const withdrawn: Withdrawn[] = [];
  for (let before = -1; before < withdrawn.length; ) {
    before = withdrawn.length;
    for (const { property, statement } of withdrawals) {
      const reason: Reason = {
        property,
        code: 'ROW_KEY_DUPLICATE',
        message: 'is already there in a row loaded before',
      };
      for (const stored of statement.all()) {
        const row = Object.fromEntries(columns.map((column, at) => [column.name, decode(column, stored[at] as never)]));
        withdrawn.push({ row, position: Number(stored[columns.length]), reason });
      }
    }
  }
  return withdrawn;
}

/** Staged rows take the place of the served ones of the same primary key, or are added. */
export function mergeRows(database: Database, object: ContractObject, { table }: Staging): void {
  const [served, stage] = [quoteName(object.name), quoteName(table)];
  const columns = object.properties.map(({ name }) => quoteName(name)).join(', ');
  // Not row by row with ON CONFLICT: two rows may exchange a value that is to be unique.
  database.exec(
    `DELETE FROM ${served} AS t WHERE EXISTS (SELECT 1 FROM ${stage} AS s WHERE ${sameKey(object, 's', 't')})`,
  );
  database.exec(`INSERT INTO ${served} (${columns}) SELECT ${columns} FROM ${stage}`);
  dropTable(database, table);
  renewIndexes(database, object);
}

/** The served table lives on, so it gets the indexes that a full load would give it today, and loses the others. */
function renewIndexes(database: Database, object: ContractObject): void {
  const wanted = new Map(
    createIndexes(object, object.name, filteredProperties(database, object)).map((sql) => [columnsIn(sql), sql]),
  );
  const present = database
    .prepare<[string], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`,
    )
    .all(object.name);
  for (const { name, sql } of present) {
    // An index that came with a staging table has that table's name in its own; what it is on tells them apart.
    if (!wanted.delete(columnsIn(sql))) database.exec(`DROP INDEX ${quoteName(name)}`);
  }
  for (const sql of wanted.values()) database.exec(sql);
}

const columnsIn = (createIndex: string): string => createIndex.slice(createIndex.lastIndexOf(' ON '));

function sameKey(object: ContractObject, a: string, b: string): string {
  const names = primaryKey(object).map(({ name }) => quoteName(name));
  return names.map((name) => `${a}.${name} = ${b}.${name}`).join(' AND ');
}
