import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { WeftError } from '../errors/weft-error.ts';

/**
 * A file's text in chunks, without its byte order mark.
 * @throws WeftError INPUT_UNREADABLE; INPUT_MALFORMED where it has no byte, which is what is left of a copy that failed,
 *   or is not UTF-8, since guessing would lose letters
 */
export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const decode = (chunk?: Uint8Array): string | undefined => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      return undefined;
    }
  };
  for await (const chunk of bytesOf(file)) {
    const text = decode(chunk);
    if (text === undefined) throw await notUtf8(file);
    bytes += chunk.length;
    if (text) yield text;
  }
  if (bytes === 0) {
    const help = 'Perhaps writing it failed. A CSV file without rows still has its header, a JSON list its brackets.';
    throw new WeftError('INPUT_MALFORMED', `${file} is empty.`, { help });
  }
  if (decode() === undefined) throw await notUtf8(file);
}

/** Reads the file again, line by line, to say where: the decoder does not tell. */
async function notUtf8(file: string): Promise<WeftError> {
  let line = 1;
  let rest: Uint8Array = Buffer.alloc(0);
  for await (const chunk of bytesOf(file)) {
    rest = Buffer.concat([rest, chunk]);
    // No byte of a longer UTF-8 sequence equals that of a line feed.
    for (let end = rest.indexOf(0x0a); end >= 0 && isUtf8(rest.subarray(0, end)); end = rest.indexOf(0x0a)) {
      rest = rest.subarray(end + 1);
      line++;
    }
    if (rest.includes(0x0a)) break;
  }
  const help = 'Save it as UTF-8, for example with iconv.';
  return new WeftError('INPUT_MALFORMED', `${file} is not UTF-8 text: line ${line} has other bytes.`, { help });
}

/** A record that could not be read as a row. The file around it could. */
export class Malformed {
  /** 1-based: a line of the file, or of a JSON list the how many-th element. */
  readonly position: number;
  readonly text: string;
  readonly why: string;

  constructor(position: number, text: string, why: string) {
    this.position = position;
    this.text = text;
    this.why = why;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longer than any record of a file that means well; without a limit, one missing quote could fill the memory. */
export const longestRecord = 16 * 1024 * 1024;

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new WeftError('INPUT_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
