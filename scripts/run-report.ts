/** What came of pipeline runs, for people: a line per object, the checks that did not pass, why rows were refused. */
import { basename, join } from 'node:path';
import type { CheckResult, RunRecord } from '../subgraphs/kit/contract/observation.ts';
import { type Code, codes } from '../subgraphs/kit/errors/codes.ts';
import { openDatabase } from '../subgraphs/kit/store/database.ts';
import { quarantinedRows } from '../subgraphs/kit/store/quarantine.ts';
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
const fixOf = (code: string): string => (Object.hasOwn(codes, code) ? codes[code as Code].fix : '');

function sayCheck(object: string, { name, status, target, expected, value, message }: CheckResult): void {
  const paint = status === 'warn' ? colour.yellow : colour.red;
  const found = value === null ? '' : `, found ${value.toLocaleString('en')}`;
  say(`${paint(status)}  ${object}: ${name} (${target}), ${message ?? `expected ${expected}${found}`}`);
}

const reasonsShown = 5;

/** The most frequent reasons, each with one row that has it. Rows beyond those that the store keeps are not counted. */
export function sayQuarantine(dir: string, dataDir: string, records: readonly RunRecord[]): void {
  const refused = records.filter(({ rowsQuarantined }) => rowsQuarantined > 0);
  if (refused.length === 0) return;
  const database = openDatabase(join(dataDir, `${basename(dir)}.sqlite`));
  try {
    for (const { id, object, rowsQuarantined } of refused) {
      const reasons = new Map<string, { rows: number; example: string }>();
      for (const { source, position, reasons: why } of quarantinedRows(database, id, 10_000)) {
        for (const { property, code, message } of why) {
          const reason = `${property} ${code}`.trim();
          const seen = reasons.get(reason);
          reasons.set(reason, {
            rows: (seen?.rows ?? 0) + 1,
            example: seen?.example ?? `${source} ${position}: ${message}`,
          });
        }
      }
      const most = [...reasons].sort(([, a], [, b]) => b.rows - a.rows).slice(0, reasonsShown);
      say(`\n${plural(rowsQuarantined, 'row')} of ${object} in quarantine:`);
      say(
        table(
          ['ROWS', 'REASON', 'FOR EXAMPLE'],
          most.map(([reason, { rows, example }]) => [rows, reason, example]),
        ),
      );
    }
  } finally {
    database.close();
  }
}
