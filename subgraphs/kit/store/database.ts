/**
 * A domain's database: one SQLite file. Tables named as the contract's objects hold the rows that are served; those
 * starting with `weft_` hold what Weft knows about them.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { patternOf } from '../contract/cell-text.ts';
import { createIndexes, createTable, tableBody } from '../contract/ddl.ts';
import type { ContractObject, Domain } from '../contract/model.ts';
import { quoteName } from '../contract/sql-name.ts';
import { invariant, WeftError } from '../errors/weft-error.ts';

export type Database = SQLite.Database;

const version = 1;

const weftTables = `
  CREATE TABLE weft_run (
    id TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    state TEXT NOT NULL,
    load TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    rows_in INTEGER NOT NULL DEFAULT 0,
    rows_out INTEGER NOT NULL DEFAULT 0,
    rows_quarantined INTEGER NOT NULL DEFAULT 0,
    checks TEXT NOT NULL DEFAULT '[]',
    error TEXT,
    process TEXT NOT NULL
  ) STRICT;
  CREATE INDEX weft_run_by_object ON weft_run (object, started_at);

  CREATE TABLE weft_snapshot (
    object TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    as_of TEXT NOT NULL,
    row_count INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE weft_quarantine (
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    position INTEGER NOT NULL,
    row TEXT NOT NULL,
    reasons TEXT NOT NULL
  ) STRICT;
  CREATE INDEX weft_quarantine_by_run ON weft_quarantine (run_id);

  CREATE TABLE weft_filter_use (
    object TEXT NOT NULL,
    property TEXT NOT NULL,
    uses INTEGER NOT NULL,
    PRIMARY KEY (object, property)
  ) STRICT;
`;

/**
 * Opens the file, and creates it where there is none. For reading and writing; readers open it read-only themselves.
 * @throws WeftError STORE_NEWER
 */
export function openDatabase(file: string): Database {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new SQLite(file, { timeout: 10_000 });
  try {
    database.pragma('journal_mode = WAL');
    // better-sqlite3 is built to fall back to NORMAL in WAL mode, where a power failure loses commits: so, explicitly.
    database.pragma('synchronous = FULL');
    database.pragma('trusted_schema = OFF');
    database.defaultSafeIntegers(true);
    database.function('weft_matches', { deterministic: true, directOnly: true }, matcher());
    migrate(database, file);
    invariant(database.pragma('synchronous', { simple: true }) === 2n, 'the database waits for the disk');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * An empty table for each object that has none, so that a domain can be served before it was ever loaded.
 * @throws WeftError STORE_NAME_TAKEN
 */
export function ensureTables(database: Database, domain: Domain): void {
  const objects = objectsOf(domain);
  refuseTakenNames(objects);
  database
    .transaction(() => {
      for (const object of objects) {
        if (schemaMatches(database, object)) continue;
        if (tableSql(database, object.name) !== undefined) {
          // Rows of an earlier contract stay readable where their columns still exist; the next full load replaces them.
          if (database.prepare(`SELECT 1 FROM ${quoteName(object.name)} LIMIT 1`).get()) continue;
          database.exec(`DROP TABLE ${quoteName(object.name)}`);
        }
        database.exec(createTable(object, object.name));
        for (const index of createIndexes(object, object.name, filteredProperties(database, object)))
          database.exec(index);
      }
    })
    .immediate();
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

/** Weft and SQLite keep tables of their own, and SQL does not tell upper from lower case in names. */
function refuseTakenNames(objects: readonly ContractObject[]): void {
  const taken = objects.find((object) => /^(?:weft|sqlite)_/i.test(object.name));
  if (taken) throw new WeftError('STORE_NAME_TAKEN', `The name ${taken.name} begins as tables of the store itself do.`);
  const all = [objects, ...objects.map((object) => object.properties)];
  for (const named of all) {
    const names = named.map(({ name }) => name.toLowerCase());
    const again = named.find(({ name }, at) => names.indexOf(name.toLowerCase()) !== at);
    if (again) throw new WeftError('STORE_NAME_TAKEN', `The name ${again.name} is there twice, but for its case.`);
  }
}

function tableSql(database: Database, name: string): string | undefined {
  return database
    .prepare<[string], string>(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`)
    .pluck()
    .get(name);
}

function migrate(database: Database, file: string): void {
  const current = (): number => Number(database.pragma('user_version', { simple: true }));
  if (current() > version) {
    throw new WeftError('STORE_NEWER', `${file} has version ${current()}; this Weft knows up to version ${version}.`);
  }
  if (current() === version) return;
  database
    .transaction(() => {
      if (current() === version) return; // Another process was faster.
      database.exec(weftTables);
      database.pragma(`user_version = ${version}`);
    })
    .immediate();
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
