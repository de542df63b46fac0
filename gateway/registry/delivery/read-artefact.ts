/** An artefact as text, over the wire and on disk, and back: whole and unchanged, or not at all. */
import * as z from 'zod';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import type { Artefact } from './artefact.ts';

/** Of the whole text; the supergraphs of hundreds of domains are far smaller. */
export const largestArtefactBytes = 64 * 1024 * 1024;

const shape = z.object({
  id: z.string().regex(/^(?:0|[1-9]\d{0,14})$/),
  digest: z.string(),
  supergraphSdl: z.string().min(1),
  composedAt: z.iso.datetime(),
  subgraphs: z.array(
    z.object({
      // It becomes the name of a file.
      name: z.string().regex(/^[A-Za-z][\w-]{0,63}$/),
      url: z.string(),
      sdl: z.string(),
      files: z.array(z.object({ path: z.string(), text: z.string() })),
    }),
  ),
});

export const printArtefact = (artefact: Artefact): string => JSON.stringify(artefact);

/** @param where the text was found, as the message's subject. @throws WeftError ARTEFACT_DAMAGED. */
export function readArtefact(text: string, where: string): Artefact {
  const damaged = (how: string): WeftError => new WeftError('ARTEFACT_DAMAGED', `${where} ${how}.`);
  const read = shape.safeParse(jsonOf(text));
  if (!read.success) throw damaged('is no artefact of a registry');
  if (digestOf(read.data.supergraphSdl) !== read.data.digest) {
    throw damaged('has a supergraph that is not the one that was composed: its SHA-256 is another');
  }
  return read.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
