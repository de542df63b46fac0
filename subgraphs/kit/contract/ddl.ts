/** The SQL table of a contract object: text only. Names come from the contract, so each of them is quoted. */
import { type Column, columnsOf } from './column.ts';
import { type ContractObject, primaryKey } from './model.ts';
import { quoteName } from './sql-name.ts';
import { sqlTypes } from './table.ts';

export function createTable(object: ContractObject, table: string): string {
  return `CREATE TABLE ${quoteName(table)} ${tableBody(object)}`;
}

/**
 * What follows the name in CREATE TABLE. SQLite keeps the text, so comparing it tells whether a table still fits its
 * contract; the comments make a change of scale visible, which changes what a stored integer means.
 */
export function tableBody(object: ContractObject): string {
  const keyed = primaryKey(object);
  const required = new Set(keyed.map((property) => property.name));
  const lines = columnsOf(object).map(
    (column) =>
      `${quoteName(column.name)} ${sqlTypes[column.storage]}${digits(column)}` +
      (column.property.required || required.has(column.name) ? ' NOT NULL' : ''),
  );
  if (keyed.length > 0) lines.push(`PRIMARY KEY (${names(keyed.map((property) => property.name))})`);
  for (const { name, unique } of object.properties) {
    if (unique && !(keyed.length === 1 && required.has(name))) lines.push(`UNIQUE (${names([name])})`);
  }
  return `(\n  ${lines.join(',\n  ')}\n) STRICT`;
}

/**
 * Indexes for what is looked up: the columns of each relationship and those that consumers filter and sort by. The
 * primary key and unique properties have theirs from the table.
 * @param filtered names of properties that consumers filter or sort by
 */
export function createIndexes(
  object: ContractObject,
  table: string,
  filtered: readonly string[] = [],
): readonly string[] {
  const known = new Set(object.properties.map((property) => property.name));
  const key = primaryKey(object).map((property) => property.name);
  const built = [key, ...object.properties.filter((property) => property.unique).map((property) => [property.name])];
  const indexes: string[] = [];
  for (const columns of [
    ...object.relationships.map((relationship) => relationship.from),
    ...filtered.map((name) => [name]),
  ]) {
    // An index also serves every question about its first columns.
    const served = built.some((other) => columns.every((column, at) => other[at] === column));
    if (served || columns.length === 0 || !columns.every((column) => known.has(column))) continue;
    built.push([...columns]);
    indexes.push(
      `CREATE INDEX ${quoteName(`${table}:${columns.join(',')}`)} ON ${quoteName(table)} (${names(columns)})`,
    );
  }
  return indexes;
}

const names = (columns: readonly string[]): string => columns.map(quoteName).join(', ');

function digits({ storage, precision, scale }: Column): string {
  return storage === 'scaled' || storage === 'sortable' ? ` /* ${precision}.${scale} */` : '';
}
