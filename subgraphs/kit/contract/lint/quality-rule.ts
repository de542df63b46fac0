import { type Issue, issue } from '../../errors/issue.ts';
import { nearest } from '../../errors/nearest.ts';
import type { QualityRule } from '../model.ts';
import { metrics } from '../odcs-quality.ts';
import { fieldsOf, type LintRule, objectsOf, withNested } from './rule.ts';

/** A rule that cannot be evaluated looks like protection and is none. Text and custom rules do not claim to be. */
export const qualityRule: LintRule = {
  name: 'quality-rule',
  codes: ['QUALITY_METRIC_UNKNOWN', 'QUALITY_OPERATOR_MISSING'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) {
      for (const rule of object.quality) yield* checkRule(rule, object.name);
    }
    for (const field of fieldsOf(domain)) {
      for (const { property, name } of withNested(field)) {
        for (const rule of property.quality) yield* checkRule(rule, name);
      }
    }
  },
};

function* checkRule({ type, metric, operator, place }: QualityRule, on: string): Iterable<Issue> {
  if (type === 'library' && !(metrics as readonly (string | undefined)[]).includes(metric)) {
    const meant = nearest(metric ?? '', metrics);
    yield issue('QUALITY_METRIC_UNKNOWN', `A quality rule of ${on} has the metric ${metric ?? '(none)'}.`, {
      severity: 'warning',
      place,
      help: `${meant ? `Did you mean ${meant}? ` : ''}The metrics are ${metrics.join(', ')}.`,
    });
  } else if ((type === 'library' || type === 'sql') && !operator) {
    const message = `The quality rule ${metric ?? type} of ${on} does not say what is good enough.`;
    yield issue('QUALITY_OPERATOR_MISSING', message, { severity: 'warning', place });
  }
}
