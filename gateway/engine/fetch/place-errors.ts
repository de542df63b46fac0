/**
 * Moves the errors of a subgraph's answer to the places that they are about. The path of an error leads to the field that
 * failed; where that field is non-null, the null is further up, and the rest of the path is kept.
 */
import type { GraphQLFormattedError } from 'graphql';
import { Failure, type FieldError } from '../failure.ts';
import type { Selection } from './selection.ts';

type Data = Record<string | number, unknown>;

/**
 * @param selection of the root fields.
 * @returns those that are about the answer as a whole, or about a place that holds a value all the same.
 */
export function placeErrors(
  data: Readonly<Record<string, unknown>> | null | undefined,
  errors: readonly GraphQLFormattedError[],
  selection: Selection,
  fieldError: (error: GraphQLFormattedError) => FieldError,
): FieldError[] {
  const unplaced: FieldError[] = [];
  for (const error of errors) {
    const made = fieldError(error);
    const place = data && error.path && placeOf(data as Data, error.path, selection);
    if (!place) unplaced.push(made);
    else {
      const { holder, key, below, asked } = place;
      const there = holder[key];
      const before = there instanceof Failure ? there.errors : [];
      holder[key] = new Failure([...before, below.length > 0 ? { ...made, below } : made], asked);
    }
  }
  return unplaced;
}

interface Place {
  readonly holder: Data;
  readonly key: string | number;
  readonly below: readonly (string | number)[];
  readonly asked: Selection | undefined;
}

/** The first null on the path; undefined where the path leads to a value, or to what the answer does not have. */
function placeOf(data: Data, path: readonly (string | number)[], selection: Selection): Place | undefined {
  let holder = data;
  let asked: Selection | undefined = selection;
  for (const [at, key] of path.entries()) {
    // A path is the subgraph's: a key that is not there is not made.
    if (!Object.hasOwn(holder, key)) return undefined;
    const value = holder[key];
    if (typeof key === 'string') asked = asked?.fields.get(key);
    if (value === null || value instanceof Failure) return { holder, key, below: path.slice(at + 1), asked };
    if (typeof value !== 'object') return undefined;
    holder = value as Data;
  }
  return undefined;
}
