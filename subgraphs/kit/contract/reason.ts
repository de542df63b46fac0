/** Why a row is refused, in words for whoever mends the source. */
import * as z from 'zod';
import type { Code } from '../errors/codes.ts';

export interface Reason {
  /** Path from the row: `order_id`, `address.city`, `tags[2]`. Empty where it is about the row as a whole. */
  readonly property: string;
  readonly code: Code;
  readonly message: string;
}

/** Within a zod transform or check; answers what zod takes for no value. */
export function reject(context: z.core.ParsePayload, code: Code, message: string): never {
  context.issues.push({ code: 'custom', message, params: { code }, input: context.value });
  return z.NEVER;
}

/** Ours say their code; zod itself only finds unknown keys and rows that are no objects. */
export function reasonsOf(found: z.core.$ZodIssue): Reason[] {
  const property = found.path.reduce<string>(
    (path, step) => (typeof step === 'number' ? `${path}[${step}]` : path ? `${path}.${String(step)}` : String(step)),
    '',
  );
  if (found.code === 'custom') return [{ property, code: found.params?.code as Code, message: found.message }];
  if (found.code === 'unrecognized_keys') {
    return found.keys.map((key) => ({
      property: property ? `${property}.${key}` : key,
      code: 'ROW_UNKNOWN_PROPERTY',
      message: 'is not a property of the contract',
    }));
  }
  return [{ property, code: 'ROW_TYPE', message: "must be an object with the contract's properties" }];
}

export function misfitMessage(expected: string, input: unknown): string {
  return `must be ${expected}, but is ${shown(input)}`;
}

/** At most 60 characters: enough to find the value, not a copy of it. */
function shown(input: unknown): string {
  const text = typeof input === 'string' ? JSON.stringify(input.slice(0, 61)) : describe(input);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function describe(input: unknown): string {
  if (Array.isArray(input)) return `a list of ${input.length}`;
  if (typeof input === 'object' && input !== null && !(input instanceof Date)) return 'an object';
  return typeof input === 'function' ? 'a function' : String(input);
}
