/**
 * YAML or JSON text → a plain value, and the place of every part of it. The text is untrusted: whatever it holds, the
 * answer is a value or one clear issue, in time proportional to the limits below and never by running out of stack.
 *
 * What a document may not be, although YAML allows it: several documents, nested without end, expanded by aliases into
 * something far larger than it is written, or typed by tags that JSON does not know. `${VAR}` stays as it is written.
 */
import { Composer, type CST, Lexer, LineCounter, type ParsedNode, Parser } from 'yaml';
import type { Code } from '../errors/codes.ts';
import { type Issue, issue, type Place } from '../errors/issue.ts';
import { type Path, type Position, plainValue } from './text-value.ts';
import { syntaxProblem } from './yaml-error.ts';

/** The longest of the standard's own examples, 5,300 lines, takes a fifth of the characters and a third of the tokens. */
export const limits = { characters: 1_000_000, tokens: 120_000, depth: 60, nodes: 100_000 } as const;

export interface TextDocument {
  /** Strings, numbers, booleans, null, arrays and objects: nothing else. */
  readonly value: unknown;
  /** Where the value at `path` is; where it is missing, its nearest parent. `'key'` asks for the key instead. */
  placeOf(path: Path, of?: 'key' | 'value'): Place;
  /** The syntax tree, for editing. */
  readonly contents: ParsedNode;
}

export function readText(text: string, file: string): { document?: TextDocument; issues: Issue[] } {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line, column: col };
  };
  const refuse = (code: Code, message: string, offset: number, help?: string): { issues: Issue[] } => ({
    // The message may quote the text: a name of a megabyte helps nobody.
    issues: [
      issue(code, message.length > 200 ? `${message.slice(0, 199)}…` : message, {
        place: placeAt(offset),
        ...(help !== undefined && { help }),
      }),
    ],
  });

  if (text.length > limits.characters) {
    return refuse('DOCUMENT_TOO_LARGE', `The file has more than ${limits.characters} characters.`, 0);
  }
  const stray = strayCharacter(text);
  if (stray !== -1) {
    const code = text.charCodeAt(stray).toString(16).toUpperCase().padStart(4, '0');
    const what = code === 'FFFD' ? 'Here are bytes that are not UTF-8.' : `The character U+${code} is not text.`;
    return refuse('DOCUMENT_ENCODING', what, stray);
  }

  const scanned = scan(text);
  if ('code' in scanned) return refuse(scanned.code, scanned.message, scanned.offset);
  const badJson = file.endsWith('.json') ? jsonError(text) : undefined;
  if (badJson) return refuse('DOCUMENT_SYNTAX', badJson.message, badJson.offset);

  const [first, second] = [...new Composer({ schema: 'core', uniqueKeys: false }).compose(scanned.tokens)];
  const [error, ...errors] = first?.errors ?? [];
  if (error) {
    const { message, offset, help } = syntaxProblem([error, ...errors], text);
    return refuse('DOCUMENT_SYNTAX', message, offset, help);
  }
  if (second) {
    return refuse('DOCUMENT_SEVERAL', 'The file holds several documents; the second one starts here.', second.range[0]);
  }
  if (!first?.contents) return refuse('DOCUMENT_EMPTY', 'The file holds no document.', 0);

  const built = plainValue(first.contents, limits);
  if (built.problem) return refuse(built.problem.code, built.problem.message, built.problem.offset);
  const { value, positions } = built;
  return {
    document: {
      value,
      contents: first.contents,
      placeOf: (path, of = 'value') => placeAt(offsetOf(value, path, of, positions, first.contents?.range[0] ?? 0)),
    },
    issues: [],
  };
}

/** Control characters that YAML forbids (section 5.1), and U+FFFD: what decoding leaves of bytes that are not UTF-8. */
function strayCharacter(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0xfffd || character === 0x7f) return at;
    if (character < 0x20 && character !== 0x09 && character !== 0x0a && character !== 0x0d) return at;
  }
  return -1;
}

/**
 * Tokens of the concrete syntax, which the parser builds on a stack of its own: its height is the depth of nesting, so
 * too deep a document is refused before the composer, which recurses, sees it.
 */
function scan(text: string): { tokens: CST.Token[] } | { code: Code; message: string; offset: number } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > limits.depth) {
      return {
        code: 'DOCUMENT_TOO_DEEP',
        message: `The document is nested more than ${limits.depth} levels deep.`,
        offset: parser.offset,
      };
    }
    count += 1;
    if (count > limits.tokens) {
      return {
        code: 'DOCUMENT_TOO_LARGE',
        message: `The document has more than ${limits.tokens} tokens; the rest, from here, was not read.`,
        offset: parser.offset,
      };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** A JSON file is read as the YAML that it is, but its mistakes are explained in JSON's terms. */
function jsonError(text: string): { message: string; offset: number } | undefined {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(message)?.[1];
    return {
      message: `Not valid JSON: ${message.replace(/,? (?:in JSON )?at position \d+.*$/s, '').replace(/\.+$/, '')}.`,
      offset: position === undefined ? text.length : Number(position),
    };
  }
}

function offsetOf(
  value: unknown,
  path: Path,
  of: 'key' | 'value',
  positions: WeakMap<object, Map<string | number, Position>>,
  root: number,
): number {
  let offset = root;
  let at = value;
  for (const [depth, segment] of path.entries()) {
    if (typeof at !== 'object' || at === null) return offset;
    const position = positions.get(at)?.get(segment);
    if (!position) return offset;
    offset = of === 'key' && depth === path.length - 1 ? position.key : position.value;
    at = Reflect.get(at, segment);
  }
  return offset;
}
