/** Objects whose properties may have the names that every JavaScript object inherits: `constructor`, `__proto__`, … */
import * as z from 'zod';

const Empty = function Empty() {} as unknown as new () => Record<string, unknown>;
Empty.prototype = Object.create(null);

/** An object that inherits nothing; faster to fill than `Object.create(null)` itself. */
export const emptyObject = <Value = unknown>(): Record<string, Value> => new Empty() as Record<string, Value>;

export const isInherited = (name: string): boolean => name in Object.prototype;

/** As z.object or z.strictObject, which read inherited properties as if they were the row's, and drop `__proto__`. */
export function ownProperties(
  shape: Readonly<Record<string, z.ZodType>>,
  unknownKeys: 'reject' | 'ignore',
): z.ZodType<Record<string, unknown>> {
  const known = Object.entries(shape);
  return z.transform((input: unknown, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      context.issues.push({ code: 'invalid_type', expected: 'object', input });
      return z.NEVER;
    }
    const row = emptyObject();
    for (const [name, schema] of known) {
      const value: unknown = Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined;
      const result = schema.safeParse(value);
      if (result.success) row[name] = result.data;
      else
        for (const issue of result.error.issues) context.issues.push({ ...issue, path: [name, ...issue.path], input });
    }
    const keys = Object.keys(input).filter((key) => !Object.hasOwn(shape, key));
    if (unknownKeys === 'reject' && keys.length > 0) context.issues.push({ code: 'unrecognized_keys', keys, input });
    return row;
  });
}
