/** A gateway whose subgraphs stream, on real ports, and clients as consumers have them: of graphql-sse and graphql-ws. */
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createLiveEngine } from '../gateway/engine/live-engine.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { composeWithApollo } from '../gateway/registry/compose.ts';
import { createHttpClient } from '../gateway/transport/http-client.ts';
import { createSubgraphStreams, type SubgraphStreamsOptions } from '../gateway/transport/streams/subgraph-streams.ts';
import { createSubgraphFetch } from '../gateway/transport/subgraphs.ts';
import { type DoorOptions, openDoor } from './door.ts';
import { planningHere } from './federation/graph.ts';

export interface Part {
  readonly sdl: string;
  readonly url: string;
}

export type Parts = Readonly<Record<string, Part>>;

export interface StreamingGateway {
  readonly url: string;
  readonly log: readonly string[];
  readonly ask: Awaited<ReturnType<typeof openDoor>>['ask'];
  readonly post: Awaited<ReturnType<typeof openDoor>>['post'];
  /** Changes the graph, as a publish does. */
  publish(parts: Parts): Promise<void>;
  close(): Promise<void>;
}

export interface StreamingGatewayOptions extends DoorOptions {
  readonly transport?: Partial<SubgraphStreamsOptions>;
}

export async function startStreamingGateway(
  parts: Parts,
  { transport, ...door }: StreamingGatewayOptions = {},
): Promise<StreamingGateway> {
  const log: string[] = [];
  const write = (message: string): void => void log.push(message);
  const http = createHttpClient();
  const fetchSubgraph = createSubgraphFetch({ http, timeoutMs: 3_000, log: write });
  const subscribeSubgraph = createSubgraphStreams({ log: write, ...transport });
  const create = createWeftEngine({ createPlanner: planningHere() });
  const engineOf = (of: Parts) => create(compose(of), { fetchSubgraph, subscribeSubgraph, log: write });
  const live = createLiveEngine(await engineOf(parts), { patience: async () => {} });
  const { url, ask, post, close } = await openDoor({ graph: live, log: write, ...door });
  return {
    url,
    log,
    ask,
    post,
    publish: async (next) => live.swap(await engineOf(next)),
    async close() {
      await close();
      await live.close();
      await http.close();
    },
  };
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])`;

/** For subgraphs that are started with it. */
export const withLink = (sdl: string): string => `${link}\n${sdl}`;

function compose(parts: Parts): string {
  const composed = composeWithApollo(Object.entries(parts).map(([name, { sdl, url }]) => ({ name, url, sdl })));
  if ('supergraphSdl' in composed) return composed.supergraphSdl;
  throw new Error(composed.issues.map(({ message }) => message).join('\n'));
}

export interface Subscribed {
  /** The next answer. */
  next(): Promise<any>;
  /** All answers that are left. */
  rest(): Promise<any[]>;
  /** The consumer ends it. */
  leave(): Promise<void>;
}

export type Client = 'sse' | 'ws';

export interface AskOptions {
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Subscribes as a consumer does. */
export function subscribe(
  { url }: Pick<StreamingGateway, 'url'>,
  client: Client,
  query: string,
  { variables = {}, headers = {} }: AskOptions = {},
): Subscribed {
  const iterator = client === 'sse' ? bySse() : byWs();
  return {
    async next() {
      const { done, value } = await iterator.next();
      return done ? 'done' : JSON.parse(JSON.stringify(value));
    },
    async rest() {
      const all: unknown[] = [];
      for await (const each of iterator) all.push(JSON.parse(JSON.stringify(each)));
      return all;
    },
    async leave() {
      await iterator.return?.(undefined);
    },
  };

  function bySse() {
    const made = createSseClient({ url: `${url}/graphql`, headers, retryAttempts: 0 });
    return made.iterate({ query, variables });
  }

  function byWs() {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
      }
    }
    const made = createWsClient({
      url: `${url}/graphql`.replace('http', 'ws'),
      webSocketImpl: Socket,
      retryAttempts: 0,
    });
    return made.iterate({ query, variables });
  }
}
