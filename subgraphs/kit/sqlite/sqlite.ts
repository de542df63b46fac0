/**
 * SQLite's driver as this Node can run it. better-sqlite3 12 aborts the process on Node 24.19 and later, when a
 * statement is collected; 13 needs Node 22 and crashes on 20. The newer one is an optional dependency, which npm leaves
 * out where it does not fit.
 */
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

export type Database = BetterSqlite3.Database;
export type Statement = BetterSqlite3.Statement;

const [major = 0] = process.versions.node.split('.').map(Number);
const require = createRequire(import.meta.url);

export const SQLite: typeof BetterSqlite3 = require(major >= 24 ? 'better-sqlite3-13' : 'better-sqlite3');
