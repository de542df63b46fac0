import { WeftError } from '../errors/weft-error.ts';
import { isObject, longestRecord, Malformed, readText } from './read-text.ts';

/** Rows of a file with one JSON object per line. @throws WeftError INPUT_UNREADABLE, INPUT_MALFORMED */
export async function* readNdjson(file: string): AsyncGenerator<Record<string, unknown> | Malformed> {
  let line = 0;
  for await (const text of linesOf(readText(file), file)) {
    line++;
    if (text.trim() === '') continue;
    yield rowOf(text, line);
  }
}

function rowOf(text: string, line: number): Record<string, unknown> | Malformed {
  try {
    const row: unknown = JSON.parse(text);
    return isObject(row) ? row : new Malformed(line, text, 'is JSON, but no object');
  } catch (error) {
    return new Malformed(line, text, `is not JSON: ${(error as Error).message}`);
  }
}

async function* linesOf(chunks: AsyncIterable<string>, file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestRecord) {
      throw new WeftError('INPUT_MALFORMED', `${file} has a line longer than ${longestRecord} characters.`);
    }
    yield* lines;
  }
  if (rest) yield rest;
}
