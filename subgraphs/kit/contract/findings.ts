/** What zod found in a document → issues in the words of whoever wrote it, each at its place. */
import type * as z from 'zod';
import { type Issue, issue } from '../errors/issue.ts';
import { nearest } from '../errors/nearest.ts';
import { isMapping, type KeyProblem } from './shape.ts';
import type { TextDocument } from './text.ts';

/** More than anyone reads at once; a document that is wrong everywhere is usually of another kind. */
const most = 100;

export function issuesOf(found: readonly z.core.$ZodIssue[], document: TextDocument): Issue[] {
  return found.slice(0, most).map((each) => issueOf(each, document));
}

function issueOf(found: z.core.$ZodIssue, document: TextDocument): Issue {
  const path = found.path.filter((segment) => typeof segment !== 'symbol');
  const where = spelled(path);
  const problem: KeyProblem = found.code === 'custom' ? (found.params ?? {}) : {};

  if (problem.unknownKey !== undefined) {
    const meant = nearest(problem.unknownKey, problem.allowed ?? []);
    return issue(
      'DOCUMENT_KEY_UNKNOWN',
      `${within(path.slice(0, -1))}has no key \`${shortened(problem.unknownKey)}\`.`,
      {
        place: document.placeOf(path, 'key'),
        ...(meant && { help: `Did you mean \`${meant}\`? ${hints.customProperties}` }),
        ...(problem.unknownKey === 'enum' && { help: hints.enum }),
      },
    );
  }
  const actual = valueAt(document.value, path);
  if (problem.missingKey !== undefined || actual === undefined) {
    const parent = problem.missingKey === undefined ? path.slice(0, -1) : path;
    const key = problem.missingKey ?? String(path.at(-1));
    return issue('DOCUMENT_KEY_MISSING', `${within(parent)}needs \`${key}\`.`, {
      place: document.placeOf(parent),
      help: `Add \`${key}\`.`,
    });
  }

  const place = document.placeOf(path);
  if (where === 'apiVersion') {
    const known = found.code === 'invalid_value' ? found.values.join(', ') : 'those of the standard';
    return issue('DOCUMENT_VERSION_UNSUPPORTED', `\`apiVersion\` is ${written(actual)}; it can be ${known}.`, {
      place,
    });
  }
  const { expectation, help } =
    path.at(-2) === 'enum' ? { ...expected(found, actual), help: hints.enum } : expected(found, actual);
  const but = expectation.startsWith('must be') ? `, but is ${written(actual)}` : '';
  return issue('DOCUMENT_VALUE_INVALID', `${within(path)}${expectation}${but}.`, {
    place,
    ...(help && { help }),
  });
}

const hints = {
  customProperties: 'What the standard has no key for can be said in `customProperties`.',
  quotes: 'Put the value in quotes.',
  enum: 'Values are listed as `enum: [{ value: DHL }, { value: UPS }]`, with `apiVersion: v3.2.0`.',
};

function expected(found: z.core.$ZodIssue, actual: unknown): { expectation: string; help?: string | undefined } {
  switch (found.code) {
    case 'invalid_type': {
      const kind = kinds[found.expected] ?? found.expected;
      const quotable = found.expected === 'string' && ['number', 'boolean'].includes(typeof actual);
      return { expectation: `must be ${kind}`, help: quotable ? hints.quotes : undefined };
    }
    case 'invalid_value': {
      const values = found.values.map(String);
      const meant = typeof actual === 'string' ? nearest(actual, values) : undefined;
      return {
        expectation: `must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`,
        help: meant && `Did you mean \`${meant}\`?`,
      };
    }
    default:
      return { expectation: found.message };
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

/** `schema[0].properties[2].logicalType` */
function spelled(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, segment) => (typeof segment === 'number' ? `${text}[${segment}]` : text ? `${text}.${segment}` : segment),
    '',
  );
}

const within = (path: readonly (string | number)[]): string =>
  path.length === 0 ? 'The document ' : `\`${spelled(path)}\` `;

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, segment) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, segment) ? Reflect.get(at, segment) : undefined,
    value,
  );
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isMapping(value)) return 'a mapping';
  return shortened(JSON.stringify(value) ?? String(value));
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
