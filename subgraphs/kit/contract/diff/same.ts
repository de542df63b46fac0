/** Whether two parts of a model say the same. Where they were written is not something that they say. */
export const same = (before: unknown, after: unknown): boolean =>
  before === after || fingerprint(before) === fingerprint(after);

/** A text that two values share exactly if they say the same, in whatever order they name their keys. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(withoutPlaces(value), (_, each) => {
    // YAML has numbers that JSON has not; those are not null.
    if (typeof each === 'number' && !Number.isFinite(each)) return `${each}`;
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** As it is written into a difference: keys without a value are left out, too. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).filter(
    ([key, each]) => each !== undefined && !(key === 'place' && isPlace(each)),
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutPlaces(each)]));
}

/** A contract may use the word `place` for something of its own. */
function isPlace(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'file,line,column';
}
