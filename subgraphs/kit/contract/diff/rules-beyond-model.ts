/**
 * What documents say and the model does not hold, since nothing in the kit reads it: it is compared all the same, by
 * the same keys, so that no change of a contract goes by unseen.
 */
import { operatorNames } from '../odcs-quality.ts';
import { breaking, compatible, cosmetic, dangerous, type Verdict } from './difference.ts';
import { same } from './same.ts';

/** All other keys are for people, or about the document itself. */
const verdicts: Readonly<Record<string, Verdict>> = {
  // Types of the values of a map, and what the numbers of a vector mean.
  map: breaking,
  elementType: breaking,
  distanceMetric: breaking,
  normalized: breaking,
  embeddingModel: breaking,
  embeddingModelVersion: breaking,
  // Where and at what price the data is to be had besides the graph.
  servers: dangerous,
  price: dangerous,
  tenant: dangerous,
  channel: dangerous,
  encryptedName: dangerous,
  // How values come to be, and how they are checked.
  transformLogic: dangerous,
  inputContracts: dangerous,
  engine: dangerous,
  implementation: dangerous,
  schedule: dangerous,
  minProperties: dangerous,
  maxProperties: dangerous,
  criticalDataElement: dangerous,
  // What is promised.
  valueExt: dangerous,
  slaDefaultElement: dangerous,
};

export function verdictBeyondModel(field: string, before: unknown, after: unknown): Verdict {
  if (field === 'deprecated') return after === true ? compatible : cosmetic;
  const verdict = verdicts[field] ?? cosmetic;
  if (verdict === breaking && same(withoutWords(before), withoutWords(after))) return cosmetic;
  // What nobody was told cannot have been relied on.
  return verdict === dangerous && before === undefined ? cosmetic : verdict;
}

/** Keys that the model has in other words or in another place; of 3.0's bounds, what `exclusiveMinimum: true` makes of them. */
const translated: ReadonlySet<string> = new Set([
  ...['kind', 'relationships', 'rule', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...operatorNames,
]);

export const isTranslated = (field: string): boolean => translated.has(field);

const words = /^(?:description|businessName|tags|examples|synonyms|authoritativeDefinitions|id)$/;

function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !words.test(key));
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutWords(each)]));
}
