/** The pipeline of a domain that writes none: the columns of a file, or the fields of another domain, by their names. */
import type { ContractObject } from '../contract/model.ts';
import type { CheckResult } from '../contract/observation.ts';
import { emptyObject } from '../contract/own-properties.ts';
import type { Row } from '../contract/row.ts';
import { WeftError } from '../errors/weft-error.ts';

export interface Renaming {
  readonly row: (row: Row) => Row;
  /**
   * For input whose rows all have the same columns, so that a missing one is a mistake in the file and not in a row.
   * @throws WeftError INPUT_COLUMN_MISSING
   */
  readonly expectColumns: (columns: readonly string[]) => void;
  /** Of the columns met so far: which are no property's, and which properties have none. No check where all fit. */
  readonly checks: () => readonly CheckResult[];
}

export async function* identity(rename: Renaming, rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  for await (const row of rows) yield rename.row(row);
}

/**
 * A column is a property's by its name or physicalName: exactly, else but for case, spaces, dashes and underscores.
 * Where several columns could be meant, the one with the property's very name is, else the first.
 */
export function renaming(object: ContractObject): Renaming {
  const names = new Set(object.properties.map((property) => property.name));
  const others = new Map<string, string>();
  for (const { name, physicalName } of object.properties) {
    for (const other of [physicalName, fold(name), physicalName && fold(physicalName)]) {
      if (other && !others.has(other)) others.set(other, name);
    }
  }
  const met = new Map<string, string | undefined>();
  const propertyOf = (column: string): string | undefined => {
    if (!met.has(column))
      met.set(column, names.has(column) ? column : (others.get(column) ?? others.get(fold(column))));
    return met.get(column);
  };
  const row = (given: Row): Row => {
    const renamed: Row = emptyObject();
    for (const column of Object.keys(given)) {
      const property = propertyOf(column);
      if (property === undefined) continue;
      if (property === column || !Object.hasOwn(renamed, property)) renamed[property] = given[column];
    }
    return renamed;
  };
  const expectColumns = (columns: readonly string[]): void => {
    const found = new Set(columns.map(propertyOf));
    const missing = object.properties
      .filter((property) => (property.required || property.primaryKey) && !found.has(property.name))
      .map((property) => property.name);
    if (missing.length === 0) return;
    const message = `There is no column for ${missing.join(', ')} of ${object.name}. The columns are: ${listed(columns)}.`;
    throw new WeftError('INPUT_COLUMN_MISSING', message);
  };
  return { row, expectColumns, checks: () => unmatched(object, met) };
}

/** Nothing but a warning: a file may well have more than its contract, and an optional property no source yet. */
function unmatched(object: ContractObject, met: ReadonlyMap<string, string | undefined>): readonly CheckResult[] {
  const unused = [...met.keys()].filter((column) => met.get(column) === undefined);
  const filled = new Set(met.values());
  const empty = object.properties.map(({ name }) => name).filter((name) => !filled.has(name));
  const value = unused.length + empty.length;
  if (met.size === 0 || value === 0) return [];
  const parts = [
    ...(unused.length > 0 ? [`columns not in the contract: ${listed(unused)}`] : []),
    ...(empty.length > 0 ? [`properties without a column: ${listed(empty)}`] : []),
  ];
  const check: CheckResult = {
    name: 'columns and properties',
    target: object.name,
    metric: 'columns',
    dimension: 'completeness',
    severity: 'warning',
    status: 'warn',
    value,
    expected: 'mustBe 0 without a counterpart',
    message: parts.join('; '),
  };
  return [check];
}

/** Names that may be anything: the first line of a file that has no header is a row. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => (name === '' ? '(no name)' : name.slice(0, 60)));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}
