/**
 * What others wrote, for a terminal: it shows text, and is never told what to do. Colours, cursor movements and titles are
 * control characters (ECMA-48); those that turn the direction of writing make a line read as another one.
 */
import { stripVTControlCharacters } from 'node:util';

/** Every string in the value as one line without control characters. What is made of it looks as its maker laid it out. */
export function printable<Value>(value: Value): Value {
  if (typeof value === 'string') return oneLine(value) as Value;
  if (Array.isArray(value)) return value.map((each) => printable(each)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, printable(each)])) as Value;
}

/** A text that has lines of its own, as a schema has. */
export const printableLines = (text: string): string =>
  stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '');

const oneLine = (text: string): string => printableLines(text).replace(/\s+/g, ' ').trim();

/** A value within a line, for the eye: descriptions may be pages long. */
export const clipped = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
