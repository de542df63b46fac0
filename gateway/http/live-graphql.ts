import type { GraphQLRequest, GraphQLResponse } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codes } from '../../subgraphs/kit/errors/codes.ts';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { type GraphQLServerOptions, startApolloServer } from './apollo-server.ts';
import { errorBody } from './faults.ts';
import { type GraphQLHandlerOptions, graphqlHandler } from './graphql-handler.ts';
import type { DoorContext } from './request-context.ts';

export interface LiveGraphQL {
  handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** The same for an operation that came in another way; undefined while there is no graph. */
  execute(request: GraphQLRequest, context: DoorContext): Promise<GraphQLResponse> | undefined;
  stop(): Promise<void>;
}

export interface LiveGraphQLOptions
  extends GraphQLServerOptions,
    Pick<GraphQLHandlerOptions, 'live' | 'admit' | 'contextOf'> {
  /** Why there is no engine, while there is none. */
  readonly issues: () => readonly Issue[];
}

/** GraphQL over HTTP from whichever engine is current. Until there is one, 503 and why. */
export function liveGraphQL(options: LiveGraphQLOptions): LiveGraphQL {
  const { live, issues } = options;
  const open = async () => {
    const server = await startApolloServer(live, options);
    return { server, handler: graphqlHandler({ ...options, server }) };
  };
  let opened = live.current && open();
  const stopListening = live.onSwap(() => {
    opened ??= open();
  });
  return {
    async handler(request, reply) {
      if (!opened) return reply.code(503).send(unavailable(issues()));
      return (await opened).handler(request, reply);
    },
    execute: (request, contextValue) =>
      opened?.then(({ server }) => live.during(() => server.executeOperation(request, { contextValue }))),
    async stop() {
      stopListening();
      await (await opened)?.server.stop();
    },
  };
}

function unavailable(issues: readonly Issue[]) {
  const { summary, fix } = codes.GRAPH_UNAVAILABLE;
  const found = issues.filter(({ severity }) => severity === 'error').map(({ code, message }) => ({ code, message }));
  return errorBody('GRAPH_UNAVAILABLE', `${summary} ${fix}`, { issues: found });
}
