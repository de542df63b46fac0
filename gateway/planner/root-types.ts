import { type DocumentNode, Kind } from 'graphql';
import type { Fetch } from '../engine/plan.ts';

export type RootTypes = Readonly<Record<Fetch['operationKind'], string>>;

/** Names of the root types of a supergraph; subgraphs are asked by these, too. */
export function rootTypes({ definitions }: DocumentNode): RootTypes {
  const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const { operation, type } of node.operationTypes) roots[operation] = type.name.value;
  }
  return roots;
}
