/** The pipeline of a domain that writes none: the columns of a file, or the fields of another domain, by their names. */
import type { ContractObject } from '../contract/model.ts';
import type { Row } from '../contract/row.ts';
import { WeftError } from '../errors/weft-error.ts';

/**
 * @param isTable all rows have the same columns, so that a missing one is a mistake in the file and not in a row
 * @throws WeftError INPUT_COLUMN_MISSING
 */
export async function* identity(
  object: ContractObject,
  rows: AsyncIterable<Row>,
  isTable: boolean,
): AsyncGenerator<Row> {
  const rename = renaming(object);
  let isFirst = true;
  for await (const row of rows) {
    const renamed = rename(row);
    if (isFirst && isTable) expectColumns(object, row, renamed);
    isFirst = false;
    yield renamed;
  }
}

/**
 * A column is a property's by its name or physicalName: exactly, else but for case, spaces, dashes and underscores.
 * Where several columns could be meant, the one with the property's very name is, else the first.
 */
export function renaming(object: ContractObject): (row: Row) => Row {
  const names = new Set(object.properties.map((property) => property.name));
  const others = new Map<string, string>();
  for (const { name, physicalName } of object.properties) {
    for (const other of [physicalName, fold(name), physicalName && fold(physicalName)]) {
      if (other && !others.has(other)) others.set(other, name);
    }
  }
  const known = new Map<string, string | undefined>();
  const propertyOf = (column: string): string | undefined => {
    if (names.has(column)) return column;
    if (!known.has(column)) known.set(column, others.get(column) ?? others.get(fold(column)));
    return known.get(column);
  };
  return (row) => {
    const renamed: Row = {};
    for (const column of Object.keys(row)) {
      const property = propertyOf(column);
      if (property === undefined) continue;
      if (property === column || !Object.hasOwn(renamed, property)) renamed[property] = row[column];
    }
    return renamed;
  };
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

function expectColumns(object: ContractObject, row: Row, renamed: Row): void {
  const missing = object.properties
    .filter((property) => (property.required || property.primaryKey) && !Object.hasOwn(renamed, property.name))
    .map((property) => property.name);
  if (missing.length === 0) return;
  const present = Object.keys(row).join(', ');
  const message = `There is no column for ${missing.join(', ')} of ${object.name}. The columns are: ${present}.`;
  throw new WeftError('INPUT_COLUMN_MISSING', message.length > 1000 ? `${message.slice(0, 999)}…` : message);
}
