/** Custom properties: what Weft reads of them weighs what it does; all others are words that only their vendor knows. */
import type { CustomProperty } from '../model.ts';
import { type At, addChange, type Comparison } from './comparison.ts';
import { breaking, compatible, cosmetic, dangerous, type Verdict } from './difference.ts';
import { compareFields } from './fields.ts';
import { compareLists } from './lists.ts';
import { customPropertyRules } from './rules.ts';

interface Weights {
  readonly added: Verdict;
  readonly removed: Verdict;
  readonly changed: Verdict;
}

const names: Weights = { added: breaking, removed: breaking, changed: breaking };
const promise: Weights = { added: compatible, removed: dangerous, changed: dangerous };

/** Weft's own, wherever they stand. */
const weights: Readonly<Record<string, Weights>> = {
  // Names in the graph.
  graphqlName: names,
  inverseName: names,
  toType: names,
  toKey: names,
  // 957.58 of USD is not 957.58 of EUR.
  unit: { ...promise, changed: breaking },
  // Whether the graph has a sum of it.
  additive: { added: breaking, removed: compatible, changed: breaking },
  owner: { added: dangerous, removed: dangerous, changed: dangerous },
  // Which kinds of personal data it is: access may depend on that.
  categories: { added: dangerous, removed: dangerous, changed: dangerous },
  // Its field is no longer as sensitive as what it is computed from.
  deIdentified: { added: dangerous, removed: dangerous, changed: dangerous },
  // How much may be missing or bad before nothing is served.
  maxQuarantinedPercent: { added: dangerous, removed: dangerous, changed: dangerous },
  allowEmpty: { added: dangerous, removed: compatible, changed: dangerous },
};
const words: Weights = { added: cosmetic, removed: cosmetic, changed: cosmetic };

export function compareCustomProperties(
  comparison: Comparison,
  at: At,
  before: { readonly customProperties: readonly CustomProperty[] },
  after: { readonly customProperties: readonly CustomProperty[] },
): void {
  compareLists(comparison, at, before.customProperties, after.customProperties, {
    field: 'customProperties',
    noun: 'custom property',
    // Without a vendor it is Weft's, as `custom` of the model has it.
    identities: [({ property, vendor = 'weft' }) => `${vendor} ${property}`],
    selector: ({ property }) => `property=${property}`,
    added: (each) => weightsOf(each).added,
    removed: (each) => weightsOf(each).removed,
    each: (here, [one, other]) => {
      compareFields(comparison, here, [one, other], customPropertyRules);
      addChange(comparison, here, 'value', [one.value, other.value], weightsOf(one).changed);
    },
  });
}

function weightsOf({ property, vendor = 'weft' }: CustomProperty): Weights {
  return vendor === 'weft' && Object.hasOwn(weights, property) ? (weights[property] ?? words) : words;
}
