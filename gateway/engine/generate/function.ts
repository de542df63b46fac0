/** Makes a function of text. Names and values get into the text only through `literal`. */
export function functionOf<Result>(source: string, constants: Readonly<Record<string, unknown>>): Result {
  const names = Object.keys(constants);
  return new Function(...names, `'use strict';${source}`)(...Object.values(constants)) as Result;
}

/** A value as JavaScript text. JSON is a part of JavaScript (ECMA-262, since 2019 without exception). */
export function literal(value: string | number | boolean | null): string {
  return JSON.stringify(value);
}
