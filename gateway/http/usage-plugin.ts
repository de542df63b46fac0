import type { ApolloServerPlugin } from '@apollo/server';
import type { Usage } from '../registry/operations/usage.ts';
import type { DoorContext } from './request-context.ts';

/** Counts the operations of the graph that are answered: who sends what. */
export function usagePlugin(usage: Usage): ApolloServerPlugin<DoorContext> {
  return {
    requestDidStart: async ({ contextValue: { client } }) => ({
      async willSendResponse({ schema, document, operation, request, response: { body } }) {
        if (!document || !operation) return; // It was not valid.
        const failed = body.kind === 'single' && (body.singleResult.errors?.length ?? 0) > 0;
        usage.record({ schema, document, operation, variables: request.variables ?? {}, client, failed });
      },
    }),
  };
}
