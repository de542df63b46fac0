/** Gives what a subgraph answered the keys that the rest of the plan knows it by (`outputRewrites` of a fetch). */
import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import type { Rewrite, RewritePath } from '../plan.ts';
import { isOf, type PossibleTypes } from '../possible-types.ts';
import { mostNestedLists } from './nesting.ts';
import { own } from './own.ts';

export function rewriteOutput(data: unknown, rewrites: readonly Rewrite[], possibleTypes: PossibleTypes): void {
  for (const rewrite of rewrites) apply(data, rewrite, rewrite.path, possibleTypes);
}

function apply(data: unknown, rewrite: Rewrite, path: RewritePath, possibleTypes: PossibleTypes, lists = 0): void {
  const [first, ...rest] = path;
  if (typeof data !== 'object' || data === null || first === undefined) return;
  if (Array.isArray(data)) {
    if (lists === mostNestedLists) return;
    for (const element of data) apply(element, rewrite, path, possibleTypes, lists + 1);
    return;
  }
  const object = data as Data;
  if (typeof first !== 'string') {
    const type = own(object, '__typename');
    // Where the type was not asked for, the keys are enough: planners give each of them to one type.
    const applies = type === undefined || first.types.some((name) => isOf(type, name, possibleTypes));
    if (applies) apply(object, rewrite, rest, possibleTypes);
  } else if (rest.length > 0) apply(own(object, first), rewrite, rest, possibleTypes);
  else if (Object.hasOwn(object, first)) {
    const value = object[first];
    if (rewrite.kind === 'ValueSetter') object[first] = rewrite.value;
    else {
      delete object[first];
      object[rewrite.key] = Object.hasOwn(object, rewrite.key) ? joined(object[rewrite.key], value) : value;
    }
  }
}

/** What operations select is not as deep; what a subgraph answers may be. */
const deepestJoined = 500;

/** Two parts of what is one field to the consumer: it is null where one of them is. */
function joined(one: unknown, other: unknown, depth = 0): unknown {
  if (!isComposite(one) || depth === deepestJoined) return one;
  if (!isComposite(other)) return other;
  if (Array.isArray(one)) return one.map((each, at) => joined(each, (other as unknown[])[at], depth + 1));
  const both = Object.entries(other).map(([key, value]) => {
    return [key, Object.hasOwn(one, key) ? joined((one as Data)[key], value, depth + 1) : value] as const;
  });
  return Object.fromEntries([...Object.entries(one), ...both]);
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Failure);
}
