import type { DocumentNode } from 'graphql';
import { directiveName, linkedSpecifications } from '../engine/linked-specifications.ts';

/** What the specifications that a supergraph links have put into it. */
export interface LinkedFeatures {
  /** `name` of a type, or of a directive with its `@`. */
  owns(name: string): boolean;
  /** The names of `@inaccessible` in this document. */
  readonly inaccessible: ReadonlySet<string>;
}

export function linkedFeatures(document: DocumentNode): LinkedFeatures {
  const linked = linkedSpecifications(document);
  const namespaces = new Set(linked.map(({ namespace }) => namespace));
  const imported = new Set(linked.flatMap(({ imports }) => [...imports.values()]));
  const owns = (name: string): boolean => {
    const bare = name.replace(/^@/, '');
    const [prefix = ''] = bare.split('__');
    return imported.has(name) || (bare.includes('__') ? namespaces.has(prefix) : name !== bare && namespaces.has(bare));
  };
  const hiding = linked.filter(({ identity }) => identity === 'https://specs.apollo.dev/inaccessible');
  // What is marked without a link is hidden rather than shown.
  const names = hiding.length > 0 ? hiding.map((each) => directiveName('inaccessible', each)) : ['inaccessible'];
  return { owns, inaccessible: new Set(names) };
}
