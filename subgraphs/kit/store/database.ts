/**
 * A domain's database: one SQLite file. Tables named as the contract's objects hold the rows that are served; those
 * starting with `weft_` hold what Weft knows about them.
 */
import { patternOf } from '../contract/cell-text.ts';
import { createIndexes, createTable, tableBody } from '../contract/ddl.ts';
import type { ContractObject, Domain } from '../contract/model.ts';
import { namesTaken, quoteName } from '../contract/sql-name.ts';
import { invariant, WeftError } from '../errors/weft-error.ts';
import { openDurably, waitsForDisk } from '../sqlite/open-durably.ts';
import type { Database } from '../sqlite/sqlite.ts';
import { ensureWeftTables } from './weft-tables.ts';
import { lockedForWriting } from './write-lock.ts';

export type { Database };

/**
 * Opens the file, and creates it where there is none. For reading and writing; readers open it read-only themselves.
 * @throws WeftError STORE_NEWER, STORE_OLDER, STORE_LOCKED
 */
export function openDatabase(file: string): Database {
  const database = openDurably(file);
  try {
    database.defaultSafeIntegers(true);
    database.function('weft_matches', { deterministic: true, directOnly: true }, matcher());
    ensureWeftTables(database);
    invariant(waitsForDisk(database), 'the database waits for the disk');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * An empty table for each object that has none, so that a domain can be served before it was ever loaded. A table with
 * the columns of an earlier contract stays if it was ever loaded: its rows are served as they were written (see
 * snapshot-shape.ts) until the next full load replaces them.
 *
 * Waits for other processes that write only where there is something to create.
 * @throws WeftError STORE_NAME_TAKEN, STORE_LOCKED
 */
export function ensureTables(database: Database, domain: Domain): void {
  const objects = objectsOf(domain);
  const [taken] = namesTaken(objects);
  if (taken) throw new WeftError('STORE_NAME_TAKEN', taken.message);
  const lacksTable = (object: ContractObject): boolean =>
    !schemaMatches(database, object) && (tableSql(database, object.name) === undefined || isUnused(database, object));
  if (!objects.some(lacksTable)) return;
  lockedForWriting(database, () => {
    for (const object of objects.filter(lacksTable)) {
      database.exec(`DROP TABLE IF EXISTS ${quoteName(object.name)}`);
      database.exec(createTable(object, object.name));
      for (const index of createIndexes(object, object.name, filteredProperties(database, object)))
        database.exec(index);
    }
  });
}

/** Whether the object has a table, with the columns and the key that its contract says today. */
export function schemaMatches(database: Database, object: ContractObject): boolean {
  return tableSql(database, object.name)?.endsWith(` ${tableBody(object)}`) ?? false;
}

/** The properties that consumers filter and sort by, most used first: at most eight, since each index costs every load. */
export function filteredProperties(database: Database, object: ContractObject): string[] {
  return database
    .prepare<[string], string>(
      'SELECT property FROM weft_filter_use WHERE object = ? ORDER BY uses DESC, property LIMIT 8',
    )
    .pluck()
    .all(object.name);
}

/** Each object once, though several output ports may show it; a table needs at least one column. */
function objectsOf(domain: Domain): readonly ContractObject[] {
  const objects = domain.outputs.flatMap((output) => output.contract.objects);
  return [...new Set(objects)].filter((object) => object.properties.length > 0);
}

/** Never loaded, and without rows that anyone else may have put there. */
function isUnused(database: Database, { name }: ContractObject): boolean {
  const used = `SELECT 1 FROM weft_snapshot WHERE object = ? UNION ALL SELECT 1 FROM ${quoteName(name)} LIMIT 1`;
  return database.prepare(used).get(name) === undefined;
}

function tableSql(database: Database, name: string): string | undefined {
  return database
    .prepare<[string], string>(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`)
    .pluck()
    .get(name);
}

/** `weft_matches(pattern, text)`, for quality rules: SQLite brings no regular expressions. */
function matcher(): (pattern: unknown, text: unknown) => 0 | 1 | null {
  const compiled = new Map<unknown, RegExp | undefined>();
  return (pattern, text) => {
    if (text === null) return null;
    if (!compiled.has(pattern)) compiled.set(pattern, patternOf(String(pattern)));
    const expression = compiled.get(pattern);
    if (!expression) throw new Error(`${String(pattern)} is not a regular expression.`);
    return expression.test(String(text)) ? 1 : 0;
  };
}
