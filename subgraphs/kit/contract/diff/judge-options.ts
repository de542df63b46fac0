/** Which way a change of the logicalTypeOptions goes: whether every value that is allowed now was allowed before. */
import type { LogicalTypeOptions, Property } from '../model.ts';
import { breaking, compatible, cosmetic, dangerous, type Verdict } from './difference.ts';
import type { Judge } from './fields.ts';
import { typeChanges } from './judge-property.ts';

const judge =
  (verdict: (before: LogicalTypeOptions, after: LogicalTypeOptions) => Verdict): Judge<Property> =>
  (before, after) =>
    typeChanges(before, after) ? breaking : verdict(before.options, after.options);

/** In another format the same value is another text; with none, any text may come. */
export const format = judge((before, after) => {
  if (before.format === undefined) return compatible;
  return after.format === undefined ? dangerous : breaking;
});

/** Which of two patterns allows more, nobody can tell. */
export const pattern = judge((before) => (before.pattern === undefined ? compatible : dangerous));

export const length = (key: 'minLength' | 'maxLength' | 'minItems' | 'maxItems', is: 'atLeast' | 'atMost') =>
  judge((before, after) => {
    const open = is === 'atLeast' ? 0 : Number.POSITIVE_INFINITY;
    const [was, now] = [before[key] ?? open, after[key] ?? open];
    if (was === now) return cosmetic;
    return now > was === (is === 'atLeast') ? compatible : dangerous;
  });

/** `minimum` and `exclusiveMinimum` together are one bound, however it is written. */
export const bound = (side: 'lower' | 'upper') =>
  judge((before, after) => {
    const order = compareBounds(boundOf(after, side), boundOf(before, side), side);
    if (order === undefined) return dangerous;
    if (order === 0) return cosmetic;
    return order > 0 === (side === 'lower') ? compatible : dangerous;
  });

export const multiple = judge((before, after) => {
  if (before.multipleOf === undefined) return compatible;
  if (after.multipleOf === undefined) return dangerous;
  const times = after.multipleOf / before.multipleOf;
  return Math.abs(times - Math.round(times)) < 1e-9 ? compatible : dangerous;
});

export const uniqueItems = judge((before, after) =>
  Boolean(before.uniqueItems) === Boolean(after.uniqueItems) ? cosmetic : after.uniqueItems ? compatible : dangerous,
);

/** Names of properties that every value of an object has. */
export const listed = judge((before, after) =>
  (before.required ?? []).every((name) => after.required?.includes(name)) ? compatible : breaking,
);

interface Bound {
  readonly value: number | string;
  readonly exclusive: boolean;
}

/** The stricter one where there are two. */
function boundOf(options: LogicalTypeOptions, side: 'lower' | 'upper'): Bound | undefined {
  const [inclusive, exclusive] =
    side === 'lower' ? [options.minimum, options.exclusiveMinimum] : [options.maximum, options.exclusiveMaximum];
  if (exclusive === undefined) return inclusive === undefined ? undefined : { value: inclusive, exclusive: false };
  if (inclusive === undefined) return { value: exclusive, exclusive: true };
  const excludes = side === 'lower' ? exclusive >= inclusive : exclusive <= inclusive;
  return excludes ? { value: exclusive, exclusive: true } : { value: inclusive, exclusive: false };
}

/**
 * Above 0 where `a` lies above `b`. No bound is one without end; an exclusive bound lies just inside of the same one
 * inclusive. Undefined where the two cannot be compared: dates that are written in different ways.
 */
function compareBounds(a: Bound | undefined, b: Bound | undefined, side: 'lower' | 'upper'): number | undefined {
  const inwards = side === 'lower' ? 1 : -1;
  if (!a || !b) return (Number(a !== undefined) - Number(b !== undefined)) * inwards;
  if (typeof a.value !== typeof b.value) return undefined;
  if (typeof a.value === 'string' && a.value.length !== String(b.value).length) return undefined;
  if (a.value !== b.value) return a.value > b.value ? 1 : -1;
  return (Number(a.exclusive) - Number(b.exclusive)) * inwards;
}
