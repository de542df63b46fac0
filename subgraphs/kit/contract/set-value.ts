/**
 * Changes one value in a YAML or JSON file and leaves every other byte, comments included, as it was: the new text is
 * spliced into the old one at the range of the syntax node, and read again to prove that nothing else changed.
 */
import { isMap, isScalar, isSeq, type ParsedNode, stringify, type YAMLMap } from 'yaml';
import type { Issue } from '../errors/issue.ts';
import { invariant, WeftError } from '../errors/weft-error.ts';
import type { SourceText } from './model.ts';
import { isMapping } from './shape.ts';
import { readText } from './text.ts';
import type { Path } from './text-value.ts';

export type ScalarValue = string | number | boolean | null;

/**
 * Replaces the scalar at `path`, or adds it, with the mappings that lead to it, to the nearest mapping that is there.
 * Throws DOCUMENT_NOT_EDITABLE where the text cannot be read, or the path leads to or through anything else.
 */
export function setValue(source: SourceText, path: Path, value: ScalarValue): SourceText {
  const { document, issues } = readText(source.text, source.file);
  if (!document) throw refusal(source, path, 'the file cannot be read', issues);
  const text = splice(source, document.contents, path, value);
  const after = readText(text, source.file).document;
  if (!after || JSON.stringify(after.value) !== JSON.stringify(withValue(document.value, path, value))) {
    throw refusal(source, path, 'its surroundings are written in a way that leaves no room');
  }
  return { file: source.file, text };
}

function splice(source: SourceText, root: ParsedNode, path: Path, value: ScalarValue): string {
  let node: ParsedNode = root;
  let flow = source.file.endsWith('.json');
  for (const [depth, segment] of path.entries()) {
    if (isMap(node) || isSeq(node)) flow ||= node.flow === true;
    if (isSeq<ParsedNode>(node)) {
      const item: ParsedNode | undefined = typeof segment === 'number' ? node.items[segment] : undefined;
      if (!item) throw refusal(source, path, `the list has no item ${segment}`);
      node = item;
      continue;
    }
    if (!isMap<ParsedNode, ParsedNode | null>(node))
      throw refusal(source, path, `\`${segment}\` is inside a single value or an alias`);
    const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(segment));
    if (!pair) return added(source, node as YAMLMap.Parsed, path.slice(depth), value);
    if (!pair.value) throw refusal(source, path, `\`${segment}\` has no value`);
    node = pair.value;
  }
  if (!isScalar(node)) throw refusal(source, path, 'it is not a single value');
  return replaced(source.text, node.range, node.type ?? 'PLAIN', value, flow);
}

function replaced(text: string, range: readonly number[], style: string, value: ScalarValue, flow: boolean): string {
  const [start, end] = range;
  invariant(start !== undefined && end !== undefined, 'a parsed scalar has a range');
  const before = text.slice(0, start);
  // A block scalar's range takes in its last line break; an empty value has no room of its own after the colon.
  const lineBreak = style.startsWith('BLOCK') && text.slice(start, end).endsWith('\n') ? newline(text) : '';
  const gap = start === end && /[:-]$/.test(before) ? ' ' : '';
  return before + gap + written(value, flow || style === 'QUOTE_DOUBLE') + lineBreak + text.slice(end);
}

function added(source: SourceText, map: YAMLMap.Parsed, keys: Path, value: ScalarValue): string {
  const { text } = source;
  const last = map.items.at(-1);
  if (map.flow) {
    const close = map.range[1] - 1;
    const nested = keys.reduceRight<string>(
      (inner, key, depth) => {
        const entry = `${written(String(key), true)}: ${inner}`;
        return depth === 0 ? entry : `{ ${entry} }`;
      },
      written(value, true),
    );
    const body = text.slice(0, close).trimEnd();
    const comma = last && !body.endsWith(',') ? ', ' : ' ';
    return `${body}${comma}${nested}${text.slice(body.length, close) || ' '}${text.slice(close)}`;
  }
  invariant(last, 'a block mapping has at least one pair');
  const indent = ' '.repeat(columnOf(text, (last.key as ParsedNode).range[0]));
  const lines = keys.map((key, depth) => {
    const name = `${indent}${'  '.repeat(depth)}${written(String(key), false)}:`;
    return depth === keys.length - 1 ? `${name} ${written(value, false)}` : name;
  });
  const end = endOfPair(text, (last.value ?? last.key) as ParsedNode);
  const lineBreak = newline(text);
  const before = text.slice(0, end);
  const block = lines.join(lineBreak);
  return (before.endsWith('\n') ? before + block + lineBreak : before + lineBreak + block) + text.slice(end);
}

/** After the last line of the pair's value, and of the comment on that line; comments below it stay below. */
function endOfPair(text: string, node: ParsedNode): number {
  const end = lastOffset(node);
  if (text[end - 1] === '\n') return end;
  const lineEnd = text.indexOf('\n', end);
  return lineEnd === -1 ? text.length : lineEnd + 1;
}

function lastOffset(node: ParsedNode): number {
  if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) {
    const last = node.items.at(-1) as ParsedNode | { key: ParsedNode; value: ParsedNode | null };
    return 'key' in last ? lastOffset(last.value ?? last.key) : lastOffset(last as ParsedNode);
  }
  return node.range[1];
}

/** What the document should say afterwards. */
function withValue(document: unknown, [key, ...rest]: Path, value: ScalarValue): unknown {
  if (key === undefined) return value;
  if (Array.isArray(document))
    return document.map((each, index) => (index === key ? withValue(each, rest, value) : each));
  const mapping = isMapping(document) ? document : {};
  return { ...mapping, [key]: withValue(mapping[key], rest, value) };
}

/** @param quoted in JSON, and between braces, where plain text could be taken for punctuation */
function written(value: ScalarValue, quoted: boolean): string {
  if (typeof value !== 'string') return String(value);
  return quoted || /[\n\r]/.test(value) ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trimEnd();
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
const newline = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

function refusal(source: SourceText, path: Path, reason: string, issues: readonly Issue[] = []): WeftError {
  const at = path.join('.');
  return new WeftError('DOCUMENT_NOT_EDITABLE', `Cannot set ${at} in ${source.file}: ${reason}.`, { issues });
}
