/** Subgraphs with subscriptions, on real ports: graphql-ws or graphql-sse as their authors serve them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { until } from './mesh.ts';
import { send } from './subgraph.ts';

export interface EventSubgraph {
  /** Of its GraphQL endpoint; `ws:` where it only speaks WebSocket. */
  readonly url: string;
  readonly sdl: string;
  /** What it was asked to stream. */
  readonly streamed: readonly { readonly query: string; readonly headers: IncomingMessage['headers'] }[];
  /** Gives each running subscription an event. Resolves when there is one that runs. */
  publish(...events: unknown[]): Promise<void>;
  /** Ends all running subscriptions in an orderly way. */
  complete(): void;
  /** Requests that were no WebSockets. */
  readonly requests: number;
  readonly subscribers: number;
  /** Open sockets, idle ones included. */
  readonly open: number;
  /** Breaks all connections. */
  breakOff(): void;
  close(): Promise<void>;
}

/** @param sdl whose fields of Subscription all give what is published. */
export async function startEventSubgraph(
  sdl: string,
  protocol: 'sse' | 'ws',
  resolvers: Record<string, any> = {},
): Promise<EventSubgraph> {
  const topic = createTopic();
  const document = parse(sdl);
  const root = document.definitions.find((each) => 'name' in each && each.name?.value === 'Subscription');
  const fields = root && 'fields' in root ? (root.fields ?? []) : [];
  const subscription = Object.fromEntries(
    fields.map(({ name }) => [name.value, { subscribe: () => topic.subscribe(), resolve: (event: unknown) => event }]),
  );
  const schema = buildSubgraphSchema([
    { typeDefs: document, resolvers: { ...resolvers, ...(root && { Subscription: subscription }) } as any },
  ]);
  const streamed: { query: string; headers: IncomingMessage['headers'] }[] = [];
  const sockets = new Set<Socket>();
  const sse = createHandler({
    schema,
    onSubscribe: ({ raw }, { query = '' }) => void streamed.push({ query, headers: raw.headers }),
  });
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    if (request.headers.accept === 'text/event-stream') {
      if (protocol === 'sse') return void sse(request, response).catch(() => {});
      return send(response, 415, { errors: [{ message: 'No streams here.' }] });
    }
    const { query, variables } = (await json(request)) as { query: string; variables: Record<string, unknown> };
    return send(response, 200, await graphql({ schema, source: query, variableValues: variables }));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  if (protocol === 'ws') {
    useServer(
      {
        schema,
        onSubscribe: ({ extra }, _id, { query }) => void streamed.push({ query, headers: extra.request.headers }),
      },
      new WebSocketServer({ server }),
    );
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakOff = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    sdl,
    streamed,
    async publish(...events) {
      await until(() => topic.subscribers > 0);
      for (const event of events) topic.publish(event);
    },
    complete: topic.complete,
    get requests() {
      return requests;
    },
    get subscribers() {
      return topic.subscribers;
    },
    get open() {
      return sockets.size;
    },
    breakOff,
    async close() {
      breakOff();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Whoever subscribes gets what is published from then on, however slowly it takes that. */
function createTopic() {
  const takers = new Set<{ give(event: unknown): void; end(): void }>();
  return {
    get subscribers() {
      return takers.size;
    },
    publish(event: unknown) {
      for (const taker of takers) taker.give(event);
    },
    complete() {
      for (const taker of takers) taker.end();
    },
    subscribe() {
      const waiting: unknown[] = [];
      let wake: () => void = () => {};
      let isOver = false;
      const taker = {
        give(event: unknown) {
          waiting.push(event);
          wake();
        },
        end() {
          isOver = true;
          takers.delete(taker);
          wake();
        },
      };
      takers.add(taker);
      const done = { done: true, value: undefined } as const;
      const stream = {
        async next() {
          while (waiting.length === 0 && !isOver) await new Promise<void>((resolve) => (wake = resolve));
          return waiting.length > 0 ? { done: false, value: waiting.shift() } : done;
        },
        async return() {
          waiting.length = 0;
          taker.end();
          return done;
        },
        async throw() {
          return stream.return();
        },
        [Symbol.asyncIterator]: () => stream,
      };
      return stream;
    },
  };
}
