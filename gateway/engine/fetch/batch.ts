import type { Data } from '../data.ts';

/** The entities that one `_entities` field is asked for, each once. */
export interface Batch {
  /** Representations as JSON. */
  readonly texts: string[];
  /** The object that each was written from. */
  readonly firsts: Data[];
  /** Objects that wait for an entity, and which of `texts` it is. */
  readonly objects: Data[];
  readonly places: number[];
  /** Places by text, and by the value that tells objects of a type apart. */
  readonly byText: Map<string, number>;
  readonly byKey: Map<string, Map<string, number>>;
}

export const emptyBatch = (): Batch => ({
  texts: [],
  firsts: [],
  objects: [],
  places: [],
  byText: new Map(),
  byKey: new Map(),
});
