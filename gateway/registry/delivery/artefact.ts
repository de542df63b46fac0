import type { Publication } from '../publication.ts';

/** What the registry serves now: immutable, and one object for as long as it is current. */
export interface Artefact {
  /**
   * The number of the version, in decimal. Every change makes a new version with a greater number, a rollback, too: by it
   * whoever follows a registry tells what is newer.
   */
  readonly id: string;
  /** SHA-256 of the supergraph's text, in hexadecimal. */
  readonly digest: string;
  readonly supergraphSdl: string;
  /** ISO 8601. */
  readonly composedAt: string;
  /** Those that were published. The catalog is not among them: each gateway adds its own. */
  readonly subgraphs: readonly DeliveredSubgraph[];
}

export interface DeliveredSubgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** Its contracts and data products, for the catalog of a gateway that is not where the registry is. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface Artefacts {
  /** Absent while nothing has been published that composes. */
  current(): Artefact | undefined;
  /** Resolves when `current` is no longer `id`, or the signal aborts. */
  changed(id: string | undefined, signal: AbortSignal): Promise<void>;
}

export const publicationsOf = ({ subgraphs }: Artefact): Publication[] =>
  subgraphs.map(({ url: routingUrl, ...each }) => ({ ...each, routingUrl }));
