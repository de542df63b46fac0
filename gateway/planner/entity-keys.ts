import type { DocumentNode } from 'graphql';
import { hasFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, stringArgument } from './applied-directives.ts';
import { subgraphNames } from './supergraph-facts.ts';

/**
 * Per type and subgraph, the first key of it that is made of the type's own fields only, without objects among them:
 * `@join__type(graph: SALES, key: "id")` (https://specs.apollo.dev/join/v0.5).
 */
export function entityKeys(document: DocumentNode): Map<string, Map<string, readonly string[]>> {
  const names = subgraphNames(document);
  const keys = new Map<string, Map<string, readonly string[]>>();
  for (const node of document.definitions.filter(hasFields)) {
    const bySubgraph = new Map<string, readonly string[]>();
    for (const directive of applied(node, 'join__type')) {
      const subgraph = names.get(enumArgument(directive, 'graph') ?? '');
      const key = stringArgument(directive, 'key');
      if (subgraph === undefined || key === undefined || key.includes('{') || bySubgraph.has(subgraph)) continue;
      bySubgraph.set(
        subgraph,
        key.split(/[\s,]+/).filter((field) => field !== '' && field !== '__typename'),
      );
    }
    if (bySubgraph.size > 0) keys.set(node.name.value, bySubgraph);
  }
  return keys;
}
