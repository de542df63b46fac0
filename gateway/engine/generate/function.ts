import { isInherited, own } from '../fetch/own.ts';

/** Makes a function of text. Names and values get into the text only through `literal`. */
export function functionOf<Result>(source: string, constants: Readonly<Record<string, unknown>>): Result {
  const all = { own, ...constants };
  return new Function(...Object.keys(all), `'use strict';${source}`)(...Object.values(all)) as Result;
}

/** Reads a property of an object of the data. */
export function property(object: string, key: string): string {
  return isInherited(key) ? `own(${object}, ${literal(key)})` : `${object}[${literal(key)}]`;
}

/** A value as JavaScript text. JSON is a part of JavaScript (ECMA-262, since 2019 without exception). */
export function literal(value: string | number | boolean | null): string {
  return JSON.stringify(value);
}
