/** Who is asking, at the gateway's doors: HTTP, streams of events, and WebSocket. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../gateway/config.ts';
import type { Engine } from '../gateway/engine/engine.ts';
import type { DoorContext } from '../gateway/http/request-context.ts';
import { createIdentity } from '../gateway/identity/identity.ts';
import { startGateway } from '../gateway/main.ts';
import { eventText } from '../gateway/observability/log-lines.ts';
import { type Door, type DoorOptions, openDoor } from './door.ts';
import { startEventSubgraph } from './event-subgraph.ts';
import { epoch, issuerName, makeKey, type SigningKey, sign, startIssuer, type TestIssuer, whoAsks } from './issuer.ts';
import { makeMesh } from './mesh.ts';
import { startStreamingGateway, subscribe, withLink } from './streaming-gateway.ts';

let key: SigningKey;
let issuer: TestIssuer;
beforeAll(async () => {
  key = await makeKey('one');
  issuer = await startIssuer();
  issuer.publish(key);
});
afterAll(() => issuer.close());

/** A door that takes the issuer's tokens. */
async function openWith(options: DoorOptions = {}, jwksUrl = issuer.url) {
  const who = await whoAsks(jwksUrl, {}, { devPrincipals: true });
  const door = await openDoor({ identity: who.identity, ...options });
  return {
    who,
    door,
    /** Who the engine was told is asking, and who pays. */
    askers: () => door.executed.map(({ context }) => (context as DoorContext).asker.id),
    payers: () => door.executed.map(({ context }) => context.principal),
    async [Symbol.asyncDispose]() {
      await door.close();
      await who.identity.close();
    },
  };
}

