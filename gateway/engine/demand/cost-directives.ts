import type { DocumentNode } from 'graphql';
import { directiveName, linkedSpecifications } from '../linked-specifications.ts';

/** How this document calls the directives of the cost specification; undefined where it does not link to it. */
export interface CostDirectives {
  readonly cost?: string;
  readonly listSize?: string;
}

/** A directive that was renamed on import still counts: CVE-2025-64347 is what happens otherwise. */
export function costDirectives(supergraph: DocumentNode): CostDirectives {
  const link = linkedSpecifications(supergraph).find(({ identity }) => identity === 'https://specs.apollo.dev/cost');
  return link ? { cost: directiveName('cost', link), listSize: directiveName('listSize', link) } : {};
}
