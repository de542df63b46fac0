import { createReadStream } from 'node:fs';
import { WeftError } from '../errors/weft-error.ts';

/**
 * A file's text in chunks, without its byte order mark.
 * @throws WeftError INPUT_UNREADABLE; INPUT_MALFORMED where it is not UTF-8, since guessing would lose letters
 */
export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      const message = `${file} is not UTF-8 text: there are other bytes after byte ${bytes}.`;
      throw new WeftError('INPUT_MALFORMED', message, { cause, help: 'Save it as UTF-8, for example with iconv.' });
    }
  };
  for await (const chunk of bytesOf(file)) {
    const text = decode(chunk);
    bytes += chunk.length;
    if (text) yield text;
  }
  const rest = decode();
  if (rest) yield rest;
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
