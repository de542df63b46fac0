/**
 * Puts what a subgraph answered into the data so far: the interpreter. Only keys that were asked for are read, so nothing
 * that a subgraph makes up (`__proto__`) can reach an object of ours.
 */
import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { own } from './own.ts';
import type { Selection } from './selection.ts';

export function mergeInto(
  target: Data,
  source: Readonly<Data>,
  selection: Selection,
  abstractTypes: ReadonlySet<string>,
): void {
  for (const [key, below] of selection.fields) {
    const value = own(source, key);
    if (value === undefined) continue;
    const before = own(target, key);
    // Where an interface is an object to a subgraph (`@interfaceObject`), another one knows the type itself.
    if (key === '__typename' && before !== undefined && abstractTypes.has(value as string)) continue;
    if (below && isGiven(before) && isGiven(value)) mergeBoth(before, value, below, abstractTypes);
    else if (before === undefined || isGiven(value)) target[key] = value;
  }
}

/**
 * Two answers for one field: lists have the same elements, or the subgraphs disagree and the first is believed. Objects
 * that several places share are merged with themselves, which changes nothing.
 */
export function mergeBoth(
  before: unknown,
  value: unknown,
  selection: Selection,
  abstractTypes: ReadonlySet<string>,
): void {
  if (before === value) return;
  if (Array.isArray(before) && Array.isArray(value)) {
    for (let at = 0; at < before.length; at++) {
      if (isGiven(before[at]) && isGiven(value[at])) mergeBoth(before[at], value[at], selection, abstractTypes);
    }
  } else if (isObject(before) && isObject(value)) mergeInto(before, value, selection, abstractTypes);
}

/** Every field that was asked for and is not there failed with it. */
export function failInto(target: Data, selection: Selection, failure: Failure): void {
  for (const key of selection.fields.keys()) {
    if (key !== '__typename' && (own(target, key) ?? null) === null) target[key] = failure;
  }
}

/** A value, and neither a null nor a Failure. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(value instanceof Failure);
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && !Array.isArray(value);
}
