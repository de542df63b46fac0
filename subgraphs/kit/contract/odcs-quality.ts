/** ODCS `quality`: which keys a rule may have follows from its `type`, and from `metric` where there is one. */
import * as z from 'zod';
import type { QualityOperator } from './model.ts';
import type { OdcsParts } from './odcs-parts.ts';
import { anything, branching, either, isMapping, object, uniqueItems } from './shape.ts';

export const metrics = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'] as const;

const range = uniqueItems(z.array(z.number()).length(2, { error: 'must be a list of two numbers, the smaller first' }));

/** `mustBe` and `mustNotBe` take any value; Weft compares numbers only. */
const operators: Readonly<Record<QualityOperator, z.ZodType>> = {
  mustBe: anything,
  mustNotBe: anything,
  mustBeGreaterThan: z.number(),
  mustBeGreaterOrEqualTo: z.number(),
  mustBeLessThan: z.number(),
  mustBeLessOrEqualTo: z.number(),
  mustBeBetween: range,
  mustNotBeBetween: range,
};
export const operatorNames = Object.keys(operators) as readonly QualityOperator[];

export interface QualityDocument {
  readonly name?: string;
  readonly type?: 'library' | 'text' | 'sql' | 'custom';
  readonly metric?: string;
  readonly rule?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly query?: string;
  readonly dimension?: string;
  readonly severity?: string;
  readonly unit?: string;
  readonly description?: string;
}

export function qualitySchema(parts: OdcsParts): z.ZodType<QualityDocument[]> {
  const { text, since31 } = parts;
  const optionalOperators = Object.fromEntries(
    Object.entries(operators).map(([name, schema]) => [name, schema.optional()]),
  );
  const library = since31
    ? {
        ...optionalOperators,
        metric: z.enum(metrics),
        rule: text,
        arguments: z.record(z.string(), z.unknown()).optional(),
      }
    : { ...optionalOperators, rule: z.string() };
  const rule = branching<QualityDocument>({
    base: {
      id: parts.id,
      name: text,
      description: text,
      type: z.enum(['text', 'library', 'sql', 'custom']).optional(),
      dimension: z
        .enum(['accuracy', 'completeness', 'conformity', 'consistency', 'coverage', 'timeliness', 'uniqueness'])
        .optional(),
      method: text,
      severity: text,
      businessImpact: text,
      unit: text,
      schedule: text,
      scheduler: text,
      tags: parts.tags,
      customProperties: parts.customProperties,
      authoritativeDefinitions: parts.authoritativeDefinitions,
    },
    branches: {
      library,
      sql: since31 ? { ...optionalOperators, query: z.string() } : { query: z.string() },
      custom: {
        engine: z.string(),
        implementation: either<unknown>((value) => (typeof value === 'string' ? z.string() : object({}, false))),
      },
    },
    choose: ({ type, metric }) => {
      if (type !== undefined && !['text', 'library', 'sql', 'custom'].includes(String(type))) return undefined;
      // 3.0: a rule without a type is a library rule. Since 3.1: `metric` makes it one, whatever its type.
      const isLibrary = since31 ? type === 'library' || typeof metric === 'string' : type === 'library' || !type;
      return [...(isLibrary ? ['library'] : []), ...(type === 'sql' || type === 'custom' ? [type] : [])];
    },
    strict: parts.strict,
  });
  return z.array(since31 ? withOneOperator(rule) : rule);
}

/** Since 3.1 library and sql rules have exactly one operator. */
function withOneOperator(rule: z.ZodType<QualityDocument>): z.ZodType<QualityDocument> {
  return rule.check(({ value, issues }) => {
    if (!isMapping(value)) return;
    const written = operatorNames.filter((name) => value[name] !== undefined);
    if (written.length > 1) {
      const [first, second = ''] = written;
      const message = `cannot stand beside \`${first}\`: a rule has one operator`;
      issues.push({ code: 'custom', path: [second], message, input: value });
    } else if (
      written.length === 0 &&
      (value.type === 'library' || value.type === 'sql' || value.metric !== undefined)
    ) {
      issues.push({ code: 'custom', params: { missingKey: 'mustBe, or another operator' }, input: value });
    }
  });
}