const hello = { query: '{ hello }' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const refusal = { errors: [{ message: expect.any(String), extensions: { code: 'TOKEN_INVALID' } }] };

describe('over HTTP', () => {
  test('the engine is told who asks, by POST and by GET', async () => {
    await using opened = await openWith();
    const { door } = opened;
    const token = await sign(key, { sub: 'alice', team: 'Analytics' });
    expect(await door.post(hello, bearer(token))).toMatchObject({ status: 200 });
    expect(await door.post(hello, bearer('dev-analyst'))).toMatchObject({ status: 200 });
    expect(await door.post(hello)).toMatchObject({ status: 200 });
    expect((await fetch(`${door.url}/graphql?query={hello}`, { headers: bearer(token) })).status).toBe(200);
    const alice = `${issuerName}#alice`;
    expect(opened.askers()).toEqual([alice, 'dev-analyst', 'anonymous', alice]);
    expect(door.executed[0]?.context).toMatchObject({ asker: { kind: 'user', team: 'Analytics' } });
    expect(opened.payers()).toEqual([`asker ${alice}`, 'asker dev-analyst', '127.0.0.1', `asker ${alice}`]);
  });

  test('who cannot be told is refused with 401 before the body is read', async () => {
    await using opened = await openWith();
    const { door } = opened;
    const expired = await sign(key, { exp: epoch - 100 });
    for (const token of [expired, 'nobody', 'weft_0123456789ab_secret']) {
      for (const body of [hello, 'no JSON', { query: '{ nothing }' }]) {
        const { status, headers, ...answer } = await door.post(body, bearer(token));
        expect({ status, ...answer }).toEqual({ status: 401, ...refusal });
        expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
        expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
        expect(JSON.stringify(answer)).not.toContain(token);
      }
    }
    for (const accept of ['text/event-stream', 'multipart/mixed; deferSpec=20220824, application/json']) {
      const { status, ...answer } = await door.post(hello, { accept, ...bearer(expired) });
      expect({ status, errors: answer.errors }).toEqual({ status: 401, ...refusal });
    }
    const byGet = await fetch(`${door.url}/graphql?query={hello}`, { headers: bearer(expired) });
    expect({ status: byGet.status, ...((await byGet.json()) as object) }).toEqual({ status: 401, ...refusal });
    expect(door.executed).toEqual([]);
    expect(door.log.join()).not.toContain(expired);
  });

  test('whoever shows two tokens is refused, and one in the URL is none', async () => {
    await using opened = await openWith();
    const { door } = opened;
    const [alice, bob] = [await sign(key), await sign(key, { sub: 'bob' })];
    const statusOf = (...tokens: string[]) =>
      new Promise<number | undefined>((resolve, reject) => {
        const body = JSON.stringify(hello);
        const authorization = tokens.map((token) => `Bearer ${token}`);
        const headers = { 'content-type': 'application/json', Authorization: authorization };
        const sent = request(`${door.url}/graphql`, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject).end(body);
      });
    expect(await statusOf(alice)).toBe(200);
    for (const two of [
      [alice, bob],
      [alice, alice],
      ['nobody', alice],
      [alice, 'dev-officer'],
    ])
      expect(await statusOf(...two)).toBe(401);
    for (const name of ['access_token', 'authorization', 'token'])
      expect((await fetch(`${door.url}/graphql?query={hello}&${name}=${alice}`)).status).toBe(200);
    expect(opened.askers()).toEqual([`${issuerName}#alice`, ...Array(3).fill('anonymous')]);
  });

  test('whoever shows a token of 100 KB is refused', async () => {
    await using opened = await openWith();
    expect((await opened.door.post(hello, bearer('e'.repeat(100_000)))).status).toBe(431);
  });

  test('what nobody asks at the graph takes no token', async () => {
    await using opened = await openWith();
    for (const path of ['/health', '/health/live', '/health/ready', '/']) {
      const { status } = await fetch(opened.door.url + path, { headers: bearer('nobody') });
      expect([path, status]).toEqual([path, 200]);
    }
  });

  test('a token of the registry is left to the registry, at the catalog', async () => {
    await using opened = await openWith();
    const { door } = opened;
    const ask = { query: '{ __typename }' };
    expect(await door.post(ask, bearer('weft_0123456789ab_secret'), '/catalog')).toMatchObject({ status: 200 });
    expect(await door.post(ask, {}, '/catalog')).toMatchObject({ status: 200 });
    expect(await door.post(ask, bearer('dev-officer'), '/catalog')).toMatchObject({ status: 200 });
    expect(await door.post(ask, bearer('nobody'), '/catalog')).toMatchObject({ status: 401, ...refusal });
  });

  test('without keys of the issuer, whoever shows a token is told to come again', async () => {
    const away = await startIssuer();
    away.instead((response) => void response.writeHead(503).end());
    await using opened = await openWith({}, away.url);
    const { door } = opened;
    const { status, headers, errors } = await door.post(hello, bearer(await sign(key)));
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 503, code: 'ISSUER_UNREACHABLE' });
    expect(headers.get('retry-after')).toBe('5');
    expect(await door.post(hello)).toMatchObject({ status: 200 });
    await away.close();
  });

  test('each who asks has a budget of its own, unless a proxy says who it is', async () => {
    const sdl = 'type Query { item: Item } type Item { name: String }';
    await using opened = await openWith({ sdl, costPerMinute: 2, requests: { principalHeader: 'x-consumer' } });
    const codesOf = async (headers: Record<string, string>) => {
      const answers = [];
      for (const _ of [1, 2, 3]) answers.push(await opened.door.post({ query: '{ item { name } }' }, headers));
      return answers.map(({ status }) => status);
    };
    const spent = [200, 200, 429];
    expect(await codesOf(bearer('dev-analyst'))).toEqual(spent);
    expect(await codesOf(bearer('dev-marketer'))).toEqual(spent);
    expect(await codesOf({})).toEqual(spent);
    expect(await codesOf({ ...bearer('dev-analyst'), 'x-consumer': 'crm' })).toEqual(spent);
    expect(await codesOf({ ...bearer('dev-marketer'), 'x-consumer': 'crm' })).toEqual([429, 429, 429]);
  });

  test('without settings everybody is anonymous, and Authorization means nothing here', async () => {
    for (const identity of [undefined, createIdentity({ log: () => {} })]) {
      const requests = { forwardHeaders: ['authorization'] };
      const door = await openDoor({ identity, requests });
      for (const authorization of ['Basic YTpi', 'Bearer dev-officer', 'Bearer weft_0123456789ab_secret', 'x'])
        expect(await door.post(hello, { authorization })).toMatchObject({ status: 200 });
      const contexts = door.executed.map(({ context }) => context as DoorContext);
      expect(contexts.map(({ asker, principal }) => [asker.id, principal])).toEqual(
        Array(4).fill(['anonymous', '127.0.0.1']),
      );
      expect(contexts[0]?.headers).toMatchObject({ authorization: 'Basic YTpi' });
      expect(contexts[0]?.authorization).toBe('Basic YTpi');
      await door.close();
    }
  });
});

