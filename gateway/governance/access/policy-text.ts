/** The policies in one file, each with its place: Cedar gives their texts, in no order, and offsets in bytes of UTF-8. */
import type { Place } from '../../../subgraphs/kit/errors/issue.ts';
import type { Cedar, DetailedError } from './cedar.ts';

export interface PolicyText {
  readonly text: string;
  readonly place: Place;
}

export interface Fault {
  readonly message: string;
  readonly place: Place;
  readonly help?: string | undefined;
}

export function policyTexts(
  cedar: Cedar,
  text: string,
  file: string,
): { readonly policies: readonly PolicyText[]; readonly faults: readonly Fault[] } {
  const placeOf = placesIn(text, file);
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') {
    return { policies: [], faults: parts.errors.map((error) => faultOf(error, (at) => placeOf(at))) };
  }
  const templates = startsOf(text, parts.policy_templates).map(([, start]) => ({
    message: 'A template (with ?principal or ?resource) allows nothing by itself, and nothing here fills it in.',
    place: placeOf(bytesIn(text.slice(0, start))),
  }));
  const policies = startsOf(text, parts.policies)
    .sort(([, a], [, b]) => a - b)
    .map(([policy, start]): PolicyText => {
      return { text: policy, place: placeOf(bytesIn(text.slice(0, start))) };
    });
  return { policies, faults: templates };
}

/** @param offset in bytes, from the beginning of the policy */
export function placeIn({ text, place }: PolicyText, offset: number): Place {
  const { line, column } = placesIn(text, place.file)(offset);
  return { ...place, line: place.line + line - 1, column: line === 1 ? place.column + column - 1 : column };
}

export function faultOf({ message, help, sourceLocations }: DetailedError, placeAt: (offset: number) => Place): Fault {
  const [first] = sourceLocations ?? [];
  const expected = first?.label ? ` (${first.label})` : '';
  const place = placeAt(first?.start ?? 0);
  return { message: sentence(`${message}${expected}`), place, ...(help !== null && { help: sentence(help) }) };
}

/** The same text twice is found twice; what a comment quotes is no policy. */
function startsOf(text: string, parts: readonly string[]): [part: string, start: number][] {
  const comments = [...text.matchAll(/"(?:\\.|[^"\\])*"|\/\/[^\n\r]*/g)].filter(([found]) => found.startsWith('//'));
  const isComment = (at: number): boolean =>
    comments.some(({ index, 0: comment }) => index <= at && at < index + comment.length);
  const next = new Map<string, number>();
  return parts.map((part) => {
    let start = text.indexOf(part, next.get(part) ?? 0);
    while (start !== -1 && isComment(start)) start = text.indexOf(part, start + 1);
    next.set(part, start + 1);
    return [part, Math.max(start, 0)];
  });
}

/** 1-based lines and columns, of offsets in bytes. */
function placesIn(text: string, file: string): (offset: number) => Place {
  const bytes = Buffer.from(text);
  return (offset) => {
    const lines = bytes.subarray(0, offset).toString().split('\n');
    return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };
}

const bytesIn = (text: string): number => Buffer.byteLength(text);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
