/** Texts by the hash of what they say: equal ones are stored once, and one that has changed on the disk is noticed. */
import { eq } from 'drizzle-orm';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import type { RegistryDatabase } from './open.ts';
import { artefact } from './tables.ts';

/** Part of the transaction that refers to it. @returns the digest. */
export function keepArtefact({ rows }: RegistryDatabase, text: string): string {
  const digest = digestOf(text);
  rows.insert(artefact).values({ digest, text }).onConflictDoNothing().run();
  return digest;
}

/** JSON that stands in a row of its own. @throws WeftError ARTEFACT_DAMAGED where the disk gives something else. */
export function parsed<T>(text: string, what: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new WeftError('ARTEFACT_DAMAGED', `The registry can no longer read ${what}.`, { cause });
  }
}

/** @throws WeftError ARTEFACT_DAMAGED where the disk gives something else than was stored. */
export function artefactOf({ rows, connection }: RegistryDatabase, digest: string): string {
  const found = rows.select().from(artefact).where(eq(artefact.digest, digest)).get();
  if (found && digestOf(found.text) === digest) return found.text;
  const what = found ? 'is not what was stored' : 'is missing';
  throw new WeftError('ARTEFACT_DAMAGED', `Artefact ${digest.slice(0, 12)} of ${connection.name} ${what}.`);
}
