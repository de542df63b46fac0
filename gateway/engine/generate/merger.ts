/** Assignments instead of a walk over the selection: the twin of `fetch/merge.ts`. */

import type { Data } from '../data.ts';
import { Failure } from '../failure.ts';
import { failAfterwards, failBelow, isGiven, mergeBoth } from '../fetch/merge.ts';
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
    const afterwards = 'if (before instanceof Failure) failAfterwards(value, before)';
    const neither = `if (value instanceof Failure) failBelow(before, below${at}, value)`;
    return `${read}if (value !== undefined) { before = ${before}; if (before === undefined) ${assign}; else if (!isGiven(before)) { if (isGiven(value)) { ${assign}; ${afterwards}; } } else if (isGiven(value)) ${both}; else ${neither}; }`;
  });
  return functionOf(
    `return function merge(target, source, abstractTypes) { let value, before; ${lines.join('\n')} };`,
    { Failure, failAfterwards, failBelow, isGiven, mergeBoth, ...below },
  );
}
