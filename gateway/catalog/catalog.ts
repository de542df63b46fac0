/**
 * The catalog: the registry as a subgraph, in process. It reads the contracts of the mesh, the directives of the composed
 * graph and what the domains report; it never reads their rows. It answers also while the mesh does not compose.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { invariant } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Engine, RequestContext, SubgraphRequest, SubgraphResponse } from '../engine/engine.ts';
import { readCatalogSdl, readRegistrySdl } from '../registry/catalog-sdl.ts';
import type { GraphFacts } from '../registry/graph-facts.ts';
import type { Mesh } from '../registry/mesh.ts';
import { providersOf } from '../registry/providers.ts';
import type { Registry } from '../registry/registry.ts';
import { createAskedDocuments } from './asked-documents.ts';
import { entriesOf } from './entries.ts';
import { namedCoordinates } from './named-coordinates.ts';
import { observedAt } from './observability.ts';
import { createObservations, type FetchObservation } from './observations.ts';
import { once } from './once.ts';
import { createOwnership, createTeams } from './ownership.ts';
import { type DataReads, readQueries } from './read-queries.ts';
import { registryResolvers } from './registry-resolvers.ts';
import { createResolvers, type Resolvers } from './resolvers.ts';
import { createSearch } from './search.ts';
import { createViews } from './views.ts';
import type { WhatIf } from './what-if.ts';

/** Of one mesh as it was read once: another mesh has another catalog. As an engine, it answers at `/catalog`. */
export interface Catalog extends Engine {
  /** As a subgraph of the mesh, without a socket. */
  ask(request: SubgraphRequest, context: RequestContext): Promise<SubgraphResponse>;
  /** The team that answers for a field of the graph (`Order.total`). */
  ownerOf(coordinate: string): string | undefined;
  /** The team that answers for a subgraph. */
  teamOf(subgraph: string): string;
}

export interface CatalogOptions {
  readonly mesh: Mesh;
  /** What the composed graph says; absent while composition fails. */
  readonly facts: GraphFacts | undefined;
  /** The API schema of the composed graph, once there is one. */
  readonly apiSchema: () => GraphQLSchema | undefined;
  readonly fetchObservation: FetchObservation;
  /** Absent where the mesh is what its files say. */
  readonly registry?: Registry | undefined;
  /** Absent where nobody records who reads what. */
  readonly dataReads?: DataReads | undefined;
  /** Access policies, and what a dry run of others goes by. */
  readonly whatIf?: WhatIf | undefined;
  readonly now?: () => number;
}

export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const { mesh, facts, apiSchema, fetchObservation, registry, dataReads, now = Date.now } = options;
  const { whatIf = nothingAsked } = options;
  const products = await entriesOf(mesh);
  const search = await createSearch(products);
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
    apiSchema,
    search,
    ownershipOf,
    views,
  });
  const schema = registry ? schemaWithRegistry() : catalogSchema();
  const registryFields = registry && {
    ...registryResolvers({ registry, providers: providersOf(mesh, facts), whatIf, now }),
    ...readQueries(registry, dataReads, (field) =>
      namedCoordinates(field, { products, facts, apiSchema: apiSchema() }),
    ),
  };
  const answered = (context: RequestContext) => {
    const contextValue: CatalogContext = { ...context, catalog: resolvers };
    return { schema, rootValue: resolvers, contextValue };
  };
  return {
    schema,
    async execute({ document, operationName, variables, context }) {
      // Nothing but the catalog is asked here: there is no operation of the graph that `whoOwns` could mean.
      const { operation, ...rest } = context;
      const { rootValue, ...asked } = answered(rest);
      const root = { ...rootValue, ...registryFields };
      return execute({ ...asked, rootValue: root, document, operationName, variableValues: variables });
    },
    async ask({ body }, context) {
      const { query, variables, operationName } = JSON.parse(body);
      const found = askedDocuments()(query);
      if ('errors' in found) return found;
      const asked = {
        ...answered(context),
        ...found,
        schema: catalogSchema(),
        variableValues: variables,
        operationName,
      };
      return (await execute(asked)) as SubgraphResponse;
    },
    ownerOf: (coordinate) => ownershipOf(coordinate)?.team,
    teamOf: createTeams(products),
    close: async () => search.close(),
  };
}

const nothingAsked: WhatIf = { policies: undefined, attributes: [], isSigned: false, asked: undefined };

interface CatalogContext extends RequestContext {
  readonly catalog: Resolvers;
}

/** The same for every mesh, and made once: who answers comes with each execution. */
const catalogSchema = once(() => schemaOf(readCatalogSdl()));
/** By engines. The mesh knows no more of the catalog than this, with or without a registry. */
const askedDocuments = once(() => createAskedDocuments(catalogSchema()));
const schemaWithRegistry = once(() => schemaOf(`${readCatalogSdl()}\n${readRegistrySdl()}`));

function schemaOf(sdl: string): GraphQLSchema {
  const __resolveReference = (reference: { id: string }, { catalog }: CatalogContext): unknown =>
    catalog.dataProduct(reference);
  return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: { DataProduct: { __resolveReference } } }]);
}
