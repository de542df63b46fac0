import type { DocumentNode } from 'graphql';
import { linkedSpecifications } from '../engine/linked-specifications.ts';

/** `join` is what supergraphs are made of; `inaccessible` is kept out of the API schema; costs are checked at the door. */
const understood: ReadonlySet<string> = new Set(
  ['link', 'core', 'join', 'inaccessible', 'tag', 'cost'].map((name) => `https://specs.apollo.dev/${name}`),
);

/**
 * What the graph may not be served without (`for: SECURITY`, `for: EXECUTION`: https://specs.apollo.dev/link/v1.0) and
 * nothing here heeds: fields with `@authenticated`, say, would be open to everybody.
 */
export function unmetFeatures(supergraph: DocumentNode): string[] {
  const required = linkedSpecifications(supergraph).filter(({ purpose }) => purpose !== undefined);
  return required.filter(({ identity }) => !understood.has(identity)).map(({ url }) => url);
}
