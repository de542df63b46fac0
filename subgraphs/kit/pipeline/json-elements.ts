/**
 * Splits the text of one JSON array into the texts of its elements, as it arrives: a file of any size, one element in
 * memory. It only finds where elements end; JSON.parse judges what is inside them.
 */

/** @throws SyntaxError where the text is not one JSON array, at the latest when it ends. Positions count characters. */
export async function* jsonElements(chunks: AsyncIterable<string>, longest: number): AsyncGenerator<string> {
  let state = 'before' as 'before' | 'first' | 'element' | 'after';
  let depth = 0;
  let inText = false;
  let escaped = false;
  let element = '';
  let position = 0;

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const unit = chunk.charCodeAt(at);
      if (inText) {
        if (escaped) escaped = false;
        else if (unit === backslash) escaped = true;
        else if (unit === quote) inText = false;
        continue;
      }
      if (state === 'before' || state === 'after') {
        if (isSpace(unit)) continue;
        if (state === 'after' || unit !== openBracket)
          throw unexpected(chunk, at, position, state === 'after' ? 'the end' : '[');
        state = 'first';
        from = at + 1;
      } else if (unit === quote) inText = true;
      else if (unit === openBracket || unit === openBrace) depth++;
      else if (depth > 0 && (unit === closeBracket || unit === closeBrace)) depth--;
      else if (depth === 0 && (unit === comma || unit === closeBracket)) {
        element += chunk.slice(from, at);
        from = at + 1;
        const isEmptyList = state === 'first' && unit === closeBracket && isBlank(element);
        if (!isEmptyList) {
          if (isBlank(element)) throw unexpected(chunk, at, position, 'an element');
          yield element;
        }
        element = '';
        state = unit === comma ? 'element' : 'after';
      }
    }
    if (state === 'first' || state === 'element') element += chunk.slice(from);
    if (element.length > longest) throw new SyntaxError(`an element is longer than ${longest} characters`);
    position += chunk.length;
  }
  if (state !== 'after') throw new SyntaxError('the text ends before its list does');
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** The four that JSON knows (RFC 8259, section 2); `trim` knows more. */
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
const isBlank = (text: string): boolean => /^[ \n\r\t]*$/.test(text);

function unexpected(chunk: string, at: number, position: number, expected: string): SyntaxError {
  return new SyntaxError(`${JSON.stringify(chunk[at])} at character ${position + at + 1}, where ${expected} should be`);
}
