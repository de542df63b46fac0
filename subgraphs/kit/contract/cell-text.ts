import { type Cell, type Check, enumChecks, Misfit, unusable } from './cell-check.ts';
import type { Column } from './column.ts';
import type { Property } from './model.ts';
import { enumNames } from './names.ts';

export function textCell(column: Column): Cell {
  const { property } = column;
  const names = enumNames(property);
  return {
    // What was read through the mesh has the names of the graph; the store has the words of the contract.
    read: names ? (input) => contractValue(names, readText(input)) : readText,
    checks: [...lengthChecks(property), ...patternChecks(property), ...enumChecks(property, readText)],
  };
}

function contractValue(names: ReadonlyMap<string, string>, read: string | Misfit): string | Misfit {
  return read instanceof Misfit ? read : (names.get(read) ?? read);
}

export function booleanCell(column: Column): Cell {
  return { read: readBoolean, checks: enumChecks(column.property, readBoolean) };
}

/** ECMA-262 (ODCS), unanchored. Tried with the u flag first, as JSON Schema recommends; older texts need it without. */
export function patternOf(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Next, or none: the caller says where the pattern stands.
    }
  }
  return undefined;
}

const notText = new Misfit('text');
const notUnicode = new Misfit('well-formed Unicode text');

/** A JSON number or boolean is as good as its text: a postal code 98103 has lost nothing. */
function readText(input: unknown): string | Misfit {
  if (typeof input === 'string') return /\p{Surrogate}/u.test(input) ? notUnicode : input;
  if (typeof input === 'number' ? Number.isFinite(input) : typeof input === 'bigint' || typeof input === 'boolean') {
    return String(input);
  }
  return notText;
}

const booleans = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  [1n, true],
  ['true', true],
  ['1', true],
  ['yes', true],
  [false, false],
  [0, false],
  [0n, false],
  ['false', false],
  ['0', false],
  ['no', false],
]);
const notBoolean = new Misfit('true or false (also 1 or 0, yes or no)');

function readBoolean(input: unknown): boolean | Misfit {
  return booleans.get(typeof input === 'string' ? input.trim().toLowerCase() : input) ?? notBoolean;
}

/** In characters (code points), as JSON Schema counts; `length` counts UTF-16 units and is never less. */
function lengthChecks({ options: { minLength, maxLength } }: Property): Check[] {
  const checks: Check[] = [];
  if (minLength !== undefined) {
    const holds = (value: string): boolean => value.length >= minLength && characters(value) >= minLength;
    checks.push({ code: 'ROW_LENGTH', expected: `at least ${minLength} characters long`, holds });
  }
  if (maxLength !== undefined) {
    const holds = (value: string): boolean => value.length <= maxLength || characters(value) <= maxLength;
    checks.push({ code: 'ROW_LENGTH', expected: `at most ${maxLength} characters long`, holds });
  }
  return checks;
}

function characters(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) pairs++;
  }
  return text.length - pairs;
}

function patternChecks(property: Property): Check[] {
  const { pattern } = property.options;
  if (pattern === undefined) return [];
  const compiled = patternOf(pattern);
  if (!compiled) throw unusable(property, 'pattern', 'is not a regular expression');
  const expected = `text that matches ${pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern}`;
  return [{ code: 'ROW_PATTERN', expected, holds: (value: string) => compiled.test(value) }];
}
