/** Assignments instead of a walk over the selection: the twin of `fetch/merge.ts`. */

import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { isGiven, mergeBoth } from '../fetch/merge.ts';
import type { Selection } from '../fetch/selection.ts';
import { functionOf, literal, property } from './function.ts';

export function generateMerger(
  selection: Selection,
): (target: Data, source: Data, abstractTypes: ReadonlySet<string>) => void {
  const below: Record<string, unknown> = {};
  const lines = [...selection.fields].map(([key, fields], at) => {
    const name = literal(key);
    const assign = `target[${name}] = value`;
    const read = `value = ${property('source', key)}; `;
    const before = property('target', key);
    if (key === '__typename') {
      return `${read}if (value !== undefined && (${before} === undefined || !abstractTypes.has(value))) ${assign};`;
    }
    if (!fields) {
      const usable = `value !== null && !(value instanceof Failure) || ${before} === undefined`;
      return `${read}if (value !== undefined && (${usable})) ${assign};`;
    }
    below[`below${at}`] = fields;
    const both = `mergeBoth(before, value, below${at}, abstractTypes)`;
    return `${read}if (value !== undefined) { before = ${before}; if (!isGiven(before)) { if (before === undefined || isGiven(value)) ${assign}; } else if (isGiven(value)) ${both}; }`;
  });
  return functionOf(
    `return function merge(target, source, abstractTypes) { let value, before; ${lines.join('\n')} };`,
    { Failure, isGiven, mergeBoth, ...below },
  );
}
