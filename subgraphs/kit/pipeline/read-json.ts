import { WeftError } from '../errors/weft-error.ts';
import { jsonElements } from './json-elements.ts';
import { isObject, longestRecord, Malformed, readText } from './read-text.ts';

/** Rows of a file with one JSON list of objects. @throws WeftError INPUT_UNREADABLE, INPUT_MALFORMED */
export async function* readJson(file: string): AsyncGenerator<Record<string, unknown> | Malformed> {
  let position = 0;
  try {
    for await (const text of jsonElements(readText(file), longestRecord)) {
      const row = rowOf(text, position + 1);
      position++;
      yield row;
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `${file} is not a JSON list of objects: after ${position} elements, ${cause.message}.`;
    throw new WeftError('INPUT_MALFORMED', message, { cause });
  }
}

function rowOf(text: string, position: number): Record<string, unknown> | Malformed {
  try {
    const row: unknown = JSON.parse(text);
    return isObject(row) ? row : new Malformed(position, text, 'is JSON, but no object');
  } catch {
    // Not the parser's own words: they quote the text, and what ends a run is shown in the catalog.
    throw new SyntaxError('comes one that is not JSON');
  }
}
