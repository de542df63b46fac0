/** The gateway's door for streams: who may open one, what they carry, and how they end. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Engine, EventStream, RequestContext } from '../gateway/engine/engine.ts';
import { createUsage } from '../gateway/registry/operations/usage.ts';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import { type DoorOptions, openDoor } from './door.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { root, spawnWeft, until, weft } from './mesh.ts';
import { type StreamingGatewayOptions, startStreamingGateway, subscribe, withLink } from './streaming-gateway.ts';

const sdl = withLink(`
  type Query { one: Int  pages(first: Int): [Node] }
  type Mutation { touch: Int }
  type Subscription { counted(from: Int): Int  noted: Note  nodes: Node }
  type Node { id: ID  next: Node }
  type Note { text: String }`);

let touched = 0;
const resolvers = { Query: { one: () => 1 }, Mutation: { touch: () => ++touched } };

async function startMesh(options: StreamingGatewayOptions = {}) {
  const source = await startEventSubgraph(sdl, 'sse', resolvers);
  const gateway = await startStreamingGateway({ source }, options);
  return {
    source,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await source.close();
    },
  };
}

const counted = { query: 'subscription { counted }' };

/** A door over a graph in this process whose subscriptions are opened as the test says. */
async function openStreamingDoor(open: (context: RequestContext) => Promise<EventStream>, options: DoorOptions = {}) {
  const schema = buildSchema('type Query { one: Int } type Subscription { counted: Int }');
  const source = { subgraph: { name: 'a', url: '' }, request: { kind: 'subscription', body: '' } } as const;
  const engine: Engine = {
    schema,
    execute: async () => ({ data: { one: 1 } }),
    planSubscription: async () => ({ source, open, answer: async ({ data }) => ({ data: data ?? null }) }),
    close: async () => {},
  };
  return openDoor({ engine, ...options });
}

/** Ends after so many events. */
function streamOf(events: number): EventStream {
  let left = events;
  return {
    next: async () =>
      left-- > 0 ? { done: false, value: { data: { counted: left } } } : { done: true, value: undefined },
    close: () => {},
  };
}

/** A response whose body is read by whoever asks. */
async function send(url: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') {
  const sent = httpRequest(url, {
    method,
    headers: {
      accept: 'text/event-stream',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(method === 'POST' ? JSON.stringify(body) : undefined);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

const get = (url: string, query: string, headers: Record<string, string> = {}) =>
  send(`${url}?query=${encodeURIComponent(query)}`, undefined, headers, 'GET');

/** A WebSocket of the protocol, without a library's help: messages out and in as JSON. */
async function openSocket(url: string, headers: Record<string, string> = {}, options = {}) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers, ...options });
  const messages: any[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  await once(socket, 'open');
  const say = (message: unknown): void => socket.send(JSON.stringify(message));
  return {
    socket,
    messages,
    closed,
    say,
    ask: (id: string, payload: unknown) => say({ id, type: 'subscribe', payload }),
  };
}

async function openSession(url: string, headers: Record<string, string> = {}, payload?: unknown) {
  const opened = await openSocket(url, headers);
  opened.say({ type: 'connection_init', payload });
  await until(() => opened.messages.length > 0);
  expect(opened.messages.shift()).toEqual({ type: 'connection_ack' });
  return opened;
}

/** The status that the door gives whoever wants a WebSocket, and its code where it refuses. */
async function knock(url: string, headers: Record<string, string>, path = '/graphql') {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
  socket.on('error', () => {});
  const opened = once(socket, 'open').then(() => ({ status: 101 }));
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    const { errors } = JSON.parse(await text(response));
    return { status: response.statusCode, code: errors[0].extensions.code };
  });
  const answer = await Promise.race([opened, refused]);
  socket.terminate();
  return answer;
}