describe('over WebSocket', () => {
  /** Opens a connection as clients do; resolves to the code that it is closed with, or 'open'. */
  async function opened(door: Pick<Door, 'url'>, payload?: unknown, headers: Record<string, string | string[]> = {}) {
    const socket = new WebSocket(`${door.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', ...(payload !== undefined && { payload }) }));
    const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)]);
    const said = once(socket, 'message').then(([data]) => JSON.parse(String(data)).type);
    const first = await Promise.race([said, closed]);
    socket.close();
    return first;
  }

  test('a connection is opened by who can be told, and by whoever shows nothing', async () => {
    await using with_ = await openWith();
    const { door } = with_;
    const token = await sign(key);
    expect(await opened(door, bearer(token))).toBe('connection_ack');
    expect(await opened(door, bearer('dev-analyst'))).toBe('connection_ack');
    expect(await opened(door, undefined, bearer(token))).toBe('connection_ack');
    expect(await opened(door)).toBe('connection_ack');
    const refused = [4403, 'TOKEN_INVALID'];
    expect(await opened(door, bearer('nobody'))).toEqual(refused);
    expect(await opened(door, bearer('e'.repeat(100_000)))).toEqual(refused);
    expect(await opened(door, undefined, bearer('nobody'))).toEqual(refused);
    expect(await opened(door, undefined, { authorization: [`Bearer ${token}`, 'Bearer dev-analyst'] })).toEqual(
      refused,
    );
    // What a header says counts, as for any operation: it may be one that a proxy vouches for.
    expect(await opened(door, bearer(token), bearer('nobody'))).toEqual(refused);
    expect(door.log).toEqual([]);
  });

  test('without keys of the issuer, clients are told to come again', async () => {
    const away = await startIssuer();
    away.instead((response) => void response.writeHead(503).end());
    await using with_ = await openWith({}, away.url);
    expect(await opened(with_.door, bearer(await sign(key)))).toEqual([1013, 'ISSUER_UNREACHABLE']);
    await away.close();
  });

  test('without settings a connection is opened whatever is shown', async () => {
    const door = await openDoor();
    expect(await opened(door, bearer('nobody'))).toBe('connection_ack');
    expect(await opened(door, undefined, { authorization: 'Basic YTpi' })).toBe('connection_ack');
    await door.close();
  });

  test('once a token has ended, no operation begins with it, and a stream that runs ends', async () => {
    const contexts: DoorContext[] = [];
    let tell = (_event: { data: { counted: number } }): void => {};
    const engine: Engine = {
      schema: (await import('graphql')).buildSchema('type Query { one: Int } type Subscription { counted: Int }'),
      async execute({ context }) {
        contexts.push(context as DoorContext);
        return { data: { one: 1 } };
      },
      planSubscription: async () => ({
        source: { subgraph: { name: 'a', url: '' }, request: { kind: 'subscription', body: '' } },
        async open(context) {
          contexts.push(context as DoorContext);
          return {
            next: () =>
              new Promise((resolve) => {
                tell = (value) => resolve({ done: false, value });
              }),
            close: () => {},
          };
        },
        answer: async ({ data }) => ({ data: data ?? null }),
      }),
      close: async () => {},
    };
    await using with_ = await openWith({ engine });
    const { door, who } = with_;
    const token = await sign(key, { exp: epoch + 60 });
    const client = createClient({
      url: `${door.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      connectionParams: bearer(token),
    });
    const one = () => client.iterate({ query: '{ one }' }).next();
    const stream = client.iterate({ query: 'subscription { counted }' });
    const event = stream.next();
    expect((await one()).value).toEqual({ data: { one: 1 } });
    expect(contexts.map(({ asker }) => asker.id)).toEqual(Array(2).fill(`${issuerName}#alice`));
    who.clock.pass(100_000);
    await expect(one()).rejects.toEqual([{ message: 'The token has expired.', extensions: { code: 'TOKEN_INVALID' } }]);
    tell({ data: { counted: 7 } });
    expect((await event).value).toMatchObject({ errors: [{ extensions: { code: 'TOKEN_INVALID' } }] });
    expect((await stream.next()).done).toBe(true);
    expect(contexts).toHaveLength(2);
    await client.dispose();
  });
});

test.each(['sse', 'ws'] as const)('a stream by %s is asked for by who can be told', async (way) => {
  const sdl = withLink('type Query { one: Int } type Subscription { counted(from: Int): Int }');
  const source = await startEventSubgraph(sdl, 'sse', { Query: { one: () => 1 } });
  const who = await whoAsks(issuer.url);
  const gateway = await startStreamingGateway({ source }, { identity: who.identity });
  const query = '{ one }';
  expect(await subscribe(gateway, way, query, { headers: bearer(await sign(key)) }).next()).toEqual({
    data: { one: 1 },
  });
  await expect(subscribe(gateway, way, query, { headers: bearer('nobody') }).next()).rejects.toBeDefined();
  await gateway.close();
  await who.identity.close();
  await source.close();
});

test('a gateway knows by its settings whose tokens to take', async () => {
  await using mesh = makeMesh({
    'supergraph.yaml': 'subgraphs: { a: { routing_url: "http://127.0.0.1:1/graphql", schema: { file: a.graphql } } }',
    'a.graphql': 'type Query { one: Int }',
  });
  const settings = {
    ...{ WEFT_JWT_ISSUER: issuerName, WEFT_JWT_AUDIENCE: 'weft', WEFT_JWKS_URL: issuer.url },
    ...{ WEFT_JWT_ALGORITHMS: 'ES256', WEFT_DEV_PRINCIPALS: 'true' },
  };
  const lines: string[] = [];
  const config = readConfig(settings, { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 });
  const gateway = await startGateway(config, (message, about) => lines.push(eventText(message, about)));
  const statusWith = async (token: string) =>
    (
      await fetch(`${gateway.url}/catalog`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token) },
        body: '{"query":"{ __typename }"}',
      })
    ).status;
  const exp = Math.floor(Date.now() / 1_000) + 300;
  expect(await statusWith(await sign(key, { exp }))).toBe(200);
  expect(await statusWith(await sign(key, { exp, aud: 'crm' }))).toBe(401);
  expect(await statusWith(await sign(key, { exp: exp - 400 }))).toBe(401);
  expect(await statusWith('dev-officer')).toBe(200);
  expect(lines.filter((line) => /development only/.test(line))).toHaveLength(1);
  await gateway.close();
});
