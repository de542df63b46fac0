/** What a part says about itself, key by key. */
import { type At, addChange, type Comparison } from './comparison.ts';
import type { Verdict } from './difference.ts';
import { isTranslated, verdictBeyondModel } from './rules-beyond-model.ts';
import { same } from './same.ts';

export type Judge<T> = (before: T, after: T) => Verdict;

/** How bad a change of each key is; `apart` for what has a comparison of its own. That none is forgotten, tsc sees. */
export type Rules<T, Whole = T> = {
  readonly [K in Exclude<keyof T, 'place' | 'source'>]-?: Verdict | Judge<Whole> | 'apart';
};

/**
 * @param wholes what the rules judge, where that is more than the part itself
 * @param names keys that the document calls otherwise than the model
 */
export function compareFields<T extends object, Whole = T>(
  comparison: Comparison,
  at: At,
  [before, after]: readonly [T, T],
  rules: Rules<T, Whole>,
  wholes: readonly [Whole, Whole] = [before, after] as unknown as [Whole, Whole],
  names: Readonly<Record<string, string>> = {},
): void {
  const written = new Set<string>();
  for (const [key, rule] of Object.entries<Verdict | Judge<Whole> | 'apart'>(rules)) {
    const field = names[key] ?? key;
    const [value1, value2] = [before[key as keyof T], after[key as keyof T]];
    // What the model could not hold is compared as it is written.
    if (value1 === undefined && value2 === undefined) continue;
    written.add(field);
    if (rule === 'apart' || same(value1, value2)) continue;
    addChange(comparison, at, field, [value1, value2], typeof rule === 'function' ? rule(...wholes) : rule);
  }
  const [text1, text2] = [comparison.written(before) ?? {}, comparison.written(after) ?? {}];
  for (const field of new Set([...Object.keys(text1), ...Object.keys(text2)])) {
    if (written.has(field) || isTranslated(field) || same(text1[field], text2[field])) continue;
    const values = [text1[field], text2[field]] as const;
    addChange(comparison, at, field, values, verdictBeyondModel(field, ...values));
  }
}
