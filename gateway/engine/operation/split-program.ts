/**
 * Divides a program into what the first part of an answer needs and what only deferred fragments do (Incremental
 * Delivery, draft). The plan is one for both: nothing is fetched twice.
 */

import type { RepresentationField } from '../fetch/representation.ts';
import type { Selection } from '../fetch/selection.ts';
import { placeOf } from '../plan-paths.ts';
import type { FetchStep, Step } from '../program.ts';
import type { ObjectShape } from './shape.ts';

export interface SplitProgram {
  readonly now: Step | undefined;
  readonly later: Step | undefined;
}

export function splitProgram(program: Step, shape: ObjectShape): SplitProgram {
  /** Places of the data, as keys from the root. */
  const needed = new Set<string>();
  addShape(shape, '', needed, new Set());
  const fetches = fetchesOf(program);
  const now = new Set<FetchStep>();
  // What a fetch is given has to be fetched before: until nothing more is needed for what is needed.
  for (let size = -1; size !== now.size; ) {
    size = now.size;
    for (const fetch of fetches) {
      if (now.has(fetch) || !isNeeded(fetch, needed)) continue;
      now.add(fetch);
      for (const entity of fetch.entities ?? []) {
        for (const at of entity.paths.map(placeOf))
          for (const fields of entity.representation.values()) addFields(fields, at, needed);
      }
    }
  }
  return { now: only(program, (fetch) => now.has(fetch)), later: only(program, (fetch) => !now.has(fetch)) };
}

function addShape(shape: ObjectShape, at: string, needed: Set<string>, seen: Set<string>): void {
  const known = `${shape.id} ${at}`;
  if (seen.has(known)) return;
  seen.add(known);
  for (const { source, shape: below } of [...shape.types.values()].flat()) {
    const place = `${at}/${source}`;
    needed.add(place);
    if (below) addShape(below, place, needed, seen);
  }
}

function addFields(fields: readonly RepresentationField[], at: string, needed: Set<string>): void {
  for (const { source, fields: below } of fields) {
    needed.add(`${at}/${source}`);
    if (below) addFields(below, `${at}/${source}`, needed);
  }
}

function isNeeded({ entities, selection }: FetchStep, needed: ReadonlySet<string>): boolean {
  if (!entities) return brings(selection, '', needed);
  return entities.some((entity) => entity.paths.map(placeOf).some((at) => brings(entity.selection, at, needed)));
}

/** Only leaves count: an object is brought for what is in it, or for itself if nothing in it was asked. */
function brings({ fields }: Selection, at: string, needed: ReadonlySet<string>): boolean {
  return [...fields].some(([key, below]) => {
    const place = `${at}/${key}`;
    const hasMore = below && [...below.fields.keys()].some((name) => name !== '__typename');
    if (key === '__typename' || !needed.has(place)) return false;
    return hasMore ? brings(below, place, needed) || !hasBelow(place, needed) : true;
  });
}

function hasBelow(place: string, needed: ReadonlySet<string>): boolean {
  return [...needed].some((other) => other.startsWith(`${place}/`) && !other.endsWith('/__typename'));
}

function fetchesOf(step: Step): FetchStep[] {
  return step.kind === 'Fetch' ? [step] : step.steps.flatMap(fetchesOf);
}

function only(step: Step, wanted: (fetch: FetchStep) => boolean): Step | undefined {
  if (step.kind === 'Fetch') return wanted(step) ? step : undefined;
  const steps = step.steps.flatMap((each) => only(each, wanted) ?? []);
  return steps.length > 0 ? { kind: step.kind, steps } : undefined;
}
