import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Engine, RequestContext } from '../engine/engine.ts';
import type { Log } from './log.ts';
import { boundedDepth } from './operation-depth.ts';

export type GraphQLServer = ApolloServer<RequestContext>;

/**
 * Apollo Server over the composed graph or over one schema: parsing, validation, CSRF prevention, persisted queries and
 * the GraphQL-over-HTTP details. Started; the caller stops it.
 */
export async function startApolloServer(
  over: { readonly engine: Engine } | { readonly schema: GraphQLSchema },
  log: Log,
): Promise<GraphQLServer> {
  const shared = {
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // Without the first two, a query of one kilobyte keeps the planner busy for seconds (nested, reused fragments).
    maxRecursiveSelections: 5_000,
    parseOptions: { maxTokens: 4_000 },
    validationRules: [boundedDepth],
    // Nothing that a mesh does leaves the machine unasked, whatever APOLLO_KEY says.
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError: (formatted: GraphQLFormattedError, error: unknown) => forConsumers(formatted, error, log),
  };
  const server =
    'engine' in over
      ? new ApolloServer<RequestContext>({ ...shared, gateway: gatewayOver(over.engine) })
      : new ApolloServer<RequestContext>({ ...shared, schema: over.schema });
  await server.start();
  return server;
}

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type OnSchema = Parameters<Gateway['onSchemaLoadOrUpdate']>[0];

/** An Engine in the shape that Apollo Server expects of a gateway. Both ends keep their own lifetime. */
function gatewayOver(engine: Engine): Gateway {
  let onSchema: OnSchema | undefined;
  return {
    onSchemaLoadOrUpdate(callback) {
      onSchema = callback;
      return () => {
        onSchema = undefined;
      };
    },
    async load() {
      // The supergraph's text is used only for reporting, which is off.
      onSchema?.({ apiSchema: engine.schema, coreSupergraphSdl: '' });
      return {
        executor: ({ document, source, operationName, request, context }) =>
          engine.execute({
            document,
            source,
            operationName,
            variables: request.variables ?? {},
            context: {
              ...(context as RequestContext),
              operation: { source, name: operationName, variables: request.variables ?? {} },
            },
          }),
      };
    },
    async stop() {},
  };
}

/** An error without a code of ours or Apollo's is a bug: the log gets the truth, the consumer does not. */
function forConsumers(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const refused = error instanceof GraphQLError ? error.originalError : undefined;
  if (refused instanceof GraphQLError && refused.extensions.code === 'OPERATION_TOO_DEEP') {
    // Apollo Server gives each error of a validation rule its own code.
    return { ...formatted, extensions: { ...formatted.extensions, code: 'OPERATION_TOO_DEEP' } };
  }
  if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted;
  const { path } = formatted;
  log(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const message = "The gateway failed on this request. What went wrong is in the gateway's log.";
  return { message, ...(path && { path }), extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
