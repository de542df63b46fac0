/**
 * Puts what a subgraph answered into the data so far: the interpreter. Only keys that were asked for are read, so nothing
 * that a subgraph makes up (`__proto__`) can reach an object of ours.
 */
import type { Data } from '../data.ts';
import { Failure, toldElsewhere } from '../failure.ts';
import { mostNestedLists } from './nesting.ts';
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
    if (below && isGiven(before)) {
      if (isGiven(value)) mergeBoth(before, value, below, abstractTypes);
      else if (value instanceof Failure) failBelow(before, below, value);
    } else if (before === undefined || isGiven(value)) {
      target[key] = value;
      if (before instanceof Failure) failAfterwards(value, before);
    }
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
  lists = 0,
): void {
  if (before === value || lists === mostNestedLists) return;
  if (Array.isArray(before) && Array.isArray(value)) {
    for (let at = 0; at < before.length; at++) {
      const one: unknown = before[at];
      const other: unknown = value[at];
      if (isGiven(one) && isGiven(other)) mergeBoth(one, other, selection, abstractTypes, lists + 1);
      else if (isGiven(one) && other instanceof Failure) failBelow(one, selection, other);
    }
  } else if (isObject(before) && isObject(value)) mergeInto(before, value, selection, abstractTypes);
}

/** Every field that was asked for and is not there failed with it; so did what is not there of one that is. */
export function failInto(target: Data, selection: Selection, failure: Failure): void {
  for (const [key, below] of selection.fields) {
    if (key === '__typename') continue;
    const value = own(target, key) ?? null;
    if (value === null) target[key] = below ? new Failure(failure.errors, below) : failure;
    else if (below) failBelow(value, below, failure);
  }
}

/** Where one subgraph gave a value and another failed to: what only the second was asked for is missing there. */
export function failBelow(given: unknown, selection: Selection, failure: Failure): void {
  const { errors } = failure;
  // What is missing is found further down than the failure was: the path is that of its place.
  const here = errors.some(({ below }) => below) ? new Failure(toldElsewhere(failure)) : failure;
  failMissing(given, selection, here);
}

/** A value was given, where another subgraph had failed before to give its part. */
export function failAfterwards(given: unknown, before: Failure): void {
  if (before.asked) failBelow(given, before.asked, before);
}

function failMissing(given: unknown, selection: Selection, failure: Failure, lists = 0): void {
  if (!isGiven(given) || lists === mostNestedLists) return;
  if (Array.isArray(given)) {
    for (const element of given) failMissing(element, selection, failure, lists + 1);
    return;
  }
  if (!isObject(given)) return;
  for (const [key, below] of selection.fields) {
    if (key === '__typename') continue;
    const value = own(given, key);
    if (value === undefined) given[key] = below ? new Failure(failure.errors, below) : failure;
    else if (below) failMissing(value, below, failure);
  }
}

/** A value, and neither a null nor a Failure. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(value instanceof Failure);
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && !Array.isArray(value);
}
