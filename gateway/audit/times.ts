/** A time as whole days, whole hours, and what is left at its ends: all of it once. */
import { dayHours, hourMs } from './read-record.ts';

/** Milliseconds since 1970: from `since` on, and before `until`. */
export interface Time {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** From `from` on, and before `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Times {
  /** Numbers of spans of so many hours. */
  readonly sums: readonly (Range & { readonly span: number })[];
  /** Milliseconds. */
  readonly records: readonly Range[];
}

export function timesOf({ since, until }: Time): Times {
  const all: Range = { from: since ?? Number.NEGATIVE_INFINITY, to: until ?? Number.POSITIVE_INFINITY };
  const hours = within(all, hourMs);
  const days = within(hours, dayHours);
  const sums = [
    { span: dayHours, ...days },
    ...around(hours, scaled(days, dayHours)).map((range) => ({ span: 1, ...range })),
  ];
  return { sums: sums.filter(isSome), records: around(all, scaled(hours, hourMs)).filter(isSome) };
}

const isSome = ({ from, to }: Range): boolean => from < to;

/** The whole units in a range. */
const within = ({ from, to }: Range, unit: number): Range => ({
  from: Math.ceil(from / unit),
  to: Math.floor(to / unit),
});

const scaled = ({ from, to }: Range, unit: number): Range => ({ from: from * unit, to: to * unit });

/** What a range has besides an inner one; all of it where that is none. */
const around = (range: Range, inner: Range): Range[] =>
  isSome(inner)
    ? [
        { from: range.from, to: inner.from },
        { from: inner.to, to: range.to },
      ]
    : [range];
