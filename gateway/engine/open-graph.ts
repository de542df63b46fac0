import type { GraphQLSchema } from 'graphql';
import { buildApiSchema } from './api-schema.ts';
import { deferDirective } from './defer-directive.ts';
import type { CreatePlanner, Planner } from './planner.ts';
import { purposeDirective } from './purpose-directive.ts';

export interface OpenGraph {
  /** To be closed by whoever opens the graph. */
  readonly planner: Planner;
  /** What consumers see, and what their operations are validated against. */
  readonly schema: GraphQLSchema;
}

/**
 * @param takesPurpose whether operations may say what they are asked for, as those may that any gateway has taken
 * @throws WeftError SUPERGRAPH_REFUSED.
 */
export async function openGraph(
  createPlanner: CreatePlanner,
  supergraphSdl: string,
  takesPurpose = true,
): Promise<OpenGraph> {
  const planner = await createPlanner(supergraphSdl);
  try {
    const { apiDefinitions } = planner.graph;
    // No subgraph has to know them: it is the engine that answers in parts, and the gateway that decides by the purpose.
    const own = [deferDirective, ...(takesPurpose ? [purposeDirective] : [])];
    return { planner, schema: await buildApiSchema([...own, ...apiDefinitions]) };
  } catch (error) {
    await planner.close();
    throw error;
  }
}
