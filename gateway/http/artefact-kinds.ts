/** The forms in which an artefact is given: those of Hive's CDN, and `bundle`, from which a gateway of Weft serves all. */
import { parse } from 'graphql';
import { digestOf } from '../engine/digest.ts';
import { apiDefinitions } from '../planner/api-definitions.ts';
import type { Artefact } from '../registry/delivery/artefact.ts';
import { printArtefact } from '../registry/delivery/read-artefact.ts';

export interface Representation {
  readonly type: string;
  readonly bytes: Buffer;
  /** Of the content: a publish that does not change it makes nobody fetch it again. */
  readonly etag: string;
  /** As `Repr-Digest` gives it (RFC 9530, 3). */
  readonly digest: string;
}

interface Kind {
  readonly type: string;
  readonly print: (artefact: Artefact) => string;
}

const graphql = 'text/plain; charset=utf-8';
const json = 'application/json; charset=utf-8';

const kinds = {
  supergraph: { type: graphql, print: ({ supergraphSdl }) => supergraphSdl },
  sdl: { type: graphql, print: apiSdl },
  services: {
    type: json,
    print: ({ subgraphs }) => JSON.stringify(subgraphs.map(({ name, url, sdl }) => ({ name, url, sdl }))),
  },
  metadata: { type: json, print: metadata },
  bundle: { type: json, print: printArtefact },
} satisfies Readonly<Record<string, Kind>>;

export type ArtefactKind = keyof typeof kinds;

export const isArtefactKind = (name: string): name is ArtefactKind => Object.hasOwn(kinds, name);

/** By artefact, since many fetch the same one. */
const made = new WeakMap<Artefact, Map<ArtefactKind, Representation>>();

export function representationOf(artefact: Artefact, kind: ArtefactKind): Representation {
  const known = made.get(artefact) ?? new Map<ArtefactKind, Representation>();
  made.set(artefact, known);
  const representation = known.get(kind) ?? represented(artefact, kinds[kind]);
  known.set(kind, representation);
  return representation;
}

function represented(artefact: Artefact, { type, print }: Kind): Representation {
  const bytes = Buffer.from(print(artefact));
  return { type, bytes, etag: `"${digestOf(bytes)}"`, digest: `sha-256=:${digestOf(bytes, 'base64')}:` };
}

function apiSdl({ supergraphSdl }: Artefact): string {
  return `${apiDefinitions(parse(supergraphSdl, { noLocation: true })).join('\n\n')}\n`;
}

/** What is served, in a few lines: enough to see which version a gateway has, and which subgraph has changed. */
function metadata({ id, digest, composedAt, subgraphs }: Artefact): string {
  const parts = subgraphs.map(({ name, url, sdl, files }) => ({
    name,
    url,
    digest: digestOf(sdl),
    files: files.map(({ path, text }) => ({ path, digest: digestOf(text) })),
  }));
  return JSON.stringify({ id, digest, composedAt, subgraphs: parts });
}
