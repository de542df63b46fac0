/** Counts what an answer shows: the objects at each place of its shape, and so the fields that were asked of them. */
import type { Data } from '../data.ts';
import { own } from '../fetch/own.ts';
import type { ReadField, ReadFields, Reads } from '../reads.ts';
import type { FieldShape, ObjectShape } from './shape.ts';

/** What was fetched for a place, and what the consumer is given of it; the same, where the second is undefined. */
export interface ShownObject {
  readonly shape: ObjectShape;
  readonly data: unknown;
  readonly given: unknown;
}

export interface Counter {
  /** Several where they are parts that are given together. */
  count(objects: readonly ShownObject[]): Reads;
}

const counters = new WeakMap<ObjectShape, { readonly whole: Counter; readonly later: Counter }>();

/** Made once for each shape of an answer, where somebody asks. `later`: of what is deferred. */
export function countersOf(root: ObjectShape): { readonly whole: Counter; readonly later: Counter } {
  const made = counters.get(root) ?? { whole: counterOf([root]), later: counterOf(deferredIn(root)) };
  counters.set(root, made);
  return made;
}

/** Objects of one type at one place. */
interface Place {
  readonly at: number;
  readonly below: readonly { readonly key: string; readonly source: string; readonly shape: ObjectShape }[];
}

function counterOf(roots: readonly ObjectShape[]): Counter {
  const places = new Map<ObjectShape, Map<string, Place>>();
  const placesOf = new Map<string, number[]>();
  const fields = new Map<string, ReadField>();
  let size = 0;
  for (const shape of new Set(roots)) walk(shape);
  const groups = new Map<string, { readonly at: readonly number[]; readonly fields: ReadField[] }>();
  for (const [coordinate, at] of placesOf) {
    const group = groups.get(at.join()) ?? { at, fields: [] };
    groups.set(at.join(), group);
    group.fields.push(fields.get(coordinate) as ReadField);
  }
  const all = [...groups.values()];
  const read: ReadFields = { groups: all.map((group) => group.fields) };
  return {
    count(objects) {
      const counts = new Array<number>(size).fill(0);
      for (const { shape, data, given } of objects) add(shape, data, given, counts);
      return {
        fields: read,
        rows: all.map(({ at }) => at.reduce((sum, place) => sum + (counts[place] as number), 0)),
      };
    },
  };

  function walk(shape: ObjectShape): void {
    if (places.has(shape)) return;
    const here = new Map<string, Place>();
    places.set(shape, here);
    for (const [type, shapes] of shape.types) {
      const shown = shapes.filter(({ source, introspection }) => source !== '__typename' && !introspection);
      const at = size++;
      for (const field of shown) {
        const read = readField(type, field);
        fields.set(read.coordinate, read);
        const before = placesOf.get(read.coordinate) ?? [];
        if (before.at(-1) !== at) placesOf.set(read.coordinate, [...before, at]);
      }
      const below = shown.flatMap(({ key, source, shape }) => (shape ? [{ key, source, shape }] : []));
      here.set(type, { at, below });
      for (const each of below) walk(each.shape);
    }
  }

  function add(shape: ObjectShape, data: unknown, given: unknown, counts: number[]): void {
    if (data === null || data === undefined || given === null) return;
    if (Array.isArray(data)) {
      for (let at = 0; at < data.length; at++) add(shape, data[at], inside(given, at), counts);
      return;
    }
    const object = data as Data;
    const place = places.get(shape)?.get(shape.only ?? (object.__typename as string));
    if (!place) return;
    counts[place.at] = (counts[place.at] as number) + 1;
    for (const { key, source, shape: below } of place.below) {
      add(below, own(object, source), inside(given, key), counts);
    }
  }
}

const inside = (given: unknown, key: string | number): unknown =>
  given === undefined ? undefined : (own(given as Data, String(key)) ?? null);

/** Types that are asked the same share their fields: whose they are is said by the type. */
function readField(type: string, { coordinate, restriction }: FieldShape): ReadField {
  const name = coordinate.slice(coordinate.indexOf('.') + 1);
  const mask = restriction?.effect === 'mask' ? { mask: restriction.mask.name } : {};
  return { coordinate: `${type}.${name}`, effect: restriction?.effect ?? 'allow', ...mask };
}

function deferredIn(root: ObjectShape): ObjectShape[] {
  const found = new Set<ObjectShape>();
  const seen = new Set([root]);
  // A Set goes on with what is added to it on the way.
  for (const shape of seen) {
    for (const { shape: below } of [...shape.types.values()].flat()) if (below) seen.add(below);
    for (const { shape: later } of [...(shape.deferred?.values() ?? [])].flat()) {
      found.add(later);
      seen.add(later);
    }
  }
  return [...found];
}
