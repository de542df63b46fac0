/** How the gateway asks subgraphs over HTTP: how often, how many at once, with which headers, and when not at all. */
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { RequestContext, SubgraphRequest } from '../gateway/engine/engine.ts';
import { eventText } from '../gateway/observability/log-lines.ts';
import { ownAddresses } from '../gateway/transport/address-ranges.ts';
import { realClock } from '../gateway/transport/clock.ts';
import { createHttpClient } from '../gateway/transport/http-client.ts';
import { openSse } from '../gateway/transport/streams/sse.ts';
import { openWebSocket } from '../gateway/transport/streams/web-socket.ts';
import { createSubgraphFetch, type SubgraphFetchOptions } from '../gateway/transport/subgraphs.ts';
import { until } from './mesh.ts';
import { http, json, type RawSubgraph, startRawSubgraph } from './raw-subgraph.ts';

const right = '{"data":{"answer":42}}';
const query: SubgraphRequest = { kind: 'query', body: '{"query":"{ answer }"}' };
const mutation: SubgraphRequest = { kind: 'mutation', body: '{"query":"mutation { answer }"}' };

const ok = http(200, [json], right);
const down = http(503, [], 'down');
const broken = http(500, ['content-type: text/html'], '<p>');

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

/** One subgraph, what it answers, and a clock that can be put forward. */
async function startPair(
  respond: (socket: Socket, request: string) => unknown = (socket) => socket.write(ok),
  options: Partial<SubgraphFetchOptions> = {},
) {
  const subgraph = await startRawSubgraph((socket, request) => void respond(socket, request));
  let ahead = 0;
  const clock = { ...realClock, now: () => realClock.now() + ahead };
  const client = createHttpClient({ clock });
  const log: string[] = [];
  const fetchSubgraph = createSubgraphFetch({
    http: client,
    timeoutMs: 5_000,
    log: (message, about) => log.push(eventText(message, about)),
    clock,
    ...options,
  });
  toClose.push(
    () => client.close(),
    () => subgraph.close(),
  );
  return {
    subgraph,
    log,
    condition: () => fetchSubgraph.conditionOf('sales'),
    putForward: (ms: number) => {
      ahead += ms;
    },
    now: clock.now,
    /** The data, or the code of what was thrown. */
    ask: (request = query, context: RequestContext = {}, name = 'sales'): Promise<any> =>
      fetchSubgraph({ name, url: subgraph.url }, request, context).catch((error) => error.code),
  };
}

const times = <T>(count: number, call: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => call(at)));

