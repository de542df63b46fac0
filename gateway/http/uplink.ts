/**
 * Apollo's Uplink: whoever is configured for managed federation (`APOLLO_UPLINK_ENDPOINTS`, `APOLLO_KEY`,
 * `APOLLO_GRAPH_REF`) asks here for its supergraph. It is executed as GraphQL, since clients choose their own names for
 * what they select.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, execute, GraphQLError, parse, validate } from 'graphql';
import * as z from 'zod';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Artefacts } from '../registry/delivery/artefact.ts';
import type { AuthoriseArtefacts } from './artefact-access.ts';
import { refuse } from './faults.ts';
import { uplinkSchema } from './uplink-schema.ts';

export interface UplinkOptions {
  readonly artefacts: Artefacts;
  readonly authorise: AuthoriseArtefacts;
  readonly graph: string;
  readonly pollSeconds: number;
}

interface Asked {
  readonly ref: string;
  readonly apiKey: string;
  readonly ifAfterId?: string | null;
}

/** As the request names it. */
type Host = string | undefined;

type Told = { readonly __typename: string; readonly minDelaySeconds: number } & Readonly<Record<string, unknown>>;

/** Clients' operations have some seventy. Each of them could select the supergraph once more, which is large. */
const mostTokens = 150;

const requestBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export function uplinkHandler({ artefacts, authorise, graph, pollSeconds: minDelaySeconds }: UplinkOptions) {
  /** Answers `result` where it is not what the client has already, and the client may have it. */
  const answer = async (asked: Asked, host: Host, result: () => Told & { readonly id?: string }): Promise<Told> => {
    const denied = await denialOf(asked, host);
    if (denied) return { __typename: 'FetchError', minDelaySeconds, ...denied };
    const told = result();
    const isKnown = told.id !== undefined && told.id === asked.ifAfterId;
    return isKnown ? { __typename: 'Unchanged', minDelaySeconds, id: told.id } : told;
  };
  const rootValue = {
    routerConfig: (asked: Asked, host: Host) =>
      answer(asked, host, () => {
        const current = artefacts.current();
        if (!current) return { __typename: 'FetchError', minDelaySeconds, code: 'RETRY_LATER', message: nothingYet };
        const { digest: id, supergraphSdl: supergraphSDL } = current;
        return { __typename: 'RouterConfigResult', minDelaySeconds, id, supergraphSDL, messages: [] };
      }),
    routerEntitlements: (asked: Asked, host: Host) =>
      answer(asked, host, () => ({ __typename: 'RouterEntitlementsResult', minDelaySeconds, id: 'none' })),
    persistedQueries: (asked: Asked, host: Host) =>
      answer(asked, host, () => ({ __typename: 'PersistedQueriesResult', minDelaySeconds, id: 'none' })),
  };

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    void reply.header('cache-control', 'no-store');
    const body = requestBody.safeParse(request.body);
    if (!body.success) return refuse(reply, 'REQUEST_INVALID');
    const result = await executed(body.data, rootValue, request.headers.host);
    return reply.code('data' in result ? 200 : 400).send(result);
  };

  async function denialOf({ ref, apiKey }: Asked, host: Host): Promise<{ code: string; message: string } | undefined> {
    // Apollo's keys begin with `service:` and the graph; the token is what follows.
    const token = apiKey.replace(/^service:[^:]*:/, '');
    try {
      await authorise(token, 'read', host);
    } catch (error) {
      if (!(error instanceof WeftError)) throw error;
      const { code, message } = error;
      if (code === 'TOKEN_MISSING') return { code: 'AUTHENTICATION_FAILED', message };
      if (code === 'TOKEN_NOT_ENOUGH') return { code: 'ACCESS_DENIED', message };
      throw error;
    }
    if (ref === graph || ref === `${graph}@current`) return undefined;
    return { code: 'UNKNOWN_REF', message: `The graph here is ${graph}@current.` };
  }
}

const nothingYet = 'Nothing has been published yet.';

async function executed(
  { query, variables, operationName }: z.infer<typeof requestBody>,
  rootValue: unknown,
  contextValue: Host,
): Promise<ExecutionResult> {
  try {
    const document = parse(query, { maxTokens: mostTokens, noLocation: true });
    const errors = validate(uplinkSchema, document);
    if (errors.length > 0) return { errors };
    const asked = { document, variableValues: variables, operationName };
    return await execute({ schema: uplinkSchema, rootValue, contextValue, ...asked });
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}