describe('a subscription that is sent like a query', () => {
  test('is told how it can be sent', async () => {
    await using mesh = await startMesh();
    const answer = await mesh.gateway.ask('subscription { counted }');
    expect(answer.status).toBe(406);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_NEEDS_STREAM' } }]);
    expect(answer.errors?.[0].message).toMatch(/text\/event-stream.*graphql-transport-ws/);
    expect(mesh.source.streamed).toEqual([]);
  });

  test('is a stream for whoever also accepts one, and a query is JSON for whoever accepts that', async () => {
    await using mesh = await startMesh();
    const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    const url = `${mesh.gateway.url}/graphql`;
    const query = await send(url, { query: '{ one }' }, { accept });
    expect(query.headers['content-type']).toMatch(/^application\/graphql-response\+json/);
    expect(JSON.parse(await text(query))).toEqual({ data: { one: 1 } });
    const stream = await send(url, counted, { accept });
    expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
    stream.destroy();
  });
});

test('an engine without subscriptions says so', async () => {
  const door = await openDoor({ sdl: 'type Query { one: Int } type Subscription { counted(from: Int): Int }' });
  for (const client of ['sse', 'ws'] as const) {
    const [answer] = await subscribe(door, client, 'subscription { counted }').rest();
    expect(answer.errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTIONS_UNSUPPORTED' } }]);
  }
  await door.close();
});

test('`weft query` prints the answers to a subscription line by line', async () => {
  await using mesh = await startMesh();
  const { child, ended } = spawnWeft(['query', 'subscription { counted }', '--gateway', mesh.gateway.url], {
    cwd: root,
  });
  await mesh.source.publish(1, 2);
  mesh.source.complete();
  expect(await ended).toEqual({ code: 0, stdout: '{"data":{"counted":1}}\n{"data":{"counted":2}}\n', stderr: '' });
  const refused = await weft(['query', 'subscription { gone }', '--gateway', mesh.gateway.url], { cwd: root });
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  const nobody = await weft(['query', 'subscription { counted }', '--gateway', 'http://127.0.0.1:1'], { cwd: root });
  expect(nobody.stderr).toContain('GATEWAY_UNREACHABLE');
  child.kill();
});

describe('server-sent events', () => {
  test('are what graphql-sse says, by POST and by GET', async () => {
    await using mesh = await startMesh();
    const url = `${mesh.gateway.url}/graphql`;
    const id = { 'x-request-id': 'a-1' };
    for (const subscribing of [() => send(url, counted, id), () => get(url, counted.query, id)]) {
      const response = await subscribing();
      expect(response.statusCode).toBe(200);
      expect(response.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'x-request-id': 'a-1',
      });
      expect(response.headers['cache-control']).toContain('no-store');
      await mesh.source.publish(1, 2);
      mesh.source.complete();
      expect(await text(response)).toBe(
        ':\n\nevent: next\ndata: {"data":{"counted":1}}\n\nevent: next\ndata: {"data":{"counted":2}}\n\nevent: complete\ndata:\n\n',
      );
    }
  });

  test('carry queries and mutations, too, but no mutation by GET', async () => {
    await using mesh = await startMesh();
    const url = `${mesh.gateway.url}/graphql`;
    expect(await text(await get(url, '{ one }'))).toContain('data: {"data":{"one":1}}\n\nevent: complete');
    touched = 0;
    expect(await text(await send(url, { query: 'mutation { touch }' }))).toContain('{"data":{"touch":1}}');
    const refused = await get(url, 'mutation { touch }');
    expect(refused.statusCode).toBe(405);
    expect(JSON.parse(await text(refused)).errors).toMatchObject([{ extensions: { code: 'METHOD_NOT_ALLOWED' } }]);
    expect(touched).toBe(1);
  });

  test('are as many at a time as there is room for', async () => {
    await using mesh = await startMesh({ streams: { limits: { eventStreams: 1 } } });
    const url = `${mesh.gateway.url}/graphql`;
    const stream = await send(url, counted);
    const refused = await send(url, counted);
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    expect(JSON.parse(await text(refused)).errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
    expect(await mesh.gateway.ask('{ one }')).toMatchObject({ status: 200 });
    stream.destroy();
    await until(async () => {
      const next = await send(url, counted);
      next.destroy();
      return next.statusCode === 200;
    });
  });

  test('that are taken slowly leave nothing behind at each pause', async () => {
    await using mesh = await startMesh();
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', note);
    const response = await send(`${mesh.gateway.url}/graphql`, { query: 'subscription { noted { text } }' });
    await mesh.source.publish(...Array.from({ length: 30 }, () => ({ text: 'x'.repeat(200_000) })));
    mesh.source.complete();
    expect((await text(response)).split('event: next')).toHaveLength(31);
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('keep a quiet connection open by comments', async () => {
    await using mesh = await startMesh({ streams: { limits: { heartbeatMs: 20 } } });
    const response = await send(`${mesh.gateway.url}/graphql`, counted);
    let received = '';
    response.on('data', (chunk) => (received += chunk));
    await until(() => received.length >= 12);
    expect(received).toMatch(/^(?::\n\n)+$/);
    response.destroy();
  });

  test.each([
    ['no parameters', {}, 'BAD_REQUEST'],
    ['variables that are a list', { ...counted, variables: [] }, 'REQUEST_INVALID'],
  ])('with %s are refused', async (_, body, code) => {
    await using mesh = await startMesh();
    const response = await send(`${mesh.gateway.url}/graphql`, body);
    expect(response.statusCode).toBe(400);
    expect(JSON.parse(await text(response)).errors).toMatchObject([{ extensions: { code } }]);
  });
});

const refusals: [string, string, number, string][] = [
  ['is no GraphQL', 'subscription { counted', 400, 'GRAPHQL_PARSE_FAILED'],
  ['does not fit the graph', 'subscription { gone }', 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['asks for two streams', 'subscription { counted noted { text } }', 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['has no value for a variable', 'subscription ($x: Int!) { counted(from: $x) }', 400, 'BAD_USER_INPUT'],
  [
    'may stream nothing',
    'subscription ($on: Boolean!) { counted @include(if: $on) }',
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'may stream nothing, by a fragment',
    'subscription ($on: Boolean!) { ...F @skip(if: $on) } fragment F on Subscription { counted ...F }',
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['is too deep', `subscription { nodes ${'{ next '.repeat(20)} { id } ${'}'.repeat(20)} }`, 400, 'OPERATION_TOO_DEEP'],
  [
    'has too many aliases',
    `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: one`).join(' ')} }`,
    400,
    'OPERATION_TOO_MANY_ALIASES',
  ],
  ['is too expensive', 'subscription { nodes { next { next { id } } } }', 400, 'OPERATION_TOO_EXPENSIVE'],
];

test.each(refusals)('an operation that %s is refused before anything is streamed', async (_, query, status, code) => {
  await using mesh = await startMesh({ demandLimits: { cost: 2 } });
  const response = await send(`${mesh.gateway.url}/graphql`, { query });
  const { errors } = JSON.parse(await text(response));
  expect(response.statusCode).toBe(status);
  expect(errors).toMatchObject([{ extensions: { code } }]);
  const session = await openSession(mesh.gateway.url);
  session.ask('1', { query });
  await until(() => session.messages.length > 0);
  expect(session.messages).toEqual([{ id: '1', type: 'error', payload: errors }]);
  session.socket.terminate();
  expect(mesh.source.streamed).toEqual([]);
});

test('a consumer spends its budget on subscriptions, too', async () => {
  await using mesh = await startMesh({ costPerMinute: 3 });
  const query = 'subscription { nodes { id } }';
  const codes: unknown[] = [];
  for (let n = 0; n < 5; n++) {
    const response = await send(`${mesh.gateway.url}/graphql`, { query });
    if (response.statusCode === 200) response.destroy();
    else {
      const { code, retryAfter } = JSON.parse(await text(response)).errors[0].extensions;
      expect(response.headers['retry-after']).toBe(String(retryAfter));
      codes.push([response.statusCode, code]);
    }
  }
  expect(codes).toContainEqual([429, 'COST_BUDGET_SPENT']);
});

test('a gateway that cannot keep up begins no streams', async () => {
  await using mesh = await startMesh({ probe: { lagMs: () => 0, heapShare: () => 0.95, close: () => {} } });
  expect((await send(`${mesh.gateway.url}/graphql`, counted)).statusCode).toBe(503);
  const session = await openSession(mesh.gateway.url);
  session.ask('1', counted);
  await until(() => session.messages.length > 0);
  expect(session.messages).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'OVERLOADED' } }] }]);
  session.socket.terminate();
});

describe.each(['sse', 'ws'] as const)('over %s, what was opened for a subscription is let go', (client) => {
  test.each<[string, () => EventStream, number]>([
    ['when its subgraph has completed it', () => streamOf(2), 2],
    [
      'when its subgraph refuses it',
      () => {
        throw new WeftError('SUBGRAPH_UNREACHABLE', 'Subgraph `a` cannot be reached.');
      },
      1,
    ],
  ])('%s', async (_, open, answers) => {
    const contexts: RequestContext[] = [];
    const door = await openStreamingDoor(async (context) => {
      contexts.push(context);
      expect(context.signal?.aborted).toBe(false);
      return open();
    });
    expect(await subscribe(door, client, counted.query).rest()).toHaveLength(answers);
    await until(() => contexts[0]?.signal?.aborted === true);
    await door.close();
  });
});

test('streams that run are no requests that are answered: others are let in', async () => {
  await using mesh = await startMesh({ doorLimits: { inFlight: 2 } });
  const streams: IncomingMessage[] = [];
  while (streams.length < 3) streams.push(await send(`${mesh.gateway.url}/graphql`, counted));
  await until(() => mesh.source.subscribers === 3);
  expect(await mesh.gateway.ask('{ one }')).toMatchObject({ status: 200, data: { one: 1 } });
  for (const stream of streams) stream.destroy();
});

describe('pages of other sites', () => {
  test('open no WebSockets, unless they are allowed', async () => {
    await using mesh = await startMesh({ streams: { allowedOrigins: new Set(['https://app.example.com']) } });
    const { url } = mesh.gateway;
    const refused = { status: 403, code: 'ORIGIN_FORBIDDEN' };
    expect(await knock(url, { origin: 'https://evil.example.com' })).toEqual(refused);
    expect(await knock(url, { origin: 'null' })).toEqual(refused);
    expect(await knock(url, { origin: `${url}.evil.example.com` })).toEqual(refused);
    expect(await knock(url, { origin: url })).toEqual({ status: 101 });
    expect(await knock(url, { origin: 'https://app.example.com' })).toEqual({ status: 101 });
    expect(await knock(url, {})).toEqual({ status: 101 });
  });

  test('open no event sources, unless they can send a header that a browser asks about first', async () => {
    await using mesh = await startMesh();
    const url = `${mesh.gateway.url}/graphql`;
    const statusOf = async (headers: Record<string, string>): Promise<number | undefined> => {
      const response = await get(url, '{ one }', headers);
      response.resume();
      return response.statusCode;
    };
    expect(await statusOf({ origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf({ 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await statusOf({ origin: 'https://evil.example.com', 'apollo-require-preflight': '1' })).toBe(200);
    const form = await send(url, counted, { 'content-type': 'text/plain' });
    expect(form.statusCode).toBe(415);
    form.resume();
  });
});

describe('a WebSocket', () => {
  test('carries queries, mutations and subscriptions beside each other', async () => {
    await using mesh = await startMesh();
    const { socket, messages, ask, say } = await openSession(mesh.gateway.url);
    ask('s', counted);
    await until(() => mesh.source.subscribers === 1);
    ask('q', { query: '{ one }' });
    await until(() => messages.length === 2);
    expect(messages.splice(0)).toEqual([
      { id: 'q', type: 'next', payload: { data: { one: 1 } } },
      { id: 'q', type: 'complete' },
    ]);
    touched = 6;
    ask('m', { query: 'mutation { touch }' });
    await until(() => messages.length === 2);
    expect(messages.splice(0)[0]).toEqual({ id: 'm', type: 'next', payload: { data: { touch: 7 } } });
    await mesh.source.publish(5);
    await until(() => messages.length === 1);
    expect(messages.splice(0)).toEqual([{ id: 's', type: 'next', payload: { data: { counted: 5 } } }]);
    say({ id: 's', type: 'complete' });
    await until(() => mesh.source.open === 0);
    socket.terminate();
  });

  test('is opened at /graphql only, and by so many at a time', async () => {
    await using mesh = await startMesh({ streams: { limits: { webSockets: 1 } } });
    const { url } = mesh.gateway;
    expect(await knock(url, {}, '/catalog')).toEqual({ status: 404, code: 'NOT_FOUND' });
    const { socket } = await openSession(url);
    expect(await knock(url, {})).toEqual({ status: 503, code: 'OVERLOADED' });
    socket.terminate();
    await until(async () => (await knock(url, {})).status === 101);
  });

  test('leaves room for whoever asks otherwise, however many there are', async () => {
    const door = await openStreamingDoor(async () => streamOf(0));
    const address = `${door.url.replace('http', 'ws')}/graphql`;
    const sockets = Array.from({ length: 1_024 }, () => new WebSocket(address, 'graphql-transport-ws'));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    expect((await fetch(`${door.url}/health`)).status).toBe(200);
    expect((await door.post({ query: '{ one }' })).data).toEqual({ one: 1 });
    for (const socket of sockets) socket.terminate();
    await door.close();
  });

  test('waits for a graph', async () => {
    const door = await openDoor({ engine: undefined });
    expect(await knock(door.url, {})).toEqual({ status: 503, code: 'GRAPH_UNAVAILABLE' });
    expect((await send(`${door.url}/graphql`, counted)).statusCode).toBe(503);
    await door.close();
  });

  test('has so many operations at a time', async () => {
    await using mesh = await startMesh({ streams: { limits: { operationsPerWebSocket: 2 } } });
    const { socket, messages, ask, say } = await openSession(mesh.gateway.url);
    for (const id of ['1', '2', '3']) ask(id, counted);
    await until(() => messages.length > 0);
    expect(messages).toMatchObject([
      { id: '3', type: 'error', payload: [{ extensions: { code: 'SUBSCRIPTIONS_EXCEEDED' } }] },
    ]);
    await until(() => mesh.source.subscribers === 2);
    say({ id: '1', type: 'complete' });
    await until(() => mesh.source.subscribers === 1);
    ask('4', counted);
    await until(() => mesh.source.subscribers === 2);
    socket.terminate();
  });

  test('stops what its client completes, and counts it for as long as it runs', async () => {
    const answers: (() => void)[] = [];
    const slow = () => new Promise<number>((answer) => answers.push(() => answer(1)));
    const limits = { operationsPerWebSocket: 2 };
    const door = await openDoor({ sdl: 'type Query { slow: Int }', rootValue: { slow }, streams: { limits } });
    const { socket, messages, ask, say } = await openSession(door.url);
    for (const id of ['1', '2']) {
      ask(id, { query: '{ slow }' });
      await until(() => door.executed.length === Number(id));
      say({ id, type: 'complete' });
      await until(() => door.executed[Number(id) - 1]?.context.signal?.aborted === true);
    }
    ask('3', { query: '{ slow }' });
    await until(() => messages.length > 0);
    expect(messages.splice(0)).toMatchObject([
      { id: '3', type: 'error', payload: [{ extensions: { code: 'SUBSCRIPTIONS_EXCEEDED' } }] },
    ]);
    for (const answer of answers) answer();
    ask('4', { query: '{ __typename }' });
    await until(() => messages.length === 2);
    expect(messages).toMatchObject([
      { id: '4', type: 'next' },
      { id: '4', type: 'complete' },
    ]);
    socket.terminate();
    await door.close();
  });

  test.each([
    ['nothing', () => {}, 4408],
    ['a subscription before it began', ({ ask }: any) => ask('1', counted), 4401],
    ['what is no message', ({ socket }: any) => socket.send('{"type":"what"}'), 4400],
    ['bytes', ({ socket }: any) => socket.send(Buffer.from('{}')), 1003],
    ['too much', ({ socket }: any) => socket.send('x'.repeat(2_000)), 1009],
  ])('that says %s is closed', async (_, misbehave, code) => {
    await using mesh = await startMesh({ streams: { limits: { initMs: 100, messageBytes: 1_000 } } });
    const opened = await openSocket(mesh.gateway.url);
    misbehave(opened);
    expect(await opened.closed).toMatchObject({ code });
  });

  test('that shows no sign of life is closed, and with it what it subscribed to', async () => {
    await using mesh = await startMesh({ streams: { limits: { heartbeatMs: 50 } } });
    const living = await openSession(mesh.gateway.url);
    let pings = 0;
    living.socket.on('ping', () => (pings += 1));
    const dead = await openSocket(mesh.gateway.url, {}, { autoPong: false });
    dead.say({ type: 'connection_init' });
    await until(() => dead.messages.length > 0);
    dead.ask('1', counted);
    await dead.closed;
    await until(() => mesh.source.open === 0 && pings >= 3);
    expect(living.socket.readyState).toBe(WebSocket.OPEN);
    living.socket.terminate();
  });

  test('takes a credential at its beginning, and nothing else that a proxy may vouch for', async () => {
    const requests = { forwardHeaders: ['authorization', 'x-user'] };
    await using mesh = await startMesh({ requests });
    const { socket, ask } = await openSession(mesh.gateway.url, {}, { authorization: 'Bearer 2', 'x-user': 'root' });
    ask('1', counted);
    await until(() => mesh.source.streamed.length === 1);
    expect(mesh.source.streamed[0]?.headers).toMatchObject({ authorization: 'Bearer 2' });
    expect(mesh.source.streamed[0]?.headers).not.toHaveProperty('x-user');
    socket.terminate();
  });

  test('that is not meant is not taken for one: a request that offers HTTP/2 is answered', async () => {
    await using mesh = await startMesh();
    const { hostname, port } = new URL(mesh.gateway.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: '{ one }' });
    const head = [
      'POST /graphql HTTP/1.1',
      'host: x',
      'connection: Upgrade, HTTP2-Settings',
      'upgrade: h2c',
      'http2-settings: AAMAAABk',
    ];
    socket.write(
      `${head.join('\r\n')}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 4)}`,
    );
    setTimeout(() => socket.write(body.slice(4)), 20);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 .*\{"data":\{"one":1\}\}/s);
    socket.destroy();
  });
});

describe('what a client is called is counted with what it sends', () => {
  async function startCounting() {
    const usage = createUsage({ now: Date.now, flush: async () => {} });
    const mesh = await startMesh({ usage });
    /** Who sent what since the last time. */
    const senders = () => usage.take().counts.map(({ client, clientVersion }) => [client, clientVersion]);
    return { ...mesh, senders };
  }
  const apollo = { 'apollographql-client-name': 'dashboard', 'apollographql-client-version': '2.1' };

  test.each<[how: string, params: unknown, headers: Record<string, string>, sender: [string, string]]>([
    ["as Apollo's clients say it", apollo, {}, ['dashboard', '2.1']],
    ["as Cosmo's do", { 'graphql-client-name': 'app', 'graphql-client-version': '7' }, {}, ['app', '7']],
    ['without a version', { 'x-graphql-client-name': 'app' }, {}, ['app', '']],
    ["as Hive's do", { client: { name: 'app', version: '1.0.0' } }, {}, ['app', '1.0.0']],
    ['by the headers that open it', { client: { name: 'app', version: '7' } }, apollo, ['dashboard', '2.1']],
    ['with what is no name', { client: 'app', 'graphql-client-name': { a: 1 } }, {}, ['', '']],
    ['at length', { client: { name: `\u001b[2J${'x'.repeat(5_000)}`, version: 1 } }, {}, [`[2J${'x'.repeat(97)}`, '']],
    ['not at all', undefined, {}, ['', '']],
  ])('over a WebSocket %s', async (_, params, headers, sender) => {
    await using mesh = await startCounting();
    const { socket, ask, messages } = await openSession(mesh.gateway.url, headers, params);
    ask('1', { query: '{ one }' });
    await until(() => messages.some(({ type }) => type === 'next'));
    ask('2', counted);
    await until(() => mesh.source.streamed.length === 1);
    expect(mesh.senders()).toEqual([sender, sender]);
    socket.terminate();
  });

  test.each<[how: string, headers: Record<string, string>]>([
    ['as events', { accept: 'text/event-stream' }],
    ['as JSON', { accept: 'application/json' }],
  ])('over HTTP %s', async (_, headers) => {
    await using mesh = await startCounting();
    const response = await send(`${mesh.gateway.url}/graphql`, { query: '{ one }' }, { ...apollo, ...headers });
    await text(response);
    expect(mesh.senders()).toEqual([['dashboard', '2.1']]);
  });
});

describe('a gateway that stops', () => {
  test('says so to whoever reads a stream, so that they come again', async () => {
    const mesh = await startMesh();
    const response = await send(`${mesh.gateway.url}/graphql`, counted);
    const { closed, messages, ask } = await openSession(mesh.gateway.url);
    ask('1', counted);
    await until(() => mesh.source.subscribers === 2);
    await mesh.gateway.close();
    expect(await text(response)).toMatch(/"code":"GATEWAY_CLOSING"\}\}\]\}\n\nevent: complete\ndata:\n\n$/);
    expect(await closed).toEqual({ code: 1001, reason: 'GATEWAY_CLOSING' });
    expect(messages).toEqual([]);
    await until(() => mesh.source.open === 0);
    await mesh.source.close();
  });

  test('begins no stream that nobody would end', async () => {
    let opened: ((stream: EventStream) => void) | undefined;
    let closed = 0;
    const door = await openStreamingDoor(() => new Promise((resolve) => (opened = resolve)));
    const beginning = send(`${door.url}/graphql`, counted);
    const { closed: gone } = await openSession(door.url);
    await until(() => opened !== undefined);
    const closing = door.close();
    // Whoever had a stream by then has been told.
    await gone;
    opened?.({ next: () => new Promise(() => {}), close: () => (closed += 1) });
    const refused = await beginning;
    expect(refused.statusCode).toBe(503);
    expect(JSON.parse(await text(refused)).errors).toMatchObject([{ extensions: { code: 'GATEWAY_CLOSING' } }]);
    expect(closed).toBeGreaterThan(0);
    await closing;
  });

  test('does not wait for clients that take no notice', async () => {
    const mesh = await startMesh({ streams: { limits: { goodbyeMs: 100 } } });
    const { hostname, port } = new URL(mesh.gateway.url);
    const socket = connect(Number(port), hostname);
    const key = [
      'upgrade: websocket',
      'connection: upgrade',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${'A'.repeat(22)}==`,
    ];
    socket.write(
      `GET /graphql HTTP/1.1\r\nhost: x\r\n${key.join('\r\n')}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
    );
    await once(socket, 'data');
    await mesh.gateway.close();
    socket.destroy();
    await mesh.source.close();
  });
});

test('a consumer that does not take its events loses its stream, and learns why; others go on', async () => {
  await using mesh = await startMesh({ transport: { slowMs: 100 } });
  const slow = await send(`${mesh.gateway.url}/graphql`, { query: 'subscription { noted { text } }' });
  slow.pause();
  await until(() => mesh.source.subscribers === 1);
  const large = { text: 'x'.repeat(500_000) };
  await mesh.source.publish(...Array.from({ length: 60 }, () => large));
  await until(() => mesh.source.subscribers === 0);
  const other = subscribe(mesh.gateway, 'sse', 'subscription { counted }');
  await mesh.source.publish(1);
  expect(await other.next()).toEqual({ data: { counted: 1 } });
  await other.leave();
  const received = await text(slow);
  expect(received.split('event: next').length).toBeLessThan(60);
  expect(received).toMatch(/"code":"SUBSCRIPTION_CONSUMER_SLOW"\}\}\]\}\n\nevent: complete\ndata:\n\n$/);
});

test('500 consumers that leave at once leave no connections behind', async () => {
  await using mesh = await startMesh();
  const streams = await Promise.all(Array.from({ length: 250 }, () => send(`${mesh.gateway.url}/graphql`, counted)));
  const sockets = await Promise.all(Array.from({ length: 250 }, () => openSession(mesh.gateway.url)));
  for (const { ask } of sockets) ask('1', counted);
  await until(() => mesh.source.subscribers === 500);
  for (const stream of streams) stream.destroy();
  for (const { socket } of sockets) socket.terminate();
  await until(() => mesh.source.open === 0);
  expect(mesh.source.subscribers).toBe(0);
  // They were no fault of the subgraph.
  expect(mesh.gateway.log).toEqual([]);
}, 60_000);
