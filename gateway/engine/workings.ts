/**
 * The inner loops of a request, in two forms that give the same answers: functions generated for one operation, and an
 * interpreter where code may not be generated (`--disallow-code-generation-from-strings`), or the operation is too large
 * for it to pay.
 */
import type { Data } from './data.ts';
import { Failure } from './failure.ts';
import type { Batch } from './fetch/batch.ts';
import { eachAt } from './fetch/collect.ts';
import { mergeInto } from './fetch/merge.ts';
import { represent } from './fetch/represent.ts';
import type { Representation } from './fetch/representation.ts';
import type { Selection } from './fetch/selection.ts';
import { generateCollector } from './generate/collector.ts';
import { generateFinder } from './generate/finder.ts';
import { generateMerger } from './generate/merger.ts';
import { generateProjector } from './generate/projector.ts';
import type { ObjectShape } from './operation/shape.ts';
import type { PlanPath } from './plan.ts';
import type { PossibleTypes } from './possible-types.ts';

export interface Workings {
  /** Calls back for every object at the path, in the order of the answer, and puts what comes back in its place. */
  finder(path: PlanPath, possibleTypes: PossibleTypes): (data: Data, found: (object: Data) => Data) => void;
  /** Puts an object into a batch. A Failure where a field that has to be sent is missing. `plain`: see `Run`. */
  collector(representation: Representation): (object: Data, batch: Batch, plain: boolean) => Failure | undefined;
  merger(selection: Selection): (target: Data, source: Data, abstractTypes: ReadonlySet<string>) => void;
  /** Undefined where the data are not as they should be: the interpreter then says what is wrong. */
  projector(shape: ObjectShape): (data: Data, plain: boolean) => string | undefined;
}

export const interpretedWorkings: Workings = {
  finder: (path, possibleTypes) => (data, found) => void eachAt(data, path, possibleTypes, found),
  collector: (representation) => (object, batch) => {
    const text = represent(representation, object);
    if (text === undefined || text instanceof Failure) return text;
    let place = batch.byText.get(text);
    if (place === undefined) {
      place = batch.texts.push(text) - 1;
      batch.firsts.push(object);
      batch.byText.set(text, place);
    }
    batch.objects.push(object);
    batch.places.push(place);
    return undefined;
  },
  merger: (selection) => (target, source, abstractTypes) => mergeInto(target, source, selection, abstractTypes),
  projector: () => () => undefined,
};

export const compiledWorkings: Workings = {
  finder: generateFinder,
  collector: (representation) => generateCollector(representation, interpretedWorkings.collector(representation)),
  merger: generateMerger,
  projector: (shape) => generateProjector(shape) ?? (() => undefined),
};

/** Generated functions, unless the process forbids them. */
export function workingsHere(): Workings {
  try {
    return new Function('return true')() ? compiledWorkings : interpretedWorkings;
  } catch {
    return interpretedWorkings;
  }
}
