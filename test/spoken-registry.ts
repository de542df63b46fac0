/** A gateway's door that speaks the registry's API, as the real SDL says it, over what the test lets it answer. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildASTSchema, GraphQLError, graphql, parse } from 'graphql';

export interface SpokenRegistry {
  /** For example `http://127.0.0.1:40001`. */
  readonly url: string;
  /** Of each request to /catalog, in order: the headers, the root fields asked for, and the variables. */
  readonly asked: readonly { headers: IncomingHttpHeaders; query: string; variables: any }[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Root field → answer, or what makes one of the arguments. */
export type Answers = Readonly<Record<string, unknown>>;

const sdlOf = (file: string): string => readFileSync(new URL(`../gateway/registry/${file}`, import.meta.url), 'utf8');

const withRegistry = schemaOf('catalog.graphql', 'registry.graphql');
const withoutRegistry = schemaOf('catalog.graphql');

function schemaOf(...files: string[]) {
  return buildASTSchema(parse(files.map(sdlOf).join('\n')), { assumeValidSDL: true });
}

/** @param answers undefined: a gateway without a registry. */
export async function speakRegistry(answers: Answers | undefined, graph = 'composed'): Promise<SpokenRegistry> {
  const asked: { headers: IncomingHttpHeaders; query: string; variables: any }[] = [];
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/health') {
      response.end(JSON.stringify({ status: 'pass', graph }));
      return;
    }
    const { query: source, variables: variableValues } = JSON.parse(await text(request));
    asked.push({ headers: request.headers, query: source, variables: variableValues });
    const schema = answers ? withRegistry : withoutRegistry;
    const answer = await graphql({ schema, source, variableValues, rootValue: answers ?? {} });
    // Apollo Server gives errors of validation their code.
    const errors = answer.errors?.map((each) => ({
      ...each.toJSON(),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', ...each.extensions },
    }));
    response.end(JSON.stringify(errors ? { ...answer, errors } : answer));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As the registry refuses. */
export function refuse(code: string, message: string): never {
  throw new GraphQLError(message, { extensions: { code } });
}
