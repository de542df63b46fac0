/**
 * Of how many rows something has to be told at once, where somebody may read fields in summaries only. A gateway sends it with
 * a request, beside the conditions on rows (row-condition.ts): a group with fewer values of such a field is left out of every
 * summary that shows an aggregate of it.
 */
import * as z from 'zod';

/** By GraphQL type and field: how many rows that may be read have a value of it, at least. Of other fields, any number will do. */
export type MinimumGroups = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Of one, it would be the value itself. */
export const smallestGroup = 2;

export const minimumGroups: z.ZodType<MinimumGroups> = z.record(
  z.string(),
  z.record(z.string(), z.int().min(smallestGroup)),
);
