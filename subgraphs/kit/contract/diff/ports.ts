/** Ports of a product. A product may have several of one name that differ in their version. */
import type { Port } from '../model.ts';
import type { At, Comparison } from './comparison.ts';
import { compareCustomProperties } from './custom-properties.ts';
import type { Verdict } from './difference.ts';
import { compareFields, type Rules } from './fields.ts';
import { compareLists } from './lists.ts';

export interface PortList<P extends Port> {
  readonly field: 'inputPorts' | 'outputPorts' | 'managementPorts';
  readonly noun: string;
  readonly rules: Rules<P>;
  readonly added: Verdict;
  readonly removed: Verdict;
}

export function comparePorts<P extends Port>(
  comparison: Comparison,
  at: At,
  before: readonly P[],
  after: readonly P[],
  { field, noun, rules, added, removed }: PortList<P>,
): void {
  compareLists(comparison, at, before, after, {
    field,
    noun,
    identities: [
      ({ name, version, contractId }) => [name, version, contractId].join('\n'),
      ({ name, version }) => [name, version].join('\n'),
      ({ name }) => name,
    ],
    selector: ({ name, version }) => `name=${name}${version === undefined ? '' : `,version=${version}`}`,
    added,
    removed,
    each: (here, [one, other]) => {
      compareFields(comparison, here, [one, other], rules);
      compareCustomProperties(comparison, here, one, other);
    },
  });
}
