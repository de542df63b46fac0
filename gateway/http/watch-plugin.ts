import type { ApolloServerPlugin } from '@apollo/server';
import type { DoorContext } from './request-context.ts';

/** Of a request that is watched: which operation it was, and the codes of the errors that it ended with. */
export const watchPlugin: ApolloServerPlugin<DoorContext> = {
  requestDidStart: async ({ contextValue: { observer } }) => ({
    async didResolveOperation({ operationName, operation }) {
      if (operation) observer?.resolved({ name: operationName, type: operation.operation });
    },
    async willSendResponse({ response: { body } }) {
      if (body.kind !== 'single') return;
      observer?.answered((body.singleResult.errors ?? []).map(({ extensions }) => extensions?.code));
    },
  }),
};
