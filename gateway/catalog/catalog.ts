/**
 * The catalog: the registry as a subgraph, in process. It reads the contracts of the mesh, the directives of the composed
 * graph and what the domains report; it never reads their rows. It answers also while the mesh does not compose.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { RequestContext, SubgraphRequest, SubgraphResponse } from '../engine/engine.ts';
import { readCatalogSdl } from '../registry/catalog-sdl.ts';
import type { Mesh } from '../registry/mesh.ts';
import { entriesOf } from './entries.ts';
import { readGraphFacts } from './graph-facts.ts';
import { observedAt } from './observability.ts';
import { createObservations, type FetchObservation } from './observations.ts';
import { createOwnership } from './ownership.ts';
import { createResolvers } from './resolvers.ts';
import { createSearch } from './search.ts';
import { createViews } from './views.ts';

export interface Catalog {
  /** A Federation 2 subgraph schema. */
  readonly schema: GraphQLSchema;
  /** As a subgraph of the mesh, without a socket. */
  execute(request: SubgraphRequest, context: RequestContext): Promise<SubgraphResponse>;
  /** The team that answers for a field of the graph (`Order.total`). */
  ownerOf(coordinate: string): string | undefined;
  close(): void;
}

export interface CatalogOptions {
  readonly mesh: Mesh;
  /** The composed graph and its API schema; absent while composition fails. */
  readonly graph: { readonly supergraphSdl: string; readonly schema: GraphQLSchema } | undefined;
  readonly fetchObservation: FetchObservation;
  readonly now?: () => number;
}

export function createCatalog({ mesh, graph, fetchObservation, now = Date.now }: CatalogOptions): Catalog {
  const products = entriesOf(mesh);
  const facts = graph && readGraphFacts(graph.supergraphSdl);
  const search = createSearch(products);
  const observations = createObservations(fetchObservation, now);
  const subgraphs = new Map(mesh.subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const views = createViews({
    products,
    facts,
    observe: async (domain, product) => {
      const subgraph = subgraphs.get(domain);
      invariant(subgraph, `${domain} is a subgraph of the mesh`);
      return observations(observedAt(subgraph, product));
    },
    now,
  });
  const ownershipOf = createOwnership(products, facts);
  const resolvers = createResolvers({
    products,
    domains: [...subgraphs.keys()].sort(),
    apiSchema: graph?.schema,
    search,
    ownershipOf,
    views,
  });
  const schema = buildSubgraphSchema([{ typeDefs: parse(readCatalogSdl()), resolvers }]);
  return {
    schema,
    async execute({ body }, contextValue) {
      const { query, variables, operationName } = JSON.parse(body);
      const asked = { schema, source: query, variableValues: variables, operationName, contextValue };
      return (await graphql(asked)) as SubgraphResponse;
    },
    ownerOf: (coordinate) => ownershipOf(coordinate)?.team,
    close: () => search.close(),
  };
}
