import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { answerText } from '../engine/answer.ts';
import type { Engine } from '../engine/engine.ts';
import { answersPlugin, mostFaults } from './answers-plugin.ts';
import { boundedCatalogPaths } from './catalog-paths.ts';
import { type Demand, demandPlugin } from './demand-plugin.ts';
import type { Log } from './log.ts';
import { forConsumers } from './mask-errors.ts';
import type { DoorContext } from './request-context.ts';

export type GraphQLServer = ApolloServer<DoorContext>;

export interface GraphQLServerOptions {
  readonly demand: Demand;
  /** Errors of validation then suggest no names. */
  readonly hideSchemaDetails: boolean;
  readonly log: Log;
}

/**
 * Apollo Server over the composed graph or over one schema: parsing, validation, CSRF prevention, persisted queries (in
 * a cache of bounded size) and the GraphQL-over-HTTP details. Started; the caller stops it.
 */
export async function startApolloServer(
  over: { readonly engine: Engine } | { readonly schema: GraphQLSchema },
  { demand, hideSchemaDetails, log }: GraphQLServerOptions,
): Promise<GraphQLServer> {
  const shared = {
    introspection: true,
    csrfPrevention: true,
    hideSchemaDetailsFromClientErrors: hideSchemaDetails,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: demand.limits.tokens },
    validationOptions: { maxErrors: mostFaults },
    validationRules: [boundedCatalogPaths],
    stringifyResult: answerText,
    formatError: forConsumers,
    logger: silent,
    // Nothing that a mesh does leaves the machine unasked, whatever APOLLO_KEY says.
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      demandPlugin(demand),
      answersPlugin(log),
    ],
  };
  const server =
    'engine' in over
      ? new ApolloServer<DoorContext>({ ...shared, gateway: gatewayOver(over.engine) })
      : new ApolloServer<DoorContext>({ ...shared, schema: over.schema });
  await server.start();
  return server;
}

/** What Apollo Server would print, its plugins log with the id of the request. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

type Gateway = ApolloServerOptionsWithGateway<DoorContext>['gateway'];
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
              ...(context as DoorContext),
              operation: { source, name: operationName, variables: request.variables ?? {} },
            },
          }),
      };
    },
    async stop() {},
  };
}
