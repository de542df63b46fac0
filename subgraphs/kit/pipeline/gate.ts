/** What new rows have to pass before anyone sees them. */
import { type ContractObject, custom } from '../contract/model.ts';
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

/** The custom property maxQuarantinedPercent, else 5. @throws WeftError LOAD_INVALID */
export function mostQuarantinedPercent(object: ContractObject): number {
  const stated = custom(object, 'maxQuarantinedPercent') ?? 5;
  const percent = typeof stated === 'number' ? stated : Number.NaN;
  if (percent >= 0 && percent <= 100) return percent;
  const help = 'Set it to a number from 0 to 100.';
  throw new WeftError('LOAD_INVALID', `maxQuarantinedPercent of ${object.name} is ${String(stated)}.`, { help });
}
