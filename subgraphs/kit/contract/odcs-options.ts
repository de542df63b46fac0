/** ODCS `logicalTypeOptions`: which options each logicalType has. */
import * as z from 'zod';
import { integer } from './formats.ts';
import type { OdcsParts } from './odcs-parts.ts';
import { object, type Shape, uniqueItems } from './shape.ts';

/** One schema per logicalType; its keys are the logicalTypes that the version has. */
export function typeOptions({ text, since31, since32 }: OdcsParts): Readonly<Record<string, z.ZodType>> {
  const flag = z.boolean().optional();
  const count = integer.refine((value) => value >= 0, { error: 'must not be negative' }).optional();

  // 3.0 took JSON Schema draft 4's meaning: whether the bound itself is excluded.
  const bounds = (bound: z.ZodType): Shape => ({
    minimum: bound.optional(),
    maximum: bound.optional(),
    exclusiveMinimum: since31 ? bound.optional() : flag,
    exclusiveMaximum: since31 ? bound.optional() : flag,
  });
  const numeric = (formats: readonly string[]): z.ZodType =>
    object({
      ...bounds(z.number()),
      multipleOf: z
        .number()
        .refine((value) => value > 0, { error: 'must be greater than 0' })
        .optional(),
      format: z.enum(formats).optional(),
    });
  const moment = object({ ...bounds(z.string()), format: text, timezone: flag, defaultTimezone: text });

  return {
    string: object({ minLength: count, maxLength: count, pattern: text, format: text }),
    date: object({ ...bounds(z.string()), format: text }),
    ...(since31 ? { timestamp: moment, time: moment } : {}),
    number: numeric(['f32', 'f64']),
    integer: numeric(['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'u128']),
    object: object({
      minProperties: count,
      maxProperties: count,
      required: uniqueItems(z.array(z.string()).min(1, { error: 'must name at least one property' })).optional(),
    }),
    array: object({ minItems: count, maxItems: count, uniqueItems: flag }),
    boolean: object({}, false),
    ...(since32 ? { map: object({}, false), vector } : {}),
  };
}

const vector = object({
  dimensions: integer.refine((value) => value >= 1, { error: 'must be at least 1' }),
  elementType: z.enum(['bfloat16', 'binary', 'float16', 'float32', 'float64', 'int8', 'uint8']).optional(),
  distanceMetric: z.enum(['cosine', 'dotProduct', 'euclidean', 'hamming', 'manhattan']).optional(),
  normalized: z.boolean().optional(),
  embeddingModel: z.string().optional(),
  embeddingModelVersion: z.string().optional(),
});
