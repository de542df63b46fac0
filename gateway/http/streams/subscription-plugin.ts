import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { codes } from '../../../subgraphs/kit/errors/codes.ts';
import type { Operation } from '../../engine/engine.ts';
import type { DoorContext } from '../request-context.ts';
import { withStatus } from '../with-status.ts';

/** Of a request whose answer may come in parts. */
export interface StreamRequest {
  /** Told of a subscription that was found to be valid and affordable, instead of its being executed. */
  readonly onSubscription: (operation: Omit<Operation, 'context'>, schema: GraphQLSchema) => void;
  /** A page can be made to send what HTTP calls safe: such a request must not change anything. */
  readonly isSafe: boolean;
}

/** Apollo Server reads, validates and prices subscriptions as it does queries. It has no way to answer them. */
export const subscriptionPlugin: ApolloServerPlugin<DoorContext> = {
  requestDidStart: async ({ contextValue: { stream } }) => ({
    async didResolveOperation({ operation, schema }) {
      if (operation?.operation === 'subscription' && !stream && schema.getSubscriptionType()) {
        const { summary, fix } = codes.SUBSCRIPTION_NEEDS_STREAM;
        throw refused('SUBSCRIPTION_NEEDS_STREAM', `${summary} ${fix}`);
      }
      if (operation?.operation === 'mutation' && stream?.isSafe) {
        throw refused('METHOD_NOT_ALLOWED', 'A mutation is sent by POST.');
      }
    },
    async responseForOperation({ operation, document, source, operationName, request, schema }) {
      if (operation.operation !== 'subscription' || !stream) return null;
      stream.onSubscription({ document, source, operationName, variables: request.variables ?? {} }, schema);
      return {
        http: { headers: new HeaderMap() },
        body: { kind: 'single', singleResult: { data: null } },
      };
    },
  }),
};

function refused(code: 'SUBSCRIPTION_NEEDS_STREAM' | 'METHOD_NOT_ALLOWED', message: string): GraphQLError {
  return withStatus(new GraphQLError(message, { extensions: { code } }));
}
