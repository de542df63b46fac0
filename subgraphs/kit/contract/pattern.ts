/** Regular expressions in a contract are untrusted: here they are measured and compiled, never run. */
import { issue } from '../errors/issue.ts';
import type { Reading } from './reading.ts';
import type { Path } from './text-value.ts';

const longest = 1000;

/** Whether the pattern can be used; where it cannot, that is an issue at its place. */
export function usablePattern(pattern: unknown, path: Path, { text, issues }: Reading): boolean {
  const wrong = typeof pattern === 'string' ? problemOf(pattern) : 'is not text';
  if (wrong) issues.push(issue('CONTRACT_PATTERN_INVALID', `The pattern ${wrong}.`, { place: text.placeOf(path) }));
  return !wrong;
}

function problemOf(pattern: string): string | undefined {
  if (pattern.length > longest) return `has ${pattern.length} characters; ${longest} is the limit`;
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return `does not compile: ${error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : error}`;
  }
}
