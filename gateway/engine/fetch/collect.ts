/** Finds the entities of a fetch in the data so far. */

import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import type { PlanPath } from '../plan.ts';
import { isOf, type PossibleTypes } from '../possible-types.ts';
import { mostNestedLists } from './nesting.ts';
import { own } from './own.ts';

/** Calls `found` for every object at the path, in the order of the answer. What is null, or failed, is passed over. */
export function eachAt(
  data: unknown,
  path: PlanPath,
  possibleTypes: PossibleTypes,
  found: (object: Data) => void,
): void {
  const walk = (value: unknown, at: number, lists = 0): void => {
    if (typeof value !== 'object' || value === null || value instanceof Failure) return;
    if (Array.isArray(value)) {
      if (lists === mostNestedLists) return;
      // A list of lists is one step of the path for each of them, or one for all, depending on the planner.
      const next = path[at] === '@' ? at + 1 : at;
      for (const element of value) walk(element, Array.isArray(element) ? at : next, lists + 1);
      return;
    }
    const step = path[at];
    if (step === undefined) found(value as Data);
    else if (step === '@') walk(value, at + 1);
    else if (typeof step === 'string') walk(own(value as Data, step), at + 1);
    else if (step.types.some((name) => isOf((value as Data).__typename, name, possibleTypes))) walk(value, at + 1);
  };
  walk(data, 0);
}
