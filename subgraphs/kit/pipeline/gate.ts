/** What new rows have to pass before anyone sees them. */
import { loadOptions } from '../contract/load-options.ts';
import type { ContractObject } from '../contract/model.ts';
import type { CheckResult } from '../contract/observation.ts';
import { blocks } from '../contract/quality.ts';
import { WeftError } from '../errors/weft-error.ts';

/** @throws WeftError GATE_FAILED */
export function openGate(checks: readonly CheckResult[]): void {
  const failed = checks.filter(blocks);
  if (failed.length === 0) return;
  const named = failed.map((check) => `${check.name} (${check.message ?? check.status})`).join('; ');
  throw new WeftError('GATE_FAILED', `${failed.length} of ${checks.length} checks failed: ${named}`);
}

export function quarantineCheck(object: ContractObject, percent: number, most: number): CheckResult {
  const value = Math.round(percent * 1000) / 1000;
  const passes = percent <= most;
  return {
    name: 'rows in quarantine',
    target: object.name,
    metric: 'quarantine',
    dimension: 'conformity',
    severity: 'error',
    status: passes ? 'pass' : 'fail',
    value,
    expected: `mustBeLessOrEqualTo ${most} percent`,
    message: passes ? null : `${value} percent of the rows do not meet the contract; at most ${most} percent may`,
  };
}

/**
 * An input that is suddenly empty is far more often a copy that failed than a business that ended.
 * @param rows of a full load @param before rows that are served now @returns no check where there is nothing to judge
 */
export function rowsAfterRows(object: ContractObject, rows: number, before: number): readonly CheckResult[] {
  if (rows > 0 || before === 0) return [];
  const passes = loadOptions(object).options.allowEmpty;
  const message = `the load has no row, and ${before} rows are served; if that is right, set the custom property allowEmpty to true`;
  const check: CheckResult = {
    name: 'rows after rows',
    target: object.name,
    metric: 'rowCount',
    dimension: 'completeness',
    severity: 'error',
    status: passes ? 'pass' : 'fail',
    value: 0,
    expected: 'mustBeGreaterThan 0 rows',
    message: passes ? null : message,
  };
  return [check];
}
