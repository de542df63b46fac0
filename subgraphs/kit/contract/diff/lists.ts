/** What a part has several of: which came, which went, which changed, and whether they changed places. */
import type { Place } from '../../errors/issue.ts';
import { type At, addDiff, type Comparison, prefix } from './comparison.ts';
import { cosmetic, type Verdict } from './difference.ts';
import { type Identity, type Pair, pairsOf, reordered } from './pairs.ts';

export interface ListOf<T> {
  readonly field: string;
  /** As people call one: `rule`. */
  readonly noun: string;
  readonly identities: readonly Identity<T>[];
  /** Key and value that tell one from the others in a path: `name=total`. */
  readonly selector: (element: T) => string;
  readonly nameOf?: (element: T) => string;
  readonly added: Verdict | ((element: T) => Verdict);
  readonly removed: Verdict | ((element: T) => Verdict);
  readonly moved?: Verdict;
  readonly each?: (at: At, pair: readonly [T, T]) => void;
}

/** @returns who became whom. */
export function compareLists<T extends object>(
  comparison: Comparison,
  at: At,
  before: readonly T[],
  after: readonly T[],
  list: ListOf<T>,
): readonly Pair<T>[] {
  const { field, noun, selector, each } = list;
  const pairs = pairsOf(before, after, list.identities);
  const selectors = new Map([...numbered(before, selector), ...numbered(after, selector)]);
  const elementAt = (element: T, later?: T): At => ({
    section: at.section || field,
    path: `${at.path}/${field}[${selectors.get(element)}]`,
    name:
      list.nameOf?.(element) ?? `the ${noun} ${selector(element).replace(/^[^=]*=/, '')}${at.name && ` of ${at.name}`}`,
    coordinate: comparison.coordinate(element) ?? (later && comparison.coordinate(later)) ?? at.coordinate,
    place: placeOf(later ?? element) ?? at.place,
  });
  for (const pair of pairs) {
    if (pair.before && pair.after) each?.(elementAt(pair.before, pair.after), [pair.before, pair.after]);
    else if (pair.before) {
      const gone = { ...elementAt(pair.before), place: at.place };
      const verdict = typeof list.removed === 'function' ? list.removed(pair.before) : list.removed;
      addDiff(
        comparison,
        gone,
        field,
        [written(comparison, pair.before), undefined],
        verdict,
        `${gone.name} was removed.`,
      );
    } else if (pair.after) {
      const come = elementAt(pair.after);
      const verdict = typeof list.added === 'function' ? list.added(pair.after) : list.added;
      addDiff(
        comparison,
        come,
        field,
        [undefined, written(comparison, pair.after)],
        verdict,
        `${come.name} was added.`,
      );
    }
  }
  if (reordered(pairs, after)) {
    const orders = [before.map(selector), after.map(selector)] as const;
    const here = { ...at, section: at.section || field, path: `${at.path}/${field}` };
    const message = `${prefix(at)}${field} stand in another order.`;
    addDiff(comparison, here, field, orders, list.moved ?? cosmetic, message);
  }
  return pairs;
}

/** As the text has it, where it is known. */
const written = (comparison: Comparison, part: object): unknown => comparison.written(part) ?? part;

function placeOf(element: object): Place | undefined {
  return 'place' in element ? (element.place as Place) : undefined;
}

/** Of several with one selector all but the first are numbered. */
function* numbered<T>(elements: readonly T[], selector: (element: T) => string): Iterable<[T, string]> {
  const seen = new Map<string, number>();
  for (const element of elements) {
    const own = selector(element);
    const number = (seen.get(own) ?? 0) + 1;
    seen.set(own, number);
    yield [element, number > 1 ? `${own},#=${number}` : own];
  }
}
