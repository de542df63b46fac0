import type { DocumentNode } from 'graphql';
import { hasFields, type TypeWithFields } from '../engine/type-definitions.ts';
import { applied, enumArgument, isFalse, stringArgument } from './applied-directives.ts';
import { subgraphNames } from './supergraph-facts.ts';

/** A key of a type in one subgraph that is made of the type's own fields only, without objects among them. */
export interface SimpleKey {
  readonly subgraph: string;
  /** Without `__typename`. */
  readonly fields: readonly string[];
  /** Whether the subgraph finds objects by it. */
  readonly isResolvable: boolean;
}

/** `@join__type(graph: SALES, key: "id")` (https://specs.apollo.dev/join/v0.5), in the order of the supergraph. */
export function simpleKeys(node: TypeWithFields, names: ReadonlyMap<string, string>): SimpleKey[] {
  return applied(node, 'join__type').flatMap((directive) => {
    const subgraph = names.get(enumArgument(directive, 'graph') ?? '');
    const key = stringArgument(directive, 'key');
    if (subgraph === undefined || key === undefined || key.includes('{')) return [];
    const fields = key.split(/[\s,]+/).filter((field) => field !== '' && field !== '__typename');
    return { subgraph, fields, isResolvable: !isFalse(directive, 'resolvable') };
  });
}

/** Per type and subgraph, the fields of its first simple key. */
export function entityKeys(document: DocumentNode): Map<string, Map<string, readonly string[]>> {
  const names = subgraphNames(document);
  const keys = new Map<string, Map<string, readonly string[]>>();
  for (const node of document.definitions.filter(hasFields)) {
    const bySubgraph = new Map<string, readonly string[]>();
    for (const { subgraph, fields } of simpleKeys(node, names)) {
      if (!bySubgraph.has(subgraph)) bySubgraph.set(subgraph, fields);
    }
    if (bySubgraph.size > 0) keys.set(node.name.value, bySubgraph);
  }
  return keys;
}
