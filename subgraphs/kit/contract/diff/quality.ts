/** Quality rules: what rows must hold before they are served. */
import type { QualityRule } from '../model.ts';
import { operatorNames } from '../odcs-quality.ts';
import { type At, addChange, type Comparison } from './comparison.ts';
import { compatible, dangerous } from './difference.ts';
import { compareFields } from './fields.ts';
import { operatorChanged } from './judge-quality.ts';
import { compareLists } from './lists.ts';
import { qualityRules } from './rules.ts';
import { fingerprint } from './same.ts';

export function compareQuality(
  comparison: Comparison,
  at: At,
  before: readonly QualityRule[],
  after: readonly QualityRule[],
): void {
  compareLists(comparison, at, before, after, {
    field: 'quality',
    noun: 'rule',
    // Most rules have no name: what did not change is found by all that it says.
    identities: [
      (rule) => fingerprint([rule, comparison.written(rule)]),
      (rule) => idOf(comparison, rule),
      ({ name }) => name,
      ({ type, metric, dimension }) => [type, metric, dimension].join(' '),
      ({ type, metric }) => [type, metric].join(' '),
    ],
    selector: (rule) => (rule.name === undefined ? `type=${rule.metric ?? rule.type}` : `name=${rule.name}`),
    added: compatible,
    removed: dangerous,
    each: (here, [one, other]) => {
      compareFields(comparison, here, [one, other], qualityRules);
      const [was, is] = [operatorsOf(comparison, one), operatorsOf(comparison, other)];
      for (const name of operatorNames) {
        addChange(comparison, here, name, [was[name], is[name]], operatorChanged(one.operator, other.operator));
      }
    },
  });
}

function idOf(comparison: Comparison, rule: QualityRule): string | undefined {
  const id = comparison.written(rule)?.id;
  return typeof id === 'string' ? id : undefined;
}

/** As the text has them: also those that the model does not hold, since they compare with something that is no number. */
function operatorsOf(comparison: Comparison, rule: QualityRule): Readonly<Record<string, unknown>> {
  return rule.operator ? { [rule.operator.name]: rule.operator.value } : (comparison.written(rule) ?? {});
}
