/**
 * The last good artefact on disk, so that a gateway starts while its registry is away. One file: the SHA-256 of what
 * follows, a line break, the artefact. It is replaced as a whole or not at all, and read only where it is what was written.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { issue, printIssue } from '../../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import type { Log } from '../../engine/log.ts';
import type { Artefact } from './artefact.ts';
import { printArtefact, readArtefact } from './read-artefact.ts';

export interface LastGood {
  /** Undefined where there is none, or none that can be trusted; that is logged. */
  read(): Promise<Artefact | undefined>;
  /** Of several at once, the last one stays. Where it cannot be written, that is logged, and stops nothing. */
  keep(artefact: Artefact): Promise<void>;
}

/** @param file in a folder that exists */
export function openLastGood(file: string, log: Log): LastGood {
  const tell = (code: 'ARTEFACT_DAMAGED' | 'ARTEFACT_NOT_KEPT', message: string): void =>
    log(printIssue(issue(code, message)), { level: 'error' });
  let written: Promise<void> = Promise.resolve();
  return {
    async read() {
      try {
        return unsealed(await readFile(file), file);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT') tell('ARTEFACT_DAMAGED', message);
        return undefined;
      }
    },
    keep(artefact) {
      written = written
        .then(() => replace(file, sealed(artefact)))
        .catch(({ message }: Error) => tell('ARTEFACT_NOT_KEPT', `${file} could not be written: ${message}.`));
      return written;
    },
  };
}

function sealed(artefact: Artefact): string {
  const text = printArtefact(artefact);
  return `${digestOf(text)}\n${text}`;
}

function unsealed(bytes: Buffer, file: string): Artefact {
  const end = bytes.indexOf('\n');
  const seal = bytes.subarray(0, Math.max(end, 0)).toString('latin1');
  // Of the bytes: decoding them would turn several damages into one character.
  const text = bytes.subarray(end + 1);
  if (digestOf(text) !== seal) {
    throw new WeftError('ARTEFACT_DAMAGED', `${file} is not what was written: its SHA-256 is another.`);
  }
  return readArtefact(text.toString('utf8'), file);
}

/** Whatever happens meanwhile, the name leads to the old content or to the new one, and after a power cut, too. */
async function replace(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

/** The new name is on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
