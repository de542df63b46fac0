/** Places of the data, named by the response keys that lead to them from the root: what lists and types there are is left out. */
import type { PlanPath } from './plan.ts';

export const keysOf = (path: PlanPath): string[] =>
  path.filter((segment): segment is string => typeof segment === 'string' && segment !== '@');

/** `/products/reviews`; `''` for the root. */
export const placeOf = (path: PlanPath): string => placeAt(keysOf(path));

export const placeAt = (keys: readonly string[]): string => keys.map((key) => `/${key}`).join('');
