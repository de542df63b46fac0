/** A gateway that is watched, over real subgraphs: what it logs, counts and traces. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { readConfig } from '../gateway/config.ts';
import type { Log } from '../gateway/engine/log.ts';
import { startGateway } from '../gateway/main.ts';
import { createLog } from '../gateway/observability/log.ts';
import { makeMesh, until } from './mesh.ts';
import { send, startSubgraph, type TestSubgraphOptions } from './subgraph.ts';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

const booksSdl = `${federation}
  type Query { books: [Book!]  shelves(label: String): [Shelf!]  count(of: Int): Int }
  type Mutation { lend(book: ID!): Book }
  type Book @key(fields: "id") { id: ID!  title: String!  author: Author }
  type Shelf { label: String }
  type Author @key(fields: "id", resolvable: false) { id: ID! }`;

const authorsSdl = `${federation}
  type Query { authors: [Author!]  secret: String  polite: String }
  type Author @key(fields: "id") { id: ID!  name: String }`;

const books = [
  { id: 'b1', title: 'Middlemarch', author: { id: 'a1' } },
  { id: 'b2', title: 'Emma', author: { id: 'a2' } },
  { id: 'b3', title: 'Persuasion', author: { id: 'a2' } },
];

const fail = (message: string, extensions: object) => () => {
  throw Object.assign(new Error(message), { extensions });
};

const bookResolvers = {
  Query: { books: () => books, shelves: () => [{ label: 'fiction' }], count: () => 3 },
  Mutation: { lend: (_: unknown, { book }: { book: string }) => books.find(({ id }) => id === book) },
};
const authorResolvers = {
  Query: {
    authors: () => [],
    secret: fail('connect to 10.0.0.7 failed', {}),
    polite: fail('Ask for fewer.', { code: 'TOO_MANY' }),
  },
  Author: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `author ${id}` }) },
};

/** @param flags settings of the gateway @param authors what stands in for the subgraph */
export async function startWatchedMesh(flags: Parameters<typeof readConfig>[1], authors: TestSubgraphOptions = {}) {
  const subgraphs = {
    books: await startSubgraph(booksSdl, { resolvers: bookResolvers }),
    authors: await startSubgraph(authorsSdl, { resolvers: authorResolvers, ...authors }),
  };
  const entries = Object.entries(subgraphs).map(
    ([name, { url }]) => `  ${name}:\n    routing_url: ${url}\n    schema:\n      file: ./${name}.graphql\n`,
  );
  const mesh = makeMesh({
    'books.graphql': booksSdl,
    'authors.graphql': authorsSdl,
    'supergraph.yaml': `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`,
  });
  const lines: string[] = [];
  const log: Log = createLog({ level: 'info', format: 'json' }, (line) => lines.push(line));
  const supergraph = `${mesh.dir}/supergraph.yaml`;
  const gateway = await startGateway(readConfig({}, { supergraph, port: 0, ...flags }), log);
  const close = async (): Promise<void> => {
    await gateway.close();
    await Promise.all([...Object.values(subgraphs).map((each) => each.close()), mesh[Symbol.asyncDispose]()]);
  };
  return {
    url: gateway.url,
    supergraph,
    ...subgraphs,
    /** As it was written. */
    lines,
    /** What was logged. */
    events: () => lines.map((line) => JSON.parse(line)),
    async post(body: unknown, headers: Readonly<Record<string, string>> = {}, path = '/graphql') {
      return fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    },
    /** Samples of `/metrics` by name and labels, when no request is under way any more. */
    async metrics(): Promise<ReadonlyMap<string, number>> {
      let samples = new Map<string, number>();
      await until(async () => {
        samples = samplesOf(await (await fetch(`${gateway.url}/metrics`)).text());
        return samples.get('weft_requests_in_flight') === 0;
      });
      return samples;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

export type WatchedMesh = Awaited<ReturnType<typeof startWatchedMesh>>;

/** Prometheus, "Text-based format". */
export function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (name === '') throw new Error(`This is no sample: ${line}`);
    samples.set(name, Number(value));
  }
  return samples;
}

export interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

/** A collector of OpenTelemetry, as far as traces go. */
export async function startCollector() {
  const bodies: any[] = [];
  const server = createServer(async (request, response) => {
    if (request.url !== '/v1/traces') return send(response, 404, undefined);
    bodies.push(await json(request));
    return send(response, 200, {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What was sent, as text. */
    text: () => JSON.stringify(bodies),
    spans: (): Span[] =>
      bodies.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }: any) => scopeSpans.flatMap(({ spans }: any) => spans.map(spanOf))),
      ),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function spanOf({ name, traceId, spanId, parentSpanId, traceState, attributes, status }: any): Span {
  const values = attributes.map(({ key, value }: any) => {
    const [held] = Object.values<any>(value);
    return [key, held.values?.map((each: object) => Object.values(each)[0]) ?? held];
  });
  const isError = status.code === 2;
  return { name, traceId, spanId, parentSpanId, traceState, attributes: Object.fromEntries(values), isError };
}
