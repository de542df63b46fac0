/** What is promised of the data as a whole: how fresh, how reachable, how long kept. */
import type { SlaProperty } from '../model.ts';
import type { At, Comparison } from './comparison.ts';
import { compatible, dangerous } from './difference.ts';
import { compareFields } from './fields.ts';
import { compareLists } from './lists.ts';
import { slaRules } from './rules.ts';
import { fingerprint } from './same.ts';

export function compareSla(
  comparison: Comparison,
  at: At,
  before: readonly SlaProperty[],
  after: readonly SlaProperty[],
): void {
  compareLists(comparison, at, before, after, {
    field: 'slaProperties',
    noun: 'promise',
    // The names are those of a list, in any case (ODCS, "Service-Level Agreement").
    identities: [
      fingerprint,
      ({ property, element = '', driver = '' }) => [property.toLowerCase(), element, driver].join('\n'),
      ({ property, element = '' }) => [property.toLowerCase(), element].join('\n'),
      ({ property }) => property.toLowerCase(),
    ],
    selector: ({ property, element }) => `property=${property}${element ? `,element=${element}` : ''}`,
    nameOf: ({ property, value, unit }) => `the promise ${[property, value, unit ?? ''].join(' ').trim()}`,
    added: compatible,
    removed: dangerous,
    each: (here, pair) => compareFields(comparison, here, pair, slaRules),
  });
}
