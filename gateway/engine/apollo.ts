/** @apollo/gateway as an engine: it plans and executes; it never fetches, polls or reports. */
import './apollo-telemetry-off.ts';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from './digest.ts';
import type { CreateEngine, FetchSubgraph, Operation, RequestContext } from './engine.ts';
import { errorsOfFailedFetch, placedErrors } from './failed-fetch.ts';

type ApolloRequest = Parameters<ApolloGateway['executor']>[0];

export const createApolloEngine: CreateEngine = async (supergraphSdl, { fetchSubgraph }) => {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url }) => dataSource({ name, url: url ?? '' }, fetchSubgraph),
    // Would answer anyone who sends a certain header with the query plan.
    __exposeQueryPlanExperimental: false,
    logger,
  });
  const { schema, executor } = await gateway.load().catch((cause: Error) => {
    throw new WeftError('SUPERGRAPH_REFUSED', `The engine refuses the composed graph: ${cause.message}`, { cause });
  });
  return {
    schema,
    execute: async (operation) => answerOf(await executor(apolloRequest(operation, schema))),
    close: () => gateway.stop(),
  };
};

/** The part of Apollo Server's request context that the executor reads. */
function apolloRequest(operation: Operation, schema: ApolloRequest['schema']): ApolloRequest {
  const { document, source, operationName, variables, context } = operation;
  const request = { query: source, variables: { ...variables }, ...(operationName && { operationName }) };
  // Key of the plan cache: two operations with one hash would share a plan, so it is of the whole text.
  const queryHash = digestOf(source);
  return { request, document, source, operationName, queryHash, schema, context, logger, metrics: {} } as ApolloRequest;
}

function dataSource(subgraph: { name: string; url: string }, fetchSubgraph: FetchSubgraph): GraphQLDataSource {
  return {
    async process({ request: { query = '', variables = {}, operationName }, context }) {
      const request = { query, variables, ...(operationName && { operationName }) };
      const kind = /^\s*mutation\b/.test(query) ? 'mutation' : 'query';
      try {
        const sent = { kind, body: JSON.stringify(request) } as const;
        const response = await fetchSubgraph(subgraph, sent, context as RequestContext);
        const { data } = response;
        const errors = placedErrors(request, response);
        checkEntities(subgraph.name, data, variables);
        return { data: data ?? null, ...(errors && { errors }) };
      } catch (error) {
        if (!(error instanceof WeftError)) logger.error(error instanceof Error ? error.stack : error);
        // An error that is thrown here would reach the consumer without a path.
        return { data: null, errors: errorsOfFailedFetch(request, error) };
      }
    },
  };
}

/** Apollo's own check does not name the subgraph (Apollo Federation subgraph specification, "Resolving entities"). */
function checkEntities(name: string, data: unknown, variables: Readonly<Record<string, unknown>>): void {
  const { representations } = variables;
  const entities = (data as { _entities?: unknown } | null | undefined)?._entities;
  if (!Array.isArray(representations) || entities === undefined || entities === null) return;
  if (!Array.isArray(entities) || entities.length !== representations.length) {
    throw new WeftError(
      'SUBGRAPH_BAD_RESPONSE',
      `Subgraph \`${name}\` did not answer each entity that it was asked for.`,
    );
  }
}

function answerOf({ data, errors, extensions }: ExecutionResult): ExecutionResult {
  // What is null because a subgraph broke its schema is otherwise only hinted at, in an extension that nobody reads.
  const { valueCompletion, ...rest } = (extensions ?? {}) as { valueCompletion?: readonly GraphQLFormattedError[] };
  const all = [...(errors ?? []).map(readable), ...(valueCompletion ?? []).map(nullError)];
  // Without `data` the whole answer would count as refused: it was attempted, unless the variables were wrong.
  const answered =
    data === undefined && all.some((error) => error.extensions.code === 'SUBGRAPH_BAD_RESPONSE') ? null : data;
  return {
    ...(answered !== undefined && { data: answered }),
    ...(all.length > 0 && { errors: all }),
    ...(Object.keys(rest).length > 0 && { extensions: rest }),
  };
}

/** Errors of subgraphs have a code, faults in variables have nodes; the rest are failed assertions about subgraph data. */
function readable(error: GraphQLError): GraphQLError {
  if (error instanceof GraphQLError && (error.extensions.code !== undefined || error.nodes)) return error;
  const message = 'A subgraph answered with data that does not fit its schema.';
  return new GraphQLError(message, { extensions: { code: 'SUBGRAPH_BAD_RESPONSE' }, originalError: error });
}

function nullError({ message, path }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { ...(path && { path }), extensions: { code: 'NULL_FOR_NON_NULL' } });
}

const warn = (message: unknown): void => process.emitWarning(String(message), 'GatewayWarning');
const logger = { debug: () => {}, info: () => {}, warn, error: warn };
