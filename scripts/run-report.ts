/** What came of pipeline runs, for people: a line per object, the checks that did not pass, why rows were refused. */
import type { CheckResult, RunRecord } from '../subgraphs/kit/contract/observation.ts';
import { type Code, codes } from '../subgraphs/kit/errors/codes.ts';
import { openDatabase } from '../subgraphs/kit/store/database.ts';
import { keptPerRun, type QuarantinedRow, quarantinedRows } from '../subgraphs/kit/store/quarantine.ts';
import { databaseOf, type LocalDomain, type MeshFolder } from './mesh-folder.ts';
import { table } from './table.ts';
import { colour, plural, say } from './terminal.ts';

export function sayRuns(records: readonly RunRecord[]): void {
  if (records.length === 0) return;
  const rows = records.map(({ object, state, rowsIn, rowsOut, rowsQuarantined, durationMs, checks }) => {
    const passed = checks.filter(({ status }) => status === 'pass').length;
    const time = `${((durationMs ?? 0) / 1000).toFixed(1)} s`;
    return [object, state, rowsIn, rowsOut, rowsQuarantined, time, `${passed} of ${checks.length}`];
  });
  say(table(['OBJECT', 'STATE', 'ROWS IN', 'OUT', 'QUARANTINED', 'TIME', 'CHECKS PASSED'], rows));
  for (const { object, checks, error } of records) {
    for (const check of checks) if (check.status !== 'pass' && check.status !== 'skip') sayCheck(object, check);
    if (error) say(`${colour.red(error.code)}  ${object}: ${error.message}\n    ${fixOf(error.code)}`);
  }
}

/** Records of runs may be older than the table of codes. */
export const fixOf = (code: string): string => (Object.hasOwn(codes, code) ? codes[code as Code].fix : '');

function sayCheck(object: string, { name, status, target, expected, value, message }: CheckResult): void {
  const paint = status === 'warn' ? colour.yellow : colour.red;
  const found = value === null ? '' : `, found ${value.toLocaleString('en')}`;
  say(`${paint(status)}  ${object}: ${name} (${target}), ${message ?? `expected ${expected}${found}`}`);
}

const reasonsShown = 5;

/** The most frequent reasons, each with one row that has it. Rows beyond those that the store keeps are not counted. */
export function sayQuarantine(mesh: MeshFolder, domain: LocalDomain, records: readonly RunRecord[]): void {
  const refused = records.filter(({ rowsQuarantined }) => rowsQuarantined > 0);
  if (refused.length === 0) return;
  const database = openDatabase(databaseOf(mesh, domain));
  try {
    for (const { id, object, rowsQuarantined } of refused) {
      const reasons = reasonsOf(quarantinedRows(database, id, keptPerRun));
      const rest = reasons.length > reasonsShown ? `and ${plural(reasons.length - reasonsShown, 'more reason')}: ` : '';
      say(
        `\n${plural(rowsQuarantined, 'row')} of ${object} in quarantine${reasons.length === 0 ? ', none kept' : ':'}`,
      );
      if (reasons.length === 0) continue;
      say(table(['ROWS', 'REASON', 'FOR EXAMPLE'], reasons.slice(0, reasonsShown)));
      say(colour.dim(`${rest}weft quarantine ${domain.name}.${object}`));
    }
  } finally {
    database.close();
  }
}

/** Rows, reason, example; most rows first. */
function reasonsOf(rows: readonly QuarantinedRow[]): [number, string, string][] {
  const reasons = new Map<string, [number, string, string]>();
  for (const row of rows) {
    for (const { property, code, message } of row.reasons) {
      const reason = `${property} ${code}`.trim();
      const [count, , example] = reasons.get(reason) ?? [0, reason, `${whereOf(row)}: ${message}`];
      reasons.set(reason, [count + 1, reason, example]);
    }
  }
  return [...reasons.values()].sort(([a], [b]) => b - a);
}

/** `shipments.csv line 7` where the line is known, else the how many-th row it was. */
export const whereOf = ({ source, position }: QuarantinedRow): string =>
  source === 'row' ? `row ${position}` : `${source} line ${position}`;
