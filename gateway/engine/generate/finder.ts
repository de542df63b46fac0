/** The way to a fetch's entities as nested loops: the twin of `fetch/collect.ts`. */

import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { eachAt } from '../fetch/collect.ts';
import type { PlanPath } from '../plan.ts';
import { type PossibleTypes, typesOf } from '../possible-types.ts';
import { functionOf, property } from './function.ts';

export function generateFinder(
  path: PlanPath,
  possibleTypes: PossibleTypes,
): (data: Data, found: (object: Data) => void) => void {
  const sets: Record<string, unknown> = {};
  const walk = (at: number): string => {
    const step = path[at];
    const value = `v${at}`;
    const next = `v${at + 1}`;
    // What is no object, or not of the kind that the plan expects, is the interpreter's.
    if (step === undefined) return `if (isObject(${value})) found(${value}); else other(${value}, ${at});`;
    if (step === '@') {
      const element = `const ${next} = ${value}[i${at}]; ${walk(at + 1)}`;
      const loop = `for (let i${at} = 0; i${at} < ${value}.length; i${at}++) { ${element} }`;
      return `if (Array.isArray(${value})) { ${loop} } else other(${value}, ${at});`;
    }
    if (typeof step === 'string') {
      const inner = `const ${next} = ${property(value, step)}; ${walk(at + 1)}`;
      return `if (isObject(${value})) { ${inner} } else other(${value}, ${at});`;
    }
    sets[`types${at}`] = new Set(step.types.flatMap((type) => typesOf(type, possibleTypes)));
    const inner = `if (types${at}.has(${value}.__typename)) { const ${next} = ${value}; ${walk(at + 1)} }`;
    return `if (isObject(${value})) { ${inner} } else other(${value}, ${at});`;
  };
  const rest = path.map((_, at) => path.slice(at));
  const find = functionOf<(data: Data, found: (object: Data) => void, other: Other) => void>(
    `return function find(v0, found, other) { ${walk(0)} };`,
    { isObject, ...sets },
  );
  return (data, found) => find(data, found, (value, at) => eachAt(value, rest[at] ?? [], possibleTypes, found));
}

type Other = (value: unknown, at: number) => void;

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Failure);
}
