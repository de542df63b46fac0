/** Whether two conditions are of the same rows, as far as that can be said without rows. */
import type { RowCondition } from './row-condition.ts';

/**
 * Equal for conditions that say the same in another order, repeated, nested otherwise, or negated as a whole instead of in
 * parts (which is the same in SQL, too, where a value is missing). Others may still be of the same rows, of some or of any data.
 */
export const rowsKey = (condition: RowCondition): RowsKey => keyOf(condition, false);

export type RowsKey = string;

function keyOf(condition: RowCondition, isNegated: boolean): string {
  if (typeof condition === 'boolean') return String(condition !== isNegated);
  if ('not' in condition) return keyOf(condition.not, !isNegated);
  if ('all' in condition) return joined(isNegated ? 'any' : 'all', condition.all, isNegated);
  if ('any' in condition) return joined(isNegated ? 'all' : 'any', condition.any, isNegated);
  const { field, is, ...rest } = condition;
  return JSON.stringify([...(isNegated ? ['not'] : []), field, is, rest]);
}

function joined(operator: 'all' | 'any', conditions: readonly RowCondition[], isNegated: boolean): string {
  // What alone decides, and what makes no difference.
  const [decides, idle] = [String(operator === 'any'), String(operator === 'all')];
  const keys = conditions.map((each) => keyOf(each, isNegated)).flatMap((key) => partsOf(key, operator));
  const parts = [...new Set(keys)].filter((key) => key !== idle).sort();
  if (parts.includes(decides)) return decides;
  const [only = idle] = parts;
  return parts.length > 1 ? JSON.stringify({ [operator]: parts }) : only;
}

function partsOf(key: string, operator: 'all' | 'any'): readonly string[] {
  return key.startsWith(`{"${operator}":`) ? ((JSON.parse(key) as Record<string, string[]>)[operator] ?? []) : [key];
}
