/**
 * What an example expects of rows, by type: that all or none of them are shown, or whether rows that are written out are.
 *
 *     rows: { Customer: none, Order: [{ row: { segment: Consumer }, readable: true, by: consumers-are-marketings }] }
 */
import * as z from 'zod';
import type { Place } from '../../../subgraphs/kit/errors/issue.ts';

export interface ExpectedRows {
  /** GraphQL type. */
  readonly type: string;
  /** All or none of them, or these. */
  readonly rows: 'all' | 'none' | readonly ExpectedRow[];
  readonly place: Place;
}

export interface ExpectedRow {
  /** By field of the graph, with the contract's values. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly isReadable: boolean;
  /** Policies that have to be among those that decide. */
  readonly by: readonly string[];
  readonly place: Place;
}

const row = z.strictObject({
  row: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  readable: z.boolean(),
  by: z.union([z.string(), z.array(z.string())]).default([]),
});

export const rowExpectations = z
  .record(
    z.string(),
    z.union(
      [z.enum(['all', 'none']), z.array(row).min(1)],
      'Write all, none, or rows: `[{ row: { segment: Consumer }, readable: true }]`.',
    ),
  )
  .default({});

/** @param placeOf of a part of them */
export const expectedRows = (
  written: z.infer<typeof rowExpectations>,
  placeOf: (...path: (string | number)[]) => Place,
): readonly ExpectedRows[] =>
  Object.entries(written).map(([type, rows]) => ({
    type,
    place: placeOf(type),
    rows:
      typeof rows === 'string'
        ? rows
        : rows.map(({ readable: isReadable, row, by }, at) => ({
            ...{ row, isReadable, by: [by].flat(), place: placeOf(type, at) },
          })),
  }));
