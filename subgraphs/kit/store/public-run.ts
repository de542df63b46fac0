/**
 * What everybody may know of a run. Messages in the store are for the domain's team: they may quote a row, a header that
 * is a row, or a path. So nothing of them goes out; what goes out is composed of codes, contract facts and numbers.
 */
import type { CheckResult, RunRecord } from '../contract/observation.ts';
import { blocks } from '../contract/quality.ts';
import { type Code, codes } from '../errors/codes.ts';

export function publicRun(run: RunRecord): RunRecord {
  return { ...run, checks: run.checks.map(publicCheck), error: run.error && publicError(run.error.code, run.checks) };
}

function publicError(code: string, checks: readonly CheckResult[]): { code: string; message: string } {
  // A record may be older or newer than the table of codes.
  const summary = Object.hasOwn(codes, code) ? codes[code as Code].summary : 'The run failed.';
  const failed = code === 'GATE_FAILED' ? checks.filter(blocks).map(({ name }) => name) : [];
  return { code, message: failed.length > 0 ? `${summary} Not met: ${failed.join('; ')}.` : summary };
}

function publicCheck({ name, target, metric, dimension, severity, status, value, expected, message }: CheckResult) {
  const told = { name, target, metric, dimension, severity, status, value, expected };
  switch (status) {
    case 'pass':
      return { ...told, message: null };
    case 'skip':
      return { ...told, message }; // Why the contract's rule cannot be evaluated: known before any row is read.
    case 'error':
      return { ...told, message: "The rule could not be evaluated; the domain's team can see why." };
    default:
      return { ...told, message: value === null ? null : `${expected}, but is ${value}` };
  }
}
