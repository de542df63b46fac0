/** How an engine's answer differs from the oracle's, or, where subgraphs fail, from what is left of it. */
import type { ExecutionResult } from 'graphql';

export interface Difference {
  /** One of a few: what the finding is counted under. */
  readonly kind: string;
  readonly detail: string;
}

/** An answer as a consumer gets it: from JSON. */
export interface Answer {
  readonly data?: Json;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: Path;
    readonly extensions?: { readonly code?: unknown };
  }[];
}

export type Json = any;
type Path = readonly (string | number)[];

/**
 * All subgraphs are well: the same data to the letter, order of keys included; an error exactly where the monolith has one.
 * There is no allowance for nulls that travel further than in the monolith: subgraphs promise what the merged schema
 * promises (where they promise more, the generated data keep it), so a null stops at the same place in both.
 */
export function compare(expected: ExecutionResult, answer: Answer): Difference | undefined {
  const errors = answer.errors ?? [];
  const expectedErrors = expected.errors ?? [];
  const [error] = errors;
  if (error && answer.data === undefined && expected.data !== undefined) {
    return { kind: `refused: ${anyName(error.message)}`, detail: told(error) };
  }
  if (error && expectedErrors.length === 0) {
    return { kind: `error that the monolith has not: ${anyName(error.message)}`, detail: told(error) };
  }
  if (!error && expectedErrors.length > 0) return { kind: 'error is missing', detail: told(expectedErrors[0]) };
  const wanted = JSON.parse(JSON.stringify(expected.data ?? null));
  const given = answer.data ?? null;
  if (JSON.stringify(wanted) !== JSON.stringify(given)) {
    return firstDifference(wanted, given, []) ?? { kind: 'order of keys', detail: '' };
  }
  return misplacedError(wanted, expected, errors);
}

/**
 * Some subgraphs fail: what is given is what the monolith gives, and what is not given is null, with an error at that
 * place, above it or below. One error may stand for the same field of many list elements: a thousand equal ones explain
 * nothing more.
 */
export function compareWhatIsLeft(expected: ExecutionResult, answer: Answer): Difference | undefined {
  const wanted = JSON.parse(JSON.stringify(expected.data ?? null));
  const left = { wanted, errors: answer.errors ?? [], failed: explained(wanted, expected) };
  return lostWithoutError(left, wanted, answer.data ?? null, []);
}

interface Left {
  readonly errors: NonNullable<Answer['errors']>;
  /** Nulls that are errors of the monolith, too. */
  readonly failed: readonly Path[];
}

function lostWithoutError(left: Left, wanted: Json, given: Json, path: Path): Difference | undefined {
  if (given === null) {
    const isFailure = wanted !== null || left.failed.some((each) => isPrefix(each, path));
    const place = path.map(anyElement);
    if (!isFailure || left.errors.some((error) => isNear((error.path ?? []).map(anyElement), place))) return undefined;
    return { kind: 'null without an error', detail: at(path) };
  }
  if (Array.isArray(wanted) && Array.isArray(given) && wanted.length === given.length) {
    return firstOf(wanted, (each, index) => lostWithoutError(left, each, given[index], [...path, index]));
  }
  if (isObject(wanted) && isObject(given)) {
    const keys = Object.keys(wanted);
    if (keys.join() !== Object.keys(given).join()) return { kind: 'keys', detail: at(path) };
    return firstOf(keys, (key) => lostWithoutError(left, wanted[key], given[key], [...path, key]));
  }
  return firstDifference(wanted, given, path);
}

function firstDifference(wanted: Json, given: Json, path: Path): Difference | undefined {
  if (Array.isArray(wanted) && Array.isArray(given)) {
    if (wanted.length !== given.length) return { kind: 'length of a list', detail: at(path) };
    return firstOf(wanted, (each, index) => firstDifference(each, given[index], [...path, index]));
  }
  if (isObject(wanted) && isObject(given)) {
    const [a, b] = [Object.keys(wanted), Object.keys(given)];
    const lost = a.find((key) => !b.includes(key));
    if (lost !== undefined) return { kind: 'key is missing', detail: at([...path, lost]) };
    const more = b.find((key) => !a.includes(key));
    if (more !== undefined) return { kind: 'key that nobody selected', detail: at([...path, more]) };
    return firstOf(a, (key) => firstDifference(wanted[key], given[key], [...path, key]));
  }
  if (JSON.stringify(wanted) === JSON.stringify(given)) return undefined;
  const kind =
    given === null ? 'null where there is a value' : wanted === null ? 'value where there is null' : 'wrong value';
  const shown = `${short(given)} instead of ${short(wanted)}`;
  return { kind: path.length === 0 ? `${kind}: all of data` : kind, detail: `${at(path)}: ${shown}` };
}

/**
 * Every null that is an error of the monolith's has one of ours at that place or below, or at that of another element of
 * the same list; and no other place has.
 */
function misplacedError(
  data: Json,
  expected: ExecutionResult,
  errors: NonNullable<Answer['errors']>,
): Difference | undefined {
  if (!expected.errors || expected.data === undefined) return undefined;
  const nulls = explained(data, expected);
  const stray = errors.find(({ path }) => !path || !nulls.some((place) => isPrefix(place, path)));
  if (stray) return { kind: 'error at the wrong place', detail: told(stray) };
  const silent = nulls.find((place) =>
    errors.every(({ path = [] }) => !isPrefix(place.map(anyElement), path.map(anyElement))),
  );
  // An engine may forward a bounded number of errors.
  return silent && errors.length < 20 ? { kind: 'null without an error', detail: at(silent) } : undefined;
}

/** Where the monolith's errors left a null. */
function explained(data: Json, { errors = [] }: ExecutionResult): Path[] {
  return errors.map(({ path = [] }) => {
    let value = data;
    const end = path.findIndex((segment) => {
      if (value === null) return true;
      value = value[segment];
      return false;
    });
    return end === -1 ? path : path.slice(0, end);
  });
}

const isPrefix = (a: Path, b: Path): boolean => a.length <= b.length && a.every((segment, n) => segment === b[n]);
const anyElement = (segment: string | number): string => (typeof segment === 'number' ? '@' : segment);
const isNear = (a: Path, b: Path): boolean => isPrefix(a, b) || isPrefix(b, a);

const isObject = (value: Json): boolean => value !== null && typeof value === 'object' && !Array.isArray(value);

function firstOf<T>(from: readonly T[], look: (each: T, at: number) => Difference | undefined): Difference | undefined {
  for (const [index, each] of from.entries()) {
    const found = look(each, index);
    if (found) return found;
  }
  return undefined;
}

/** Messages about different types are one kind of finding. */
const anyName = (message: string): string => message.slice(0, 60).replace(/["'`][^"'`]*["'`]?|\w+\.\w+|\d+/g, '…');

const at = (path: Path): string => `at ${path.join('.') || 'the top'}`;
const told = (error: { message: string; path?: Path | undefined } | undefined): string =>
  `${error?.message} ${error?.path ? at(error.path) : 'without a path'}`;
const short = (value: Json): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
