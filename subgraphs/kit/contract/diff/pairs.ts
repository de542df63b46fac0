/** Which element of a list became which: nobody numbers the elements of a contract, so they are known by what they say. */

/** The same element before and after; one of them undefined where it came or went. */
export interface Pair<T> {
  readonly before?: T;
  readonly after?: T;
}

/** What an element may be known by. Undefined: not by this. */
export type Identity<T> = (element: T) => string | undefined;

/**
 * Those with the same first identity are pairs, in the order of the list; of the rest those with the same second one;
 * and so on. An element that has no partner came or went.
 * @returns first everything of `before` in its order, then what came.
 */
export function pairsOf<T extends object>(
  before: readonly T[],
  after: readonly T[],
  identities: readonly Identity<T>[],
): Pair<T>[] {
  const partners = new Map<T, T>();
  const free = new Set(after);
  for (const identity of identities) {
    const waiting = new Map<string, T[]>();
    for (const each of free) {
      const key = identity(each);
      if (key === undefined) continue;
      const others = waiting.get(key);
      if (others) others.push(each);
      else waiting.set(key, [each]);
    }
    for (const each of before) {
      const key = partners.has(each) ? undefined : identity(each);
      const partner = key === undefined ? undefined : waiting.get(key)?.shift();
      if (!partner) continue;
      partners.set(each, partner);
      free.delete(partner);
    }
  }
  return [
    ...before.map((each) => ({ before: each, ...(partners.has(each) && { after: partners.get(each) as T }) })),
    ...[...free].map((each) => ({ after: each })),
  ];
}

/** Whether what stayed stands in another order than before. */
export function reordered<T>(pairs: readonly Pair<T>[], after: readonly T[]): boolean {
  const positions = new Map(after.map((each, at) => [each, at]));
  const stayed = pairs.flatMap((pair) => (pair.before && pair.after ? [positions.get(pair.after) ?? 0] : []));
  return stayed.some((position, at) => position < (stayed[at - 1] ?? 0));
}
