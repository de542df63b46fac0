/**
 * Whether a value read from JSON nests lists and objects at most so deep, and holds only numbers that JSON can say again:
 * `1e400` is read as infinity, and would be written as null.
 */
export function isPlainJson(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  const within: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return within.every((each) => isPlainJson(each, depth - 1));
}
