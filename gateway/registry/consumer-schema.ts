import type { GraphQLSchema } from 'graphql';
import { openGraph } from '../engine/open-graph.ts';
import type { CreatePlanner } from '../engine/planner.ts';

/** What consumers see of a supergraph. Of the last one that was asked for, it is remembered. */
export function consumerSchema(createPlanner: CreatePlanner): (supergraphSdl: string) => Promise<GraphQLSchema> {
  let last: { readonly supergraphSdl: string; readonly schema: Promise<GraphQLSchema> } | undefined;
  return (supergraphSdl) => {
    if (last?.supergraphSdl !== supergraphSdl) last = { supergraphSdl, schema: read(supergraphSdl) };
    return last.schema;
  };

  async function read(supergraphSdl: string): Promise<GraphQLSchema> {
    const { planner, schema } = await openGraph(createPlanner, supergraphSdl);
    await planner.close();
    return schema;
  }
}
