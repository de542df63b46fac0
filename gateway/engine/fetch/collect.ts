/** Finds the entities of a fetch in the data so far. */

import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import type { PlanPath } from '../plan.ts';
import { isOf, type PossibleTypes } from '../possible-types.ts';
import { mostNestedLists } from './nesting.ts';
import { own } from './own.ts';

/**
 * Calls `found` for every object at the path, in the order of the answer, and puts what it returns in the object's place.
 * What is null, or failed, is passed over.
 * @returns what is in the place of `data` then.
 */
export function eachAt(
  data: unknown,
  path: PlanPath,
  possibleTypes: PossibleTypes,
  found: (object: Data) => Data,
): unknown {
  const walk = (value: unknown, at: number, lists = 0): unknown => {
    if (typeof value !== 'object' || value === null || value instanceof Failure) return value;
    if (Array.isArray(value)) {
      if (lists === mostNestedLists) return value;
      // A list of lists is one step of the path for each of them, or one for all, depending on the planner.
      const next = path[at] === '@' ? at + 1 : at;
      for (const [index, element] of value.entries()) {
        const one = walk(element, Array.isArray(element) ? at : next, lists + 1);
        if (one !== element) value[index] = one;
      }
      return value;
    }
    const object = value as Data;
    const step = path[at];
    if (step === undefined) return found(object);
    if (step === '@') return walk(value, at + 1);
    if (typeof step === 'string') {
      const inner = own(object, step);
      const one = walk(inner, at + 1);
      if (one !== inner) object[step] = one;
      return value;
    }
    return step.types.some((name) => isOf(object.__typename, name, possibleTypes)) ? walk(value, at + 1) : value;
  };
  return walk(data, 0);
}
