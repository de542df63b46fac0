/** Whether a quality rule lets more rows through than before. */
import type { QualityRule } from '../model.ts';
import { compatible, cosmetic, dangerous, type Verdict } from './difference.ts';
import type { Judge } from './fields.ts';
import { same } from './same.ts';

/** A rule that only advises keeps no bad rows from being served. */
const isAdvice = (severity: string | undefined): boolean => /^(?:warn|warning|info)$/i.test(severity ?? '');

export const severityChanged: Judge<QualityRule> = (before, after) =>
  isAdvice(before.severity) === isAdvice(after.severity) ? cosmetic : isAdvice(after.severity) ? dangerous : compatible;

/** Fewer valid values, more missing ones: stricter, as long as nothing else changes. */
export const argumentsChanged: Judge<QualityRule> = (before, after) => {
  const keys = new Set([...Object.keys(before.arguments), ...Object.keys(after.arguments)]);
  for (const key of keys) {
    const [was, is] = [before.arguments[key], after.arguments[key]];
    if (same(was, is)) continue;
    if (!Array.isArray(was) || !Array.isArray(is)) return dangerous;
    const [fewer, more] = key === 'validValues' ? [is, was] : key === 'missingValues' ? [was, is] : [];
    if (!fewer?.every((each) => more?.some((other) => same(each, other)))) return dangerous;
  }
  return compatible;
};

/** Whether the results that pass now all passed before. */
export function operatorChanged(before: QualityRule['operator'], after: QualityRule['operator']): Verdict {
  if (!before) return compatible;
  if (!after) return dangerous;
  const [was, is] = [passing(before), passing(after)];
  const within = (inner: readonly Range[], outer: readonly Range[]) =>
    inner.every((each) => outer.some((other) => contains(other, each)));
  if (!within(is, was)) return dangerous;
  return within(was, is) ? cosmetic : compatible;
}

/** Numbers from `low` to `high`; `open` where the ends do not belong to it. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly open: boolean;
}

const none = Number.NEGATIVE_INFINITY;
const all = Number.POSITIVE_INFINITY;

/** The results with which a rule is met, as ranges that do not touch. */
function passing({ name, value }: NonNullable<QualityRule['operator']>): readonly Range[] {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  switch (name) {
    case 'mustBe':
    case 'mustBeBetween':
      return [{ low, high, open: false }];
    case 'mustNotBe':
    case 'mustNotBeBetween':
      return [
        { low: none, high: low, open: true },
        { low: high, high: all, open: true },
      ];
    case 'mustBeGreaterThan':
      return [{ low, high: all, open: true }];
    case 'mustBeGreaterOrEqualTo':
      return [{ low, high: all, open: false }];
    case 'mustBeLessThan':
      return [{ low: none, high, open: true }];
    case 'mustBeLessOrEqualTo':
      return [{ low: none, high, open: false }];
  }
}

/** Without an end, a range has none to be open at. */
function contains(outer: Range, inner: Range): boolean {
  const reaches = outer.open && !inner.open;
  const low = outer.low === none || (reaches ? outer.low < inner.low : outer.low <= inner.low);
  const high = outer.high === all || (reaches ? outer.high > inner.high : outer.high >= inner.high);
  return low && high;
}
