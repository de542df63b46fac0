/**
 * A comparison under way: where it is, and what it has found. Comparing one part with another is `compareFields` for
 * what it says about itself, `compareLists` for what it has several of, and a function of its own for the rest.
 */
import type { Place } from '../../errors/issue.ts';
import { breaking, type Diff, type Verdict } from './difference.ts';
import { same, withoutPlaces } from './same.ts';

export interface Comparison {
  readonly diffs: Diff[];
  /** What the text says at this part of a model, in the words of the text. */
  written(part: object): Readonly<Record<string, unknown>> | undefined;
  /** What this part of a model is in the graph. */
  coordinate(part: object): string | undefined;
}

/** Where a part stands. */
export interface At {
  readonly section: string;
  readonly path: string;
  /** As people call it: `orders.total`. */
  readonly name: string;
  readonly coordinate?: string | undefined;
  readonly place?: Place | undefined;
}

/** One value, of which one side may be missing. The same value is no change. */
export function addChange(
  comparison: Comparison,
  at: At,
  field: string,
  [before, after]: readonly [unknown, unknown],
  verdict: Verdict,
): void {
  if (same(before, after)) return;
  const here = { ...at, section: at.section || field, path: `${at.path}/${field}` };
  const message =
    before === undefined
      ? `${prefix(at)}${field} was added (${shown(after)}).`
      : after === undefined
        ? `${prefix(at)}${field} was removed (${shown(before)}).`
        : field === 'name' && verdict === breaking
          ? `${at.name} was renamed to ${shown(after)}.`
          : `${prefix(at)}${field} changed from ${shown(before)} to ${shown(after)}.`;
  addDiff(comparison, here, field, [before, after], verdict, message);
}

/** A part that came or went, or anything else that has a message of its own. */
export function addDiff(
  comparison: Comparison,
  { section, path, coordinate, place }: At,
  field: string,
  [before, after]: readonly [unknown, unknown],
  verdict: Verdict,
  message: string,
): void {
  comparison.diffs.push({
    type: before === undefined ? 'ADD' : after === undefined ? 'REMOVE' : 'CHANGE',
    section,
    field,
    path,
    ...(before !== undefined && { value1: withoutPlaces(before) }),
    ...(after !== undefined && { value2: withoutPlaces(after) }),
    message: message.replace(/^the /, 'The '),
    ...verdict,
    ...(coordinate && { coordinate }),
    ...(place && { place }),
  });
}

/** Before what is said about a part. */
export const prefix = ({ name }: At): string => (name ? `${name}: ` : '');

/** Contract text may be long; a message is one line. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(withoutPlaces(value));
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
