/**
 * A contract's quality rules as SQL over one table: text and parameters only, run by kit/store. Each statement answers
 * one number, which the rule's operator judges (ODCS, "Data quality").
 */
import type { ContractObject, Property, QualityRule } from './model.ts';
import type { CheckResult } from './observation.ts';
import { libraryMeasure } from './quality-metrics.ts';
import { quoteName } from './sql-name.ts';

export interface QualityCheck {
  readonly name: string;
  /** `orders` or `orders.order_id`. */
  readonly target: string;
  /** The metric of a library rule, else the rule's type. */
  readonly metric: string;
  readonly dimension: string | null;
  readonly severity: string | null;
  /** For example `mustBeLessThan 5 percent`. */
  readonly expected: string;
  /** A reason where the rule cannot be evaluated here: then its verdict is `skip`, never `pass`. */
  readonly measure: Measure | { readonly skip: string };
  readonly judge: (value: number) => boolean;
}

export interface Measure {
  /** One statement that only reads. Written by the contract's author for a rule of type sql: not to be trusted. */
  readonly sql: string;
  readonly params: readonly (string | number | bigint | null)[];
}

/** Rules of the object and of its properties, in the order of the text. */
export function qualityChecks(object: ContractObject, table: string): readonly QualityCheck[] {
  return [
    ...object.quality.map((rule) => check(rule, object.name, measureOf(object, table, rule))),
    ...object.properties.flatMap((property) => {
      const target = `${object.name}.${property.name}`;
      return [
        ...property.quality.map((rule) => check(rule, target, measureOf(object, table, rule, property))),
        ...nestedChecks(property, target),
      ];
    }),
  ];
}

/** @param measured the number that the statement answered, or why there is none. */
export function verdict(check: QualityCheck, measured: number | { readonly error: string } | undefined): CheckResult {
  const { name, target, metric, dimension, severity, expected } = check;
  const result = (status: CheckResult['status'], value: number | null, message: string | null): CheckResult => ({
    name,
    target,
    metric,
    dimension,
    severity,
    status,
    value,
    expected,
    message,
  });
  if ('skip' in check.measure) return result('skip', null, check.measure.skip);
  if (measured === undefined) return result('error', null, 'The rule was not evaluated.');
  if (typeof measured !== 'number') return result('error', null, measured.error);
  if (check.judge(measured)) return result('pass', measured, null);
  return result(isAdvice(severity) ? 'warn' : 'fail', measured, `${expected}, but is ${measured}`);
}

/** Whether a result keeps new rows from being served: a rule without a verdict was not met either. */
export function blocks(result: CheckResult): boolean {
  return (result.status === 'fail' || result.status === 'error') && !isAdvice(result.severity);
}

const isAdvice = (severity: string | null): boolean => /^(?:warn|warning|info)$/i.test(severity ?? '');

function check(rule: QualityRule, target: string, measure: QualityCheck['measure']): QualityCheck {
  const { operator } = rule;
  const metric = rule.type === 'library' ? (rule.metric ?? 'library') : rule.type;
  return {
    name: rule.name ?? `${metric} of ${target}`,
    target,
    metric,
    dimension: rule.dimension ?? null,
    severity: rule.severity ?? null,
    expected: operator
      ? `${operator.name} ${range(operator.value)} ${rule.unit ?? 'rows'}`
      : (rule.description ?? metric),
    measure:
      operator || 'skip' in measure ? measure : { skip: 'The rule states no operator (mustBe, mustBeLessThan, …).' },
    judge: (value) => operator !== undefined && holds(operator, value),
  };
}

function measureOf(
  object: ContractObject,
  table: string,
  rule: QualityRule,
  property?: Property,
): QualityCheck['measure'] {
  switch (rule.type) {
    case 'library':
      return libraryMeasure(object, table, rule, property);
    case 'sql':
      if (!rule.query) return { skip: 'The rule states no query.' };
      return { sql: withNames(rule.query, table, property), params: [] };
    case 'text':
      return { skip: 'The rule is a text for people.' };
    case 'custom':
      return { skip: 'The rule is written for another engine.' };
  }
}

/** `{object}` and `{property}` (ODCS 3.1), and the `${table}`, `${column}` that ODCS 3.2 and other tools write. */
function withNames(query: string, table: string, property: Property | undefined): string {
  return query.replaceAll(/\$?\{\s*(object|table|model|property|column|field)\s*\}/g, (placeholder, name: string) => {
    if (name === 'object' || name === 'table' || name === 'model') return quoteName(table);
    return property ? quoteName(property.name) : placeholder;
  });
}

/** Both ends of a range belong to it. */
function holds({ name, value }: NonNullable<QualityRule['operator']>, measured: number): boolean {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  switch (name) {
    case 'mustBe':
      return measured === low;
    case 'mustNotBe':
      return measured !== low;
    case 'mustBeGreaterThan':
      return measured > low;
    case 'mustBeGreaterOrEqualTo':
      return measured >= low;
    case 'mustBeLessThan':
      return measured < low;
    case 'mustBeLessOrEqualTo':
      return measured <= low;
    case 'mustBeBetween':
      return measured >= low && measured <= high;
    case 'mustNotBeBetween':
      return measured < low || measured > high;
  }
}

const range = (value: number | readonly [number, number]): string =>
  typeof value === 'number' ? String(value) : `${value[0]} and ${value[1]}`;

/** Rules below a JSON column have no column to be measured on. */
function nestedChecks(property: Property, target: string): QualityCheck[] {
  const inside = property.properties.map((each) => ({ each, at: `${target}.${each.name}` }));
  if (property.items) inside.push({ each: property.items, at: `${target}[]` });
  return inside.flatMap(({ each, at }) => [
    ...each.quality.map((rule) => check(rule, at, { skip: 'Rules inside of objects and arrays are not evaluated.' })),
    ...nestedChecks(each, at),
  ]);
}
