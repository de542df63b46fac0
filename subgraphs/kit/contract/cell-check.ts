import type { Code } from '../errors/codes.ts';
import { WeftError } from '../errors/weft-error.ts';
import type { Property } from './model.ts';

/** One scalar value of a row: how to read it without losing anything, and what else the contract asks of it. */
export interface Cell {
  /** Never called with null or undefined. Answers the row's value, or what it was expected to be. */
  readonly read: (input: unknown) => unknown | Misfit;
  /** Each is asked about values that `read` answered. */
  readonly checks: readonly Check[];
}

/** `expected` completes the sentence "must be …". */
export interface Check {
  readonly code: Code;
  readonly expected: string;
  readonly holds: (value: never) => boolean;
}

/** The answer of `read` to a value that is not of its type; a class, so that no row value can be taken for one. */
export class Misfit {
  readonly expected: string;
  readonly code: Code;

  constructor(expected: string, code: Code = 'ROW_TYPE') {
    this.expected = expected;
    this.code = code;
  }
}

/** minimum, maximum and their exclusive forms, for a type whose values compare by `compare`. */
export function boundChecks<T>(property: Property, read: Cell['read'], compare: (a: T, b: T) => number): Check[] {
  const bound = (option: BoundOption, words: string, fits: (difference: number) => boolean): Check[] => {
    const stated = property.options[option];
    if (stated === undefined) return [];
    const limit = read(stated);
    if (limit instanceof Misfit) {
      throw unusable(property, option, `is ${JSON.stringify(stated)} and must be ${limit.expected}`);
    }
    const holds = (value: T): boolean => fits(compare(value, limit as T));
    return [{ code: 'ROW_RANGE', expected: `${words} ${stated}`, holds }];
  };
  return [
    ...bound('minimum', 'at least', (difference) => difference >= 0),
    ...bound('exclusiveMinimum', 'more than', (difference) => difference > 0),
    ...bound('maximum', 'at most', (difference) => difference <= 0),
    ...bound('exclusiveMaximum', 'less than', (difference) => difference < 0),
  ];
}

type BoundOption = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum';

/** The property's enum, each of its values read as a row's value would be. */
export function enumChecks(property: Property, read: Cell['read']): Check[] {
  if (!property.enum) return [];
  const values = new Set(property.enum.map(({ value }) => read(value)));
  const listed = property.enum.map(({ value }) => value).join(', ');
  const expected = `one of ${listed.length > 200 ? `${listed.slice(0, 200)}…` : listed}`;
  return [{ code: 'ROW_ENUM', expected, holds: (value: unknown) => values.has(value) }];
}

export function unusable(property: Property, option: string, why: string): WeftError {
  const { file, line, column } = property.place;
  return new WeftError(
    'CONTRACT_OPTION_UNUSABLE',
    `${file}:${line}:${column} logicalTypeOptions.${option} of ${property.name} ${why}.`,
  );
}
