/** The key of a domain's cursors: kept beside its data, so that pages go on after a restart. */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { WeftError } from '../errors/weft-error.ts';

const keyBytes = 32;
const fewestCharacters = 32;

/**
 * @param file made at first use, for nobody else to read; not touched where a key is given
 * @param given the same for all replicas that serve one domain
 * @throws WeftError CURSOR_KEY_INVALID
 */
export function cursorKey(file: string, given?: string): Buffer {
  if (given) {
    if (given.length >= fewestCharacters) return createHash('sha256').update(given).digest();
    throw new WeftError('CURSOR_KEY_INVALID', `WEFT_CURSOR_KEY has fewer than ${fewestCharacters} characters.`);
  }
  const key = readKey(file) ?? makeKey(file);
  if (key?.length === keyBytes) return key;
  throw new WeftError('CURSOR_KEY_INVALID', `${file} does not hold a key of ${keyBytes} bytes.`);
}

function readKey(file: string): Buffer | undefined {
  try {
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written in full before it has its name, and the first one stays: two that start at once have one key. */
function makeKey(file: string): Buffer | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, `${randomBytes(keyBytes).toString('base64url')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    // Some file systems have no links.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  return readKey(file);
}
