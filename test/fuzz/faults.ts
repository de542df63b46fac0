/** Subgraphs that fail: each request, by chance, in one of the ways that subgraphs have. */
import type { FetchSubgraph, SubgraphResponse } from '../../gateway/engine/engine.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Json } from './compare.ts';
import { type Random, randomOf } from './random.ts';
import { isDocument } from './scalar-value.ts';

/** `seed` decides which request fails in which way; requests are counted in the order in which they are made. */
export function failingFetch(fetch: FetchSubgraph, seed: number, probability = 0.4): FetchSubgraph {
  let count = 0;
  return async (subgraph, request, context) => {
    const random = randomOf(seed, 'fault', count++);
    if (!random.chance(probability)) return fetch(subgraph, request, context);
    const fault = random.pick(Object.values(faults));
    const answer = async (): Promise<Json> => fetch(subgraph, request, context);
    return fault(random, answer, request.body.includes('_entities('));
  };
}

/** Of another type than the field, wherever it stands. */
const brokenText = 'of another type';

/** A subgraph that is sent what another one has answered so can see that it does not fit its schema. */
export const isBroken = (value: unknown): boolean =>
  JSON.stringify(value)?.includes(JSON.stringify(brokenText)) ?? false;

type Fault = (random: Random, answer: () => Promise<Json>, isEntities: boolean) => Promise<SubgraphResponse>;

const faults: Readonly<Record<string, Fault>> = {
  unreachable: async () => {
    throw new WeftError('SUBGRAPH_UNREACHABLE', 'A subgraph does not answer.');
  },
  bug: async () => {
    throw new TypeError('Something else is broken.');
  },
  refusal: async () => ({ data: null, errors: [{ message: 'No.' }], plain: true }),
  refusalWithoutData: async () => ({ errors: [{ message: 'No.' }], plain: true }),
  silentNull: async () => ({ data: null, plain: true }),
  nothing: async () => ({ plain: true }),
  emptyData: async () => ({ data: {}, plain: true }),
  noEntities: entities((random) => random.pick([null, 'text', {}, 7])),
  tooFewEntities: entities((_, list) => list.slice(1)),
  tooManyEntities: entities((_, list) => [...list, null]),
  unknownEntity: entities((random, list) => list.map((each) => (random.chance(0.5) ? null : each))),
  noEntityObject: entities((random, list) => list.map((each) => (random.chance(0.5) ? 'text' : each))),
  missingField: anyField((object, key) => delete object[key]),
  wrongType: anyField((object, key) => {
    object[key] = typeof object[key] === 'object' ? brokenText : { broken: brokenText };
  }),
};

/** Of root fields, a null or another list could be the truth: only what was asked of entities can be seen to be wrong. */
function entities(alter: (random: Random, list: Json[]) => Json): Fault {
  return async (random, answer, isEntities) => {
    const response = await answer();
    if (!isEntities || !response.data) return response;
    const altered = Object.entries(response.data).map(([key, list]) => [key, alter(random, list as Json[])]);
    return { ...response, data: Object.fromEntries(altered) };
  };
}

/** One key of one object anywhere in the response, unless its value is null or may be anything. */
function anyField(alter: (object: Json, key: string) => unknown): Fault {
  return async (random, answer) => {
    const response = structuredClone(await answer());
    const places: [Json, string][] = [];
    const walk = (value: Json): void => {
      if (value === null || typeof value !== 'object' || isDocument(value)) return;
      for (const key of Object.keys(value)) {
        if (!Array.isArray(value) && value[key] !== null && !isDocument(value[key])) places.push([value, key]);
        walk(value[key]);
      }
    };
    walk(response.data);
    if (places.length > 0) alter(...random.pick(places));
    return response;
  };
}
