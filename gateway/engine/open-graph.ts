import type { GraphQLSchema } from 'graphql';
import { buildApiSchema } from './api-schema.ts';
import { deferDirective } from './defer-directive.ts';
import type { CreatePlanner, Planner } from './planner.ts';

export interface OpenGraph {
  /** To be closed by whoever opens the graph. */
  readonly planner: Planner;
  /** What consumers see, and what their operations are validated against. */
  readonly schema: GraphQLSchema;
}

/** @throws WeftError SUPERGRAPH_REFUSED. */
export async function openGraph(createPlanner: CreatePlanner, supergraphSdl: string): Promise<OpenGraph> {
  const planner = await createPlanner(supergraphSdl);
  try {
    // No subgraph has to know `@defer`: it is the engine that answers in parts.
    return { planner, schema: await buildApiSchema([deferDirective, ...planner.graph.apiDefinitions]) };
  } catch (error) {
    await planner.close();
    throw error;
  }
}
