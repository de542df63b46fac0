/** The way to a fetch's entities as nested loops: the twin of `fetch/collect.ts`. */

import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { eachAt } from '../fetch/collect.ts';
import type { PlanPath } from '../plan.ts';
import { type PossibleTypes, typesOf } from '../possible-types.ts';
import { functionOf, literal, property } from './function.ts';

export function generateFinder(
  path: PlanPath,
  possibleTypes: PossibleTypes,
): (data: Data, found: (object: Data) => Data) => void {
  const sets: Record<string, unknown> = {};
  /** @param slot where `v${at}` stands; empty for the data as a whole. */
  const walk = (at: number, slot: string): string => {
    const step = path[at];
    const value = `v${at}`;
    const next = `v${at + 1}`;
    const taken = (call: string): string =>
      slot === '' ? `${call};` : `{ const one = ${call}; if (one !== ${value}) ${slot} = one; }`;
    // What is no object, or not of the kind that the plan expects, is the interpreter's.
    const otherwise = `else ${taken(`other(${value}, ${at})`)}`;
    if (step === undefined) return `if (isObject(${value})) ${taken(`found(${value})`)} ${otherwise}`;
    if (step === '@') {
      const element = `const ${next} = ${value}[i${at}]; ${walk(at + 1, `${value}[i${at}]`)}`;
      const loop = `for (let i${at} = 0; i${at} < ${value}.length; i${at}++) { ${element} }`;
      return `if (Array.isArray(${value})) { ${loop} } ${otherwise}`;
    }
    if (typeof step === 'string') {
      const inner = `const ${next} = ${property(value, step)}; ${walk(at + 1, `${value}[${literal(step)}]`)}`;
      return `if (isObject(${value})) { ${inner} } ${otherwise}`;
    }
    sets[`types${at}`] = new Set(step.types.flatMap((type) => typesOf(type, possibleTypes)));
    const inner = `if (types${at}.has(${value}.__typename)) { const ${next} = ${value}; ${walk(at + 1, slot)} }`;
    return `if (isObject(${value})) { ${inner} } ${otherwise}`;
  };
  const rest = path.map((_, at) => path.slice(at));
  const find = functionOf<(data: Data, found: (object: Data) => Data, other: Other) => void>(
    `return function find(v0, found, other) { ${walk(0, '')} };`,
    { isObject, ...sets },
  );
  return (data, found) => find(data, found, (value, at) => eachAt(value, rest[at] ?? [], possibleTypes, found));
}

/** @returns what is in the place of the value then. */
type Other = (value: unknown, at: number) => unknown;

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Failure);
}
