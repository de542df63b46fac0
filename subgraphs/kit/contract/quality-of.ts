/** Quality rules as they are written → the model: 3.0's `rule` as a metric, one of the eight operators as a pair. */
import { issue } from '../errors/issue.ts';
import type { QualityRule } from './model.ts';
import { operatorNames, type QualityDocument } from './odcs-quality.ts';
import { usablePattern } from './pattern.ts';
import { present, type Reading } from './reading.ts';
import type { Path } from './text-value.ts';

export function qualityOf(rules: readonly QualityDocument[] | undefined, path: Path, reading: Reading): QualityRule[] {
  return (rules ?? []).map((rule, index) => ruleOf(rule, [...path, index], reading));
}

/** What 3.0's text calls the rules that 3.1 made metrics. */
const metricOfRule: Readonly<Record<string, string>> = {
  nullCheck: 'nullValues',
  missingValuesCheck: 'missingValues',
  duplicateCount: 'duplicateValues',
  uniqueCheck: 'duplicateValues',
  validValues: 'invalidValues',
  countCheck: 'rowCount',
};

function ruleOf(rule: QualityDocument, path: Path, reading: Reading): QualityRule {
  const { arguments: written = {}, unit, name, query, dimension, severity, description } = rule;
  const metric = rule.metric ?? (rule.rule === undefined ? undefined : (metricOfRule[rule.rule] ?? rule.rule));
  const { pattern, ...others } = written;
  const usable = pattern !== undefined && usablePattern(pattern, [...path, 'arguments', 'pattern'], reading);
  return {
    // The default type is library; without a metric there is nothing to look up, and the words are all there is.
    type: rule.type ?? (metric === undefined ? 'text' : 'library'),
    arguments: usable ? { ...others, pattern } : others,
    ...present({ name, metric, query, dimension, severity, description, operator: operatorOf(rule, path, reading) }),
    ...(unit === 'rows' || unit === 'percent' ? { unit } : {}),
    place: reading.text.placeOf(path),
  };
}

/** 3.0 let a rule have several operators; the first counts, and the standard since refuses the others. */
function operatorOf(rule: QualityDocument, path: Path, { text, issues }: Reading): QualityRule['operator'] {
  const values = rule as Readonly<Record<string, unknown>>;
  const name = operatorNames.find((each) => values[each] !== undefined);
  if (!name) return undefined;
  const value = values[name];
  if (typeof value === 'number') return { name, value };
  if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number') {
    return { name, value: [value[0], value[1]] };
  }
  const place = text.placeOf([...path, name]);
  const message = `\`${name}\` compares with something that is not a number, so the rule cannot be checked.`;
  issues.push(issue('DOCUMENT_VALUE_INVALID', message, { severity: 'warning', place }));
  return undefined;
}
