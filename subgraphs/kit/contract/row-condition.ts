/**
 * Which rows of a type somebody may read: what is left of policies when all but the row is known. A gateway sends it with a
 * request, and the store makes SQL of it. It never comes from whoever asks, and is read like any text from elsewhere all the same.
 */
import * as z from 'zod';

/** `true`: all of them; `false`: none. A comparison with a value that is not there holds neither way, as in SQL. */
export type RowCondition =
  | boolean
  | { readonly all: readonly RowCondition[] }
  | { readonly any: readonly RowCondition[] }
  | { readonly not: RowCondition }
  | RowTest;

/** By GraphQL field; of an enum, the value is as the contract has it. */
export type RowTest =
  | { readonly field: string; readonly is: RowComparison; readonly value: RowValue }
  /** Another field of the same row. */
  | { readonly field: string; readonly is: RowComparison; readonly other: string }
  | { readonly field: string; readonly is: 'present' }
  /** Texts, of which no two stand side by side, with anything, or nothing, where null stands. */
  | { readonly field: string; readonly is: 'like'; readonly pattern: readonly (string | null)[] };

export type RowComparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';

/** Decimals as text, dates and moments as milliseconds since 1970 in UTC. */
export type RowValue = string | number | boolean;

/** By GraphQL type. A type that is not there is not filtered. */
export type RowConditions = Readonly<Record<string, RowCondition>>;

/** More than policies that people write come to; SQLite gives up at an expression 1,000 deep. */
export const mostTests = 400;
const deepest = 40;

export function isWithinBounds(condition: RowCondition): boolean {
  let left = mostTests;
  const fits = (each: RowCondition, depth: number): boolean => {
    left -= 1;
    if (left < 0 || depth > deepest) return false;
    return innerOf(each).every((inner) => fits(inner, depth + 1));
  };
  return fits(condition, 0);
}

export function innerOf(condition: RowCondition): readonly RowCondition[] {
  if (typeof condition === 'boolean') return [];
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

const field = z.string();
const comparison = z.enum(['eq', 'lt', 'lte', 'gt', 'gte']);
const test = z.union([
  z.strictObject({ field, is: comparison, value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.strictObject({ field, is: comparison, other: z.string() }),
  z.strictObject({ field, is: z.literal('present') }),
  z.strictObject({ field, is: z.literal('like'), pattern: z.array(z.union([z.string(), z.null()])) }),
]);
const condition: z.ZodType<RowCondition> = z.lazy(() =>
  z.union([
    z.boolean(),
    z.strictObject({ all: z.array(condition) }),
    z.strictObject({ any: z.array(condition) }),
    z.strictObject({ not: condition }),
    test,
  ]),
);

export const rowConditions: z.ZodType<RowConditions> = z.record(z.string(), condition.refine(isWithinBounds));
