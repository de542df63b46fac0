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
    const given = input as Record<string, unknown>;
    const report = (issue: object): unknown => context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
    const row = emptyObject();
    for (const [name, schema] of known) {
      const result = schema.safeParse(Object.hasOwn(given, name) ? given[name] : undefined);
      if (result.success) row[name] = result.data;
      else for (const { path, ...issue } of result.error.issues) report({ ...issue, path: [name, ...path] });
    }
    const keys = Object.keys(given).filter((key) => !Object.hasOwn(shape, key));
    if (unknownKeys === 'reject' && keys.length > 0) report({ code: 'unrecognized_keys', keys });
    return row;
  });
}
