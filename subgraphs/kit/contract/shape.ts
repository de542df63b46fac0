/**
 * Objects as the standards' JSON Schemas (draft 2019-09) describe them, in zod: a base, `if`/`then` branches that add
 * keys, and `unevaluatedProperties: false`, which allows the keys of the base and of the branches that apply and no
 * others. A failure is reported for the branch that applies, never for a whole union of alternatives.
 */
import * as z from 'zod';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type ValueOf<S extends Shape> = z.output<z.ZodObject<S>>;
type Mapping = Readonly<Record<string, unknown>>;

/** What `params` of a custom issue says: a key that may not be there, or one that must. */
export interface KeyProblem {
  readonly unknownKey?: string;
  readonly allowed?: readonly string[];
  readonly missingKey?: string;
}

export interface Branching {
  readonly base: Shape;
  readonly branches: Readonly<Record<string, Shape>>;
  /** The branches that apply; undefined where the value that decides is itself wrong, and any key may follow. */
  readonly choose: (value: Mapping) => readonly string[] | undefined;
  readonly strict: boolean;
}

/** @param strict whether `additionalProperties` is false: a key that the shape does not have is an issue. */
export function object<S extends Shape>(shape: S, strict = true): z.ZodType<ValueOf<S>> {
  return branching({ base: shape, branches: {}, choose: () => [], strict });
}

export function branching<T>({ base, branches, choose, strict }: Branching): z.ZodType<T> {
  const schemas = new Map<string, z.ZodObject>();
  const schemaFor = (names: readonly string[]): z.ZodObject => {
    const id = names.join(' ');
    const known = schemas.get(id);
    if (known) return known;
    const shapes = [base, ...names.map((name) => branches[name] ?? {})];
    const present = shapes.flatMap((shape) => Object.entries(shape)).filter(([, schema]) => schema !== absent);
    const schema = z.looseObject(Object.fromEntries(present));
    schemas.set(id, schema);
    return schema;
  };
  return checked<T>((value, report) => {
    if (!isMapping(value)) {
      report({ code: 'invalid_type', expected: 'object', input: value });
      return;
    }
    const chosen = choose(value);
    const schema = schemaFor(chosen ?? []);
    passOn(schema, value, report);
    if (!strict || !chosen) return;
    const allowed = Object.keys(schema.shape);
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(schema.shape, key)) continue;
      const params: KeyProblem = { unknownKey: key, allowed };
      report({ code: 'custom', path: [key], params: { ...params }, input: value });
    }
  });
}

/** Validates with the schema that the value itself selects, for example by being an array. */
export function either<T>(choose: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return checked<T>((value, report) => {
    passOn(choose(value), value, report);
  });
}

/** Any value, but there must be one; for zod's own `unknown` a missing key will do. */
export const anything: z.ZodType<unknown> = checked((value, report) => {
  if (value === undefined) report({ code: 'invalid_type', expected: 'unknown', input: value });
});

/** JSON Schema's `uniqueItems`, which compares by value. */
export function uniqueItems<T>(items: z.ZodArray<z.ZodType<T>>): z.ZodType<T[]> {
  return items.check((context) => {
    const seen = new Set<string>();
    for (const [index, item] of context.value.entries()) {
      const text = canonical(item);
      if (seen.has(text)) {
        context.issues.push({ code: 'custom', path: [index], message: 'is in the list twice', input: context.value });
      }
      seen.add(text);
    }
  });
}

/** The schema where the version of the standard has the key; where it has not, the key is as unknown as any other. */
export function only<T extends z.ZodType>(when: boolean, schema: T): T {
  // The type is that of the newest version, so that one reader serves them all.
  return when ? schema : (absent as unknown as T);
}

const absent: z.ZodType = z.never();

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Report = (issue: z.core.$ZodRawIssue) => void;

/** Nothing here transforms: what comes out is what went in, of type T when nothing was reported. */
function checked<T>(check: (value: unknown, report: Report) => void): z.ZodType<T> {
  const schema = z.unknown().check((context) => check(context.value, (found) => context.issues.push(found)));
  return schema as unknown as z.ZodType<T>;
}

function passOn(schema: z.ZodType, value: unknown, report: Report): void {
  for (const found of schema.safeParse(value).error?.issues ?? []) {
    report({ ...found, input: value } as z.core.$ZodRawIssue);
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    isMapping(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
