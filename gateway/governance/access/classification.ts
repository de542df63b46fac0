/** How sensitive something is, and which kinds of personal data it holds: two things, which are kept apart. */
import { isKnownLevel, levelRank } from '../../../subgraphs/kit/contract/classification-levels.ts';

export interface Classification {
  readonly level: string | undefined;
  readonly categories: readonly string[];
}

export const unclassified: Classification = { level: undefined, categories: [] };

/** The highest level, and all categories: whatever is made of several is as sensitive as the most sensitive. */
export function merged(all: readonly Classification[]): Classification {
  const [first = unclassified, ...rest] = all;
  if (rest.length === 0) return first;
  let { level } = first;
  const categories = new Set(first.categories);
  for (const each of rest) {
    if (isAbove(each.level, level)) level = each.level;
    for (const category of each.categories) categories.add(category);
  }
  return { level, categories: [...categories] };
}

/** The four levels are written in any case, and meant alike. */
export const levelName = (level: string): string => (isKnownLevel(level) ? level.toLowerCase() : level);

/** Of two words that nobody knows, one wins always: what is decided must not hang on an order. */
function isAbove(level: string | undefined, other: string | undefined): boolean {
  const difference = levelRank(level) - levelRank(other);
  return difference > 0 || (difference === 0 && String(level) < String(other));
}
