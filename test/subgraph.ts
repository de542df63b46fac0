/** Subgraphs as any team could write them, on real ports of this machine: graphql-js over node:http, and ways to fail. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

export interface TestSubgraph {
  /** Of its GraphQL endpoint. */
  readonly url: string;
  /** The operations that it was asked. */
  readonly asked: { readonly query: string; readonly variables: Record<string, unknown> }[];
  /** The headers that came with each. */
  readonly headers: IncomingHttpHeaders[];
  close(): Promise<void>;
}

export interface TestSubgraphOptions {
  readonly resolvers?: Readonly<Record<string, any>>;
  /** What the observability port answers; at `/observability` where no other path is given. */
  readonly observation?: unknown;
  readonly observedAt?: string;
  /** Answers every other path instead of the schema. */
  readonly respond?: (request: IncomingMessage, response: ServerResponse) => void;
}

export async function startSubgraph(sdl: string, options: TestSubgraphOptions = {}): Promise<TestSubgraph> {
  const { resolvers = {}, observation, observedAt = '/observability', respond } = options;
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]);
  const asked: TestSubgraph['asked'] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === observedAt) return send(response, observation === undefined ? 404 : 200, observation);
    if (request.url?.endsWith('/observability')) return send(response, 404, undefined);
    if (respond) return respond(request, response);
    const { query, variables } = (await json(request)) as TestSubgraph['asked'][number];
    asked.push({ query, variables });
    headers.push(request.headers);
    return send(response, 200, await graphql({ schema, source: query, variableValues: variables }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked,
    headers,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
}

export type Answer = { readonly status: number; readonly data: any; readonly errors?: readonly any[] };

/** Asks a GraphQL endpoint as any client would. */
export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  operationName?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}