describe('the circuit breaker', () => {
  test('opens when half of at least twenty fail, then asks nothing for five seconds, then one request', async () => {
    let respond = (socket: Socket): unknown => socket.write(ok);
    const pair = await startPair((socket) => respond(socket));
    await times(15, () => pair.ask());
    respond = (socket) => socket.write(broken);
    for (let at = 0; at < 14; at++) expect(await pair.ask()).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(pair.condition()?.circuit).toBe('closed');
    expect(await pair.ask()).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(pair.condition()).toEqual({ circuit: 'open', running: 0, waiting: 0 });

    expect(await times(50, () => pair.ask())).toEqual(Array(50).fill('SUBGRAPH_CIRCUIT_OPEN'));
    expect(pair.subgraph.asked).toHaveLength(30);

    pair.putForward(5_000);
    expect(await times(5, () => pair.ask())).toEqual([
      'SUBGRAPH_BAD_RESPONSE',
      ...Array(4).fill('SUBGRAPH_CIRCUIT_OPEN'),
    ]);
    expect(await pair.ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');

    pair.putForward(5_000);
    respond = (socket) => socket.write(ok);
    expect(pair.condition()?.circuit).toBe('half-open');
    expect(await pair.ask()).toMatchObject({ data: { answer: 42 } });
    expect(pair.condition()?.circuit).toBe('closed');
    expect(await pair.ask()).toMatchObject({ data: { answer: 42 } });
    const changes = pair.log.filter((line) => !line.includes('no GraphQL response'));
    expect(changes).toEqual([
      'warn: subgraph sales: 15 of 30 requests failed within 10 s; it is left alone for 5 s',
      'info: subgraph sales: answers again',
    ]);
  });

  test('a probe whose consumer leaves lets another one through', async () => {
    let respond = (socket: Socket): unknown => socket.write(broken);
    const pair = await startPair((socket) => respond(socket));
    for (let at = 0; at < 20; at++) await pair.ask();
    pair.putForward(5_000);
    respond = () => {};
    const gone = new AbortController();
    const probe = pair.ask(query, { signal: gone.signal });
    await until(() => pair.subgraph.asked.length === 21);
    expect(await pair.ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');
    gone.abort();
    expect(await probe).toBe('REQUEST_ABORTED');
    respond = (socket) => socket.write(ok);
    expect(await pair.ask()).toMatchObject({ data: { answer: 42 } });
  });

  test('forgets what failed more than ten seconds ago', async () => {
    const pair = await startPair((socket) => socket.write(broken));
    for (let at = 0; at < 19; at++) await pair.ask();
    pair.putForward(10_000);
    for (let at = 0; at < 19; at++) expect(await pair.ask()).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(pair.condition()?.circuit).toBe('closed');
  });

  test.each<[string, (socket: Socket) => unknown]>([
    ['an envelope that is none', (socket) => socket.write(http(200, [json], '{}'))],
    ['a connection that is reset', (socket) => socket.resetAndDestroy()],
    ['500, though with GraphQL errors', (socket) => socket.write(http(500, [json], '{"errors":[{"message":"no"}]}'))],
  ])('counts %s', async (_, respond) => {
    const pair = await startPair(respond);
    for (let at = 0; at < 20; at++) await pair.ask(mutation);
    expect(pair.condition()?.circuit).toBe('open');
  });

  test('counts a subgraph that hangs', async () => {
    const pair = await startPair(() => {}, { timeoutMs: 50 });
    expect(await times(20, () => pair.ask())).toEqual(Array(20).fill('SUBGRAPH_TIMEOUT'));
    expect(pair.condition()?.circuit).toBe('open');
  });

  test('counts neither GraphQL errors nor consumers who leave, ask for too much or come too late', async () => {
    let respond = (socket: Socket): unknown => socket.write(http(200, [json], '{"errors":[{"message":"no"}]}'));
    const pair = await startPair((socket) => respond(socket));
    await times(30, () => pair.ask());
    respond = () => {};
    await times(30, () => pair.ask(query, { signal: AbortSignal.timeout(20) }));
    await times(30, () => pair.ask(query, { deadline: pair.now() + 20 }));
    const large = http(200, [json], `{"data":{"text":"${'x'.repeat(11 * 1024 * 1024)}"}}`);
    respond = (socket) => socket.write(large);
    for (let at = 0; at < 20; at++) expect(await pair.ask()).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(pair.condition()?.circuit).toBe('closed');
  });
});

describe('a second attempt', () => {
  test.each<[string, (socket: Socket) => unknown]>([
    ['the connection is reset', (socket) => socket.resetAndDestroy()],
    ['a proxy says 502', (socket) => socket.write(http(502, [], 'x'))],
    ['a proxy says 503', (socket) => socket.write(down)],
    ['a proxy says 504', (socket) => socket.write(http(504, [], 'x'))],
  ])('is made for a query when %s', async (_, fail) => {
    let failed = false;
    const pair = await startPair((socket) => {
      if (failed) return socket.write(ok);
      failed = true;
      return fail(socket);
    });
    expect(await pair.ask()).toMatchObject({ data: { answer: 42 } });
    expect(pair.subgraph.asked).toHaveLength(2);
  });

  test('is the last one', async () => {
    const pair = await startPair((socket) => socket.write(down));
    expect(await pair.ask()).toBe('SUBGRAPH_UNREACHABLE');
    expect(pair.subgraph.asked).toHaveLength(2);
  });

  test.each<[string, SubgraphRequest, (socket: Socket) => unknown]>([
    ['a mutation', mutation, (socket) => socket.resetAndDestroy()],
    ['a subgraph that wants to be left alone (429)', query, (socket) => socket.write(http(429, [], 'x'))],
    ['an answer that breaks off', query, (socket) => socket.end(http(200, [json, 'content-length: 99'], right))],
    ['an answer that is refused', query, (socket) => socket.write(http(200, [json], '{}'))],
  ])('is not made for %s', async (_, request, respond) => {
    const pair = await startPair(respond);
    expect(await pair.ask(request)).toMatch(/^SUBGRAPH_/);
    expect(pair.subgraph.asked).toHaveLength(1);
  });

  test('is not made where its time would be up, nor after a timeout', async () => {
    const hanging = await startPair(() => {}, { timeoutMs: 100 });
    expect(await hanging.ask()).toBe('SUBGRAPH_TIMEOUT');
    expect(hanging.subgraph.asked).toHaveLength(1);
    const failing = await startPair((socket) => socket.write(down), { timeoutMs: 40 });
    await failing.ask();
    expect(failing.subgraph.asked).toHaveLength(1);
  });

  test('adds a fifth to the load when everything fails, and a hundred in ten seconds', async () => {
    const pair = await startPair((socket) => socket.write(down));
    // Each a subgraph of its own, so that no circuit breaker helps.
    await times(250, (at) => pair.ask(query, {}, `sales-${at}`));
    expect(pair.subgraph.asked).toHaveLength(250 + 250 * 0.2 + 100);
    pair.putForward(10_000);
    await times(10, (at) => pair.ask(query, {}, `sales-${at}`));
    expect(pair.subgraph.asked).toHaveLength(400 + 2 * 10);
  });
});

describe('at most 256 requests run and 256 wait', () => {
  test('more are refused; whoever leaves makes room; all who wait are served in the end', async () => {
    const held: Socket[] = [];
    let hold = true;
    const pair = await startPair((socket) => (hold ? held.push(socket) : socket.write(ok)));
    const leaving = new AbortController();
    const asking = times(512, (at) => pair.ask(query, at === 300 ? { signal: leaving.signal } : {}));
    await until(() => held.length === 256);
    expect(pair.condition()).toEqual({ circuit: 'closed', running: 256, waiting: 256 });
    expect(await pair.ask()).toBe('SUBGRAPH_OVERLOADED');
    leaving.abort();
    expect(pair.condition()?.waiting).toBe(255);
    expect(await times(2, () => pair.ask(query, { deadline: pair.now() + 50 }))).toEqual([
      'REQUEST_TIMEOUT',
      'SUBGRAPH_OVERLOADED',
    ]);
    expect(pair.subgraph.asked).toHaveLength(256);
    hold = false;
    for (const socket of held) socket.write(ok);
    const answers = await asking;
    expect(answers.filter((answer) => answer.data?.answer === 42)).toHaveLength(511);
    expect(answers[300]).toBe('REQUEST_ABORTED');
    expect(pair.condition()).toEqual({ circuit: 'closed', running: 0, waiting: 0 });
  });
});

describe('equal queries at the same time, where sharing is on', () => {
  const headers = { authorization: 'Bearer a' };

  async function startSharing() {
    const held: Socket[] = [];
    const pair = await startPair((socket) => held.push(socket), { shareEqual: true, timeoutMs: 600_000 });
    return { ...pair, held };
  }

  test('are fetched once, and each gets data of its own', async () => {
    const { ask, held, subgraph } = await startSharing();
    const asking = times(3, () => ask(query, { headers }));
    await until(() => held.length === 1);
    held[0]?.write(ok);
    const [first, second, third] = await asking;
    expect([first, second, third]).toEqual(Array(3).fill({ data: { answer: 42 }, plain: true }));
    first.data.answer = 43;
    expect([second.data.answer, third.data.answer]).toEqual([42, 42]);
    const later = ask(query, { headers });
    await until(() => held.length === 2);
    held[1]?.write(ok);
    await later;
    expect(subgraph.asked).toHaveLength(2);
  });

  test('are not equal with another header, body or kind', async () => {
    const { ask, held } = await startSharing();
    const asking = Promise.all([
      ask(query, { headers }),
      ask(query, { headers: { authorization: 'Bearer b' } }),
      ask(query),
      ask({ ...query, body: '{"query":"{ question }"}' }, { headers }),
      ask(mutation),
      ask(mutation),
    ]);
    await until(() => held.length === 6);
    for (const socket of held) socket.write(ok);
    await asking;
  });

  test('go on while one of them still waits; when the last one leaves, the connection is closed', async () => {
    const { ask, held, subgraph } = await startSharing();
    const [first, second] = [new AbortController(), new AbortController()];
    const asking = [ask(query, { signal: first.signal }), ask(query, { signal: second.signal })];
    await until(() => held.length === 1);
    first.abort();
    expect(await asking[0]).toBe('REQUEST_ABORTED');
    expect(subgraph.open()).toBe(1);
    const third = ask(query, { deadline: performance.now() + 50 });
    expect(await third).toBe('REQUEST_TIMEOUT');
    second.abort();
    expect(await asking[1]).toBe('REQUEST_ABORTED');
    await until(() => subgraph.open() === 0);
    expect(subgraph.asked).toHaveLength(1);
  });
});

describe('time', () => {
  test('is the subgraph’s own, or what is left of the request; the subgraph is told how long it has', async () => {
    const { ask, subgraph, now } = await startPair(() => {}, { timeoutMs: 120 });
    expect(await ask()).toBe('SUBGRAPH_TIMEOUT');
    expect(await ask(query, { deadline: now() + 60 })).toBe('REQUEST_TIMEOUT');
    expect(await ask(query, { deadline: now() - 1 })).toBe('REQUEST_TIMEOUT');
    const told = subgraph.asked.map((request) => Number(/x-weft-deadline-ms: (\d+)/.exec(request)?.[1]));
    expect(told).toHaveLength(2);
    expect(told[0]).toBeGreaterThan(60);
    expect(told[0]).toBeLessThanOrEqual(120);
    expect(told[1]).toBeLessThanOrEqual(60);
  });

  test('ends when the consumer leaves: the connection is closed', async () => {
    const { ask, subgraph } = await startPair(() => {}, { timeoutMs: 600_000 });
    const gone = new AbortController();
    // More than ten fetches of one request, of which node would warn.
    const asking = times(12, () => ask(query, { signal: gone.signal }));
    await until(() => subgraph.asked.length === 12);
    gone.abort();
    expect(await asking).toEqual(Array(12).fill('REQUEST_ABORTED'));
    await until(() => subgraph.open() === 0);
    expect(await ask(query, { signal: gone.signal })).toBe('REQUEST_ABORTED');
    expect(subgraph.asked).toHaveLength(12);
  });
});

describe('a stream that nobody waits for any more when it is opened', () => {
  test.each([openSse, openWebSocket])('is closed, and leaves neither a timer nor a connection: %o', async (open) => {
    const subgraph = await startRawSubgraph(() => {});
    const timers = new Set<() => void>();
    const clock = {
      ...realClock,
      after(ms: number, call: () => void) {
        const takeBack = realClock.after(ms, call);
        const known = (): void => {
          takeBack();
          timers.delete(known);
        };
        timers.add(known);
        return known;
      },
    };
    const begin = { due: clock.now() + 5_000, signal: AbortSignal.abort() };
    const bounds = { silentMs: 60_000, slowMs: 60_000, largestEventBytes: 1_000 };
    const limits = { clock, begin, addresses: ownAddresses, ...bounds };
    const request = { url: subgraph.url, body: query.body, headers: {}, sign: () => [] };
    await expect(open(request, limits)).rejects.toMatchObject({ name: 'HttpFailure', kind: 'gone' });
    expect(timers.size).toBe(0);
    await until(() => subgraph.open() === 0);
    await subgraph.close();
  });
});

describe('headers', () => {
  test('that are allowed reach the subgraph; those of one connection or one message never do', async () => {
    const { ask, subgraph } = await startPair();
    const response = await ask(query, {
      headers: {
        authorization: 'Bearer a',
        'x-tenant': 'é',
        'x-broken': 'a\r\nb: c',
        connection: 'close',
        'keep-alive': 'timeout=5',
        'transfer-encoding': 'chunked',
        upgrade: 'h2c',
        te: 'trailers',
        expect: '100-continue',
        host: 'evil.example',
        'content-length': '5',
        'content-type': 'text/plain',
        'x-weft-deadline-ms': '99999999',
      },
    });
    expect(response.data).toEqual({ answer: 42 });
    const [head = ''] = subgraph.asked[0]?.split('\r\n\r\n') ?? [];
    const lines = head.split('\r\n').slice(1).sort();
    expect(lines.map((line) => line.replace(/(ms|host): .*/, '$1'))).toEqual([
      'accept: application/graphql-response+json, application/json',
      'authorization: Bearer a',
      'connection: keep-alive',
      `content-length: ${query.body.length}`,
      'content-type: application/json',
      'host',
      'x-tenant: é',
      'x-weft-deadline-ms',
    ]);
    expect(head).not.toContain('99999999');
  });

  test('of a subgraph reach nobody unless they are allowed, and cookies never', async () => {
    const answer = http(200, [json, 'set-cookie: id=1', 'x-left: 9', 'x-left: 8', 'x-secret: hunter2'], right);
    const seen: unknown[] = [];
    const context: RequestContext = { onHeaders: (headers) => seen.push(headers) };
    const closed = await startPair((socket) => socket.write(answer));
    expect(await closed.ask(query, context)).toEqual({ data: { answer: 42 }, plain: true });
    expect(seen).toEqual([]);
    const responseHeaders = ['x-left', 'set-cookie', 'x-absent'];
    const open = await startPair((socket) => socket.write(answer), { responseHeaders });
    await open.ask(query, context);
    expect(seen).toEqual([{ 'x-left': '9, 8' }]);
  });
});

describe('what a subgraph answers', () => {
  test('is plain where no string in it needs an escape', async () => {
    let body = right;
    const { ask } = await startPair((socket) => socket.write(http(200, [json], body)));
    expect(await ask()).toEqual({ data: { answer: 42 }, plain: true });
    body = '{"data":{"answer":"\\u00e9 é \\" "}}';
    expect(await ask()).toEqual({ data: { answer: 'é é " ' }, plain: false });
  });

  test('may explain its errors to consumers by giving them a code', async () => {
    const errors = [
      { message: 'Ask for fewer.', path: ['a', 0], extensions: { code: 'TOO_MANY', stack: 'hunter2' }, locations: [] },
      { message: 'postgres://admin:hunter2@10.0.0.7', path: ['b'] },
      { message: 'hunter2', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ];
    const { ask, log } = await startPair((socket) =>
      socket.write(http(200, [json], JSON.stringify({ data: { a: null, b: null }, errors }))),
    );
    expect((await ask()).errors).toEqual([
      { message: 'Ask for fewer.', path: ['a', 0], extensions: { code: 'TOO_MANY', subgraph: 'sales' } },
      {
        message: 'Subgraph `sales` failed on this field.',
        path: ['b'],
        extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'sales' },
      },
      { message: 'Subgraph `sales` failed on this field.', extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'sales' } },
    ]);
    expect(log).toEqual([
      'warn: subgraph sales: b: postgres://admin:hunter2@10.0.0.7',
      'warn: subgraph sales: hunter2',
    ]);
  });

  test('is cut where an error would fill the answer or the log', async () => {
    const long = 'x'.repeat(100_000);
    const errors = [
      { message: long, path: [long], extensions: { code: long } },
      { message: long, path: [long, long] },
    ];
    const { ask, log } = await startPair((socket) => socket.write(http(200, [json], JSON.stringify({ errors }))));
    const [{ extensions, message }] = (await ask()).errors;
    expect([message, extensions.code]).toEqual(['x'.repeat(2_000), 'x'.repeat(100)]);
    expect(log).toEqual([`warn: subgraph sales: ${'x'.repeat(500)}: ${'x'.repeat(2_000)}`]);
  });

  test('on a connection that is kept for the next request', async () => {
    const pair: { subgraph: RawSubgraph; ask: () => Promise<any> } = await startPair();
    for (let at = 0; at < 5; at++) await pair.ask();
    expect(pair.subgraph.open()).toBe(1);
  });
});
