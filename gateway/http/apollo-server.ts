import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { answerText } from '../engine/answer.ts';
import type { LiveEngine } from '../engine/live-engine.ts';
import type { Log } from '../engine/log.ts';
import type { Usage } from '../registry/operations/usage.ts';
import { answersPlugin, mostFaults } from './answers-plugin.ts';
import { boundedCatalogPaths } from './catalog-paths.ts';
import { deferPlugin } from './defer-plugin.ts';
import { type Demand, demandPlugin } from './demand-plugin.ts';
import { documentsPlugin } from './documents-plugin.ts';
import { forConsumers } from './mask-errors.ts';
import type { DoorContext } from './request-context.ts';
import { subscriptionPlugin } from './streams/subscription-plugin.ts';
import { usagePlugin } from './usage-plugin.ts';
import { watchPlugin } from './watch-plugin.ts';

export type GraphQLServer = ApolloServer<DoorContext>;

export interface GraphQLServerOptions {
  readonly demand: Demand;
  /** Errors of validation then suggest no names. */
  readonly hideSchemaDetails: boolean;
  readonly log: Log;
  readonly isWatched: boolean;
  /** Absent where nobody counts. */
  readonly usage?: Usage | undefined;
}

/**
 * Apollo Server over the current engine and each that follows it: parsing, validation, CSRF prevention, persisted queries
 * (in a cache of bounded size) and the GraphQL-over-HTTP details. Started; the caller stops it.
 */
export async function startApolloServer(
  live: LiveEngine,
  { demand, hideSchemaDetails, log, isWatched, usage }: GraphQLServerOptions,
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
    documentStore: null, // See documents-plugin.ts.
    // Nothing that a mesh does leaves the machine unasked, whatever APOLLO_KEY says.
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      documentsPlugin(),
      subscriptionPlugin,
      deferPlugin(live, log),
      demandPlugin(demand),
      answersPlugin(log),
      ...(isWatched ? [watchPlugin] : []),
      ...(usage ? [usagePlugin(usage)] : []),
    ],
  };
  const { gateway, begin } = gatewayOver(live);
  const server = new ApolloServer<DoorContext>({ ...shared, gateway });
  await server.start();
  begin();
  return server;
}

/** What Apollo Server would print, its plugins log with the id of the request. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

type Gateway = ApolloServerOptionsWithGateway<DoorContext>['gateway'];

/** Apollo Server never lets go of the schema that it was started with: that is none of a mesh. */
const startedWith = buildSchema('type Query { nothing: Boolean }');

/** In the shape that Apollo Server expects of a gateway. Both ends keep their own lifetime. */
function gatewayOver(live: LiveEngine): { readonly gateway: Gateway; begin(): void } {
  let tell = (_schema: GraphQLSchema): void => {};
  const gateway: Gateway = {
    onSchemaLoadOrUpdate(callback) {
      // The supergraph's text is used only for reporting, which is off.
      tell = (apiSchema) => callback({ apiSchema, coreSupergraphSdl: '' });
      tell(startedWith);
      return live.onSwap(({ schema }) => tell(schema));
    },
    async load() {
      return {
        // By the time that it is executed, the schema that a request was validated against may be an old one.
        executor: ({ schema, document, source, operationName, request, context }) =>
          live.engineOf(schema).execute({
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
  return { gateway, begin: () => live.current && tell(live.current.schema) };
}
