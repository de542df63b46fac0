import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../engine/log.ts';
import { isMasked } from './mask-errors.ts';
import type { DoorContext } from './request-context.ts';

/** An operation with more faults than this is an attack, or was written for another graph. */
export const mostFaults = 10;

/** Codes of a request that was understood and whose operation was refused. */
const refusals = /^(?:GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT|OPERATION_[A-Z_]+)$/;

/** What the answers of Apollo Server lack: the status that `Accept` asks for, request ids, and a word in the log. */
export function answersPlugin(log: Log): ApolloServerPlugin<DoorContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse(context) {
        const { response, errors: thrown } = context;
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        const { errors } = singleResult;
        if (!errors) return;
        singleResult.errors = fewFaults(errors).map((error, at) => traced(error, thrown?.[at], context, log));
        if (isRefusal(context, errors) && wantsPlainJson(context.request.http?.headers.get('accept'))) {
          response.http.status = 200;
        }
      },
    }),
    async unexpectedErrorProcessingRequest({ requestContext, error }) {
      const { requestId } = requestContext.contextValue;
      log(error.stack ?? error.message, { level: 'error', requestId });
    },
    async contextCreationDidFail({ error }) {
      if (error instanceof Error && error.name === 'GraphQLError') return;
      log(error.stack ?? error.message, { level: 'error' });
    },
  };
}

/** To what was masked, the id under which the log has the truth. */
function traced(
  error: GraphQLFormattedError,
  thrown: Error | undefined,
  { contextValue: { requestId } }: GraphQLRequestContext<DoorContext>,
  log: Log,
): GraphQLFormattedError {
  if (isMasked(error)) log(thrown?.stack ?? thrown?.message ?? error.message, { level: 'error', requestId });
  else if (error.extensions?.code !== 'SUBGRAPH_ERROR') return error; // That has been logged where it was masked.
  return { ...error, extensions: { ...error.extensions, requestId } };
}

function fewFaults(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  const [first] = errors;
  if (!first || errors.length <= mostFaults || first.extensions?.code !== 'GRAPHQL_VALIDATION_FAILED') return errors;
  return [
    { ...first, message: `${first.message} The operation has more than ${mostFaults} faults; this is the first.` },
  ];
}

function isRefusal(
  { response }: GraphQLRequestContextWillSendResponse<DoorContext>,
  errors: readonly GraphQLFormattedError[],
): boolean {
  return response.http.status === 400 && refusals.test(String(errors[0]?.extensions?.code));
}

/**
 * Clients from before `application/graphql-response+json` take any 4xx for a failure of the transport; to them a refused
 * operation is 200 (GraphQL over HTTP, "Status Codes", "application/json").
 */
export function wantsPlainJson(accept: string | undefined): boolean {
  return /application\/json/.test(accept ?? '') && !/graphql-response\+json/.test(accept ?? '');
}
