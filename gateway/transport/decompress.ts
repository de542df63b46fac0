import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { tooLarge } from './exchange.ts';
import { HttpFailure } from './http-failure.ts';

type Decompress = (bytes: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>;

/** Node 20 has no zstd; its types know none either. */
const { zstdDecompress } = zlib as { zstdDecompress?: typeof zlib.brotliDecompress };

/** RFC 9110, 8.4.1: `deflate` is the zlib format, and `x-gzip` another name of gzip. */
const codings: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', promisify(zlib.gunzip)],
  ['x-gzip', promisify(zlib.gunzip)],
  ['deflate', promisify(zlib.inflate)],
  ['br', promisify(zlib.brotliDecompress)],
  ...(zstdDecompress ? [['zstd', promisify(zstdDecompress)] as [string, Decompress]] : []),
]);

/** Large pieces go back to the system when they are done with; many small ones stay with the process. */
const chunkSizeFor = ({ byteLength }: Buffer): number => Math.min(256 * 1024, Math.max(16 * 1024, 4 * byteLength));

/** A bomb is put out at the limit: never more than that is written. @throws HttpFailure `too large`, `unreadable`. */
export async function decompress(bytes: Buffer, coding: string, largestBytes: number): Promise<Buffer> {
  const name = coding.trim().toLowerCase();
  if (name === 'identity' || name === '') return bytes;
  const decode = codings.get(name);
  if (!decode) throw new HttpFailure('unreadable', 'the content coding of the answer is unknown');
  try {
    return await decode(bytes, { maxOutputLength: largestBytes, chunkSize: chunkSizeFor(bytes) });
  } catch (error) {
    const bomb = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw bomb
      ? new HttpFailure('too large', tooLarge(largestBytes), error)
      : new HttpFailure('unreadable', `the answer is no ${name}`, error);
  }
}
