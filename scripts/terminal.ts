/** What the commands say and how: data on stdout, words for people on stderr, colours only where they are wanted. */
import { isAbsolute, relative } from 'node:path';
import pc from 'picocolors';
import { type Issue, isError, printIssue } from '../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

/** Exit codes of every command. */
export const done = 0;
export const wrongInput = 1;
export const failure = 2;

/** For stderr. picocolors looks at stdout, which is often a pipe while stderr is a terminal. https://no-color.org */
export const colour = pc.createColors(
  !process.env.NO_COLOR && (process.env.FORCE_COLOR ? process.env.FORCE_COLOR !== '0' : process.stderr.isTTY === true),
);

/** Data, for the next program. */
export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** Words, for people. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** The `--json` answer of every command: one object, with either data or an error. */
/** JSON leaves the control characters from U+007F on as they are; some terminals obey them. */
export const printJson = (data: unknown, error: unknown = null): void =>
  print(JSON.stringify({ json_version: '1', data, error }, null, 2).replace(/[\u007f-\u009f]/g, escaped));

const escaped = (character: string): string => `\\u00${character.charCodeAt(0).toString(16)}`;

/** One by one, as editors and CI systems parse them, then the count. */
export function sayIssues(issues: readonly Issue[]): void {
  for (const issue of issues) {
    const { severity, code } = issue;
    const paint = isError(issue) ? colour.red : colour.yellow;
    say(printIssue(shownIssue(issue)).replace(`${severity} ${code}`, paint(`${severity} ${code}`)));
  }
}

/** As seen from where the command was called. */
export const shownPath = (file: string): string => (isAbsolute(file) ? relative(process.cwd(), file) : file);

export const shownIssue = (issue: Issue): Issue =>
  issue.place ? { ...issue, place: { ...issue.place, file: shownPath(issue.place.file) } } : issue;

export function countIssues(issues: readonly Issue[]): string {
  const errors = issues.filter(isError).length;
  return `${plural(errors, 'error')}, ${plural(issues.length - errors, 'warning')}`;
}

export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/**
 * Message, code and what to do next. The stack is for those who ask for it: set WEFT_DEBUG=1.
 * @returns the exit code: 1 where issues in the input are the cause, else 2.
 */
export function reportError(error: unknown, json: boolean): number {
  if (process.env.WEFT_DEBUG) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WeftError) {
    const { code, help, issues } = error;
    if (json) printJson(null, { code, message, help, issues: issues.map(shownIssue) });
    sayIssues(issues);
    say(`${colour.red(code)}  ${message}\n    ${help}`);
    return issues.length > 0 ? wrongInput : failure;
  }
  // Neither wrong input nor a failure that we know: a bug of ours.
  if (json) printJson(null, { code: 'BUG', message, help: bugHelp, issues: [] });
  say(`${colour.red('BUG')}  ${message}\n    ${bugHelp}`);
  return failure;
}

const bugHelp = 'This should not happen. Run the command again with WEFT_DEBUG=1 and report what it prints.';
