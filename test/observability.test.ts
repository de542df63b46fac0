/** What whoever runs the gateway sees of it: the log, the access log, metrics and traces. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import type { Engine } from '../gateway/engine/engine.ts';
import type { Log } from '../gateway/engine/log.ts';
import { createLog } from '../gateway/observability/log.ts';
import { createMetrics } from '../gateway/observability/metrics.ts';
import { createMetricsSum } from '../gateway/observability/metrics-sum.ts';
import { createOperationNames } from '../gateway/observability/operation-names.ts';
import { startWatch } from '../gateway/observability/start-watch.ts';
import { openDoor } from './door.ts';
import { root, until } from './mesh.ts';
import { subscribe } from './streaming-gateway.ts';
import { send, type TestSubgraphOptions } from './subgraph.ts';
import { samplesOf, startCollector, startWatchedMesh, type WatchedMesh } from './watched-mesh.ts';

const library = 'query Library { books { title author { name } } }';

/** A log of the given format, and what it wrote. */
function listen(format: 'json' | 'text', level: 'info' | 'error' = 'info') {
  const written: string[] = [];
  return { written, log: createLog({ level, format }, (line) => written.push(line)) };
}

describe('the log', () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\u2028',
        '\u2029',
        '\u0085',
        '\u001b',
        '\u009b',
        '\u202e',
        '\0',
        '"',
        '\\',
        '{',
        'é',
        'a',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 40,
  });

  test.each(['json', 'text'] as const)(
    'is one line of printable %s for each event, whatever the event says',
    (format) => {
      return fc.assert(
        fc.asyncProperty(hostile, async (said) => {
          const { log, written } = listen(format);
          log(`subgraph a: ${said}`, { level: 'warn', requestId: 'r1', fields: { client: said } });
          expect(written).toHaveLength(1);
          expect(written[0]).toMatch(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+\n$/u);
          const read: string[] = [];
          const reader = createInterface({ input: Readable.from(written) }).on('line', (line) => read.push(line));
          await once(reader, 'close');
          expect(read).toEqual([written[0]?.trimEnd()]);
          if (format === 'text') return;
          const event = JSON.parse(written[0] ?? '');
          expect(event).toMatchObject({ level: 'warn', requestId: 'r1', msg: `subgraph a: ${said}`, client: said });
          expect(Date.parse(event.time)).toBeGreaterThan(0);
        }),
      );
    },
  );

  test('in words says when, how bad, what, and during which request', () => {
    const { log, written } = listen('text');
    log('subgraph orders: connect ECONNREFUSED\n  at once', { level: 'warn', requestId: '4711' });
    log('started', { fields: { port: 4000, name: 'two words', none: undefined } });
    const [time, ...rest] = (written[0] ?? '').split(' ');
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(rest.join(' ')).toBe('warn: subgraph orders: connect ECONNREFUSED | at once (request 4711)\n');
    expect(written[1]).toMatch(/Z info: started port=4000 name="two words"\n$/);
  });

  test('leaves out what its level is below', () => {
    const { log, written } = listen('json', 'error');
    const all: Parameters<Log>[1][] = [{}, { level: 'info' }, { level: 'warn' }, { level: 'error' }];
    for (const about of all) log('x', about);
    expect(written.map((line) => JSON.parse(line).level)).toEqual(['error']);
  });

  test.each([
    'Authorization: Bearer hunter2.x-y',
    'authorization=Basic hunter2==',
    '{"headers":{"cookie":"a=hunter2; b=hunter2"}}',
    '{\\"set-cookie\\":\\"a=hunter2; b=hunter2\\"}',
    'Cookie: a=hunter2; b=hunter2',
    'password=hunter2',
    "PASSWORD = 'hunter2 hunter2'",
    '{"db_password":"hun\\"hunter2","passphrase": "hunter2"}',
    '?access_token=hunter2&x=1',
    '{ apiKey => hunter2 }',
    'client-secret: hunter2',
    'sent Bearer hunter2hunter2',
    'connect postgres://admin:hunter2@10.0.0.7/prod failed',
  ])('keeps no secret of %s', (said) => {
    const { log, written } = listen('json');
    log(`subgraph a: ${said} (and more)`, { fields: { client: said } });
    expect(written[0]).toMatch(/\*\*\*/);
    expect(written[0]).not.toMatch(/hunter2/);
  });

  test('leaves other text alone, and takes no longer over a text made to be slow', () => {
    const { log, written } = listen('json');
    log('Unexpected token in JSON: the secretary passed 3 tokens at https://host:8080/path@2x');
    expect(JSON.parse(written[0] ?? '').msg).toBe(
      'Unexpected token in JSON: the secretary passed 3 tokens at https://host:8080/path@2x',
    );
    const slow = ['password', 'password=\\"', '://a:', 'cookie: "', 'bearer  ', 'token'].map((part) =>
      part.repeat(50_000),
    );
    const start = process.cpuUsage();
    for (const text of slow) log(text);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(5);
  });

  test('has only settings that make sense', () => {
    const flags = {
      logLevel: 'loud',
      logFormat: 'xml',
      traceSampleRatio: 2,
      otlpEndpoint: 'file:///x',
      metrics: 'maybe',
    };
    const read = () => readConfig({}, flags as never);
    for (const name of Object.keys(flags)) expect(read).toThrow(name);
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('metrics', () => {
  let mesh: WatchedMesh;
  beforeAll(async () => {
    mesh = await startWatchedMesh({ metrics: true });
  });
  afterAll(() => mesh.close());

  interface Kind {
    readonly request: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly path?: string;
  }

  /** What one request of each kind adds. Plans depend on what was asked before, and are counted apart. */
  const kinds = {
    library: {
      request: { query: library },
      adds: [
        'weft_requests_total{operation="Library",status="2xx"}',
        'weft_request_duration_seconds_count{operation="Library"}',
        ...fetched('books', 'ok'),
        ...fetched('authors', 'ok'),
      ],
    },
    anonymous: { request: { query: '{ shelves { label } }' }, adds: [...answered('2xx'), ...fetched('books', 'ok')] },
    mutation: {
      request: { query: 'mutation { lend(book: "b1") { title } }' },
      adds: [...answered('2xx'), ...fetched('books', 'ok')],
    },
    failing: {
      request: { query: '{ secret }' },
      adds: [...answered('2xx'), 'weft_errors_total{code="SUBGRAPH_ERROR"}', ...fetched('authors', 'SUBGRAPH_ERROR')],
    },
    'with a code of its own': {
      request: { query: '{ polite }' },
      adds: [...answered('2xx'), 'weft_errors_total{code="other"}', ...fetched('authors', 'other')],
    },
    unparsable: {
      request: { query: '{' },
      adds: [...answered('4xx'), 'weft_errors_total{code="GRAPHQL_PARSE_FAILED"}'],
    },
    'too deep': {
      request: { query: `{ books ${'{ author '.repeat(30)} { id } ${'}'.repeat(30)} }` },
      adds: [...answered('4xx'), 'weft_errors_total{code="OPERATION_TOO_DEEP"}'],
    },
    'too many aliases, to who only knows JSON': {
      request: { query: `{ ${Array.from({ length: 31 }, (_, at) => `c${at}: count`).join(' ')} }` },
      headers: { accept: 'application/json' },
      adds: [...answered('2xx'), 'weft_errors_total{code="OPERATION_TOO_MANY_ALIASES"}'],
    },
    'no JSON': { request: '{', adds: [...answered('4xx'), 'weft_errors_total{code="REQUEST_INVALID"}'] },
    catalog: {
      request: { query: 'query Names { domains { name } }' },
      path: '/catalog',
      adds: [
        'weft_requests_total{operation="Names",status="2xx"}',
        'weft_request_duration_seconds_count{operation="Names"}',
      ],
    },
    elsewhere: { request: {}, path: '/health', adds: [] },
  } satisfies Record<string, Kind & { adds: string[] }>;
  const planned: readonly string[] = ['library', 'anonymous', 'mutation', 'failing', 'with a code of its own'];

  test('count exactly what was asked', async () => {
    const seen = new Set<string>();
    const some = fc.array(fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(some, async (traffic) => {
        const before = await mesh.metrics();
        await Promise.all(
          traffic.map(async (name) => {
            const { request, headers, path }: Kind = kinds[name];
            await (await mesh.post(request, headers, path)).text();
          }),
        );
        const after = await mesh.metrics();
        const expected = new Map<string, number>();
        const add = (sample: string): void => void expected.set(sample, (expected.get(sample) ?? 0) + 1);
        for (const name of traffic) for (const sample of kinds[name].adds) add(sample);
        const added = new Map<string, number>();
        for (const [sample, value] of after) {
          const more = value - (before.get(sample) ?? 0);
          if (/^weft_(?:requests|fetches|errors)_total|^weft_(?:request|fetch)_\w+_count/.test(sample) && more !== 0)
            added.set(sample, more);
        }
        expect(added).toEqual(expected);

        const lookups = traffic.filter((name) => planned.includes(name));
        const hits = after.get('weft_operation_cache_lookups_total{result="hit"}') ?? 0;
        const misses = after.get('weft_operation_cache_lookups_total{result="miss"}') ?? 0;
        const earlier =
          (before.get('weft_operation_cache_lookups_total{result="hit"}') ?? 0) +
          (before.get('weft_operation_cache_lookups_total{result="miss"}') ?? 0);
        expect(hits + misses - earlier).toBe(lookups.length);
        for (const name of lookups) seen.add(name);
        expect(misses).toBeGreaterThanOrEqual(seen.size);
        expect(after.get('weft_plan_duration_seconds_count') ?? 0).toBe(misses);
      }),
      { numRuns: 12 },
    );
  });

  test('tell how the process and the subgraphs are, and are text for Prometheus', async () => {
    await (await mesh.post({ query: library })).text();
    const response = await fetch(`${mesh.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const samples = await mesh.metrics();
    expect(samples.get('weft_subgraph_circuit{subgraph="books",state="closed"}')).toBe(1);
    expect(samples.get('weft_subgraph_circuit{subgraph="books",state="open"}')).toBe(0);
    expect(samples.get('weft_subgraph_requests{subgraph="books",state="running"}')).toBe(0);
    expect(samples.get('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6);
    expect(samples.has('nodejs_eventloop_lag_seconds')).toBe(true);
    expect(samples.get('weft_subscriptions_active')).toBe(0);
    expect((await mesh.post({}, {}, '/metrics')).status).toBe(405);
  });

  test('say so while the circuit of a subgraph is open', async () => {
    await using down = await startWatchedMesh({ metrics: true }, { respond: (_, response) => void response.destroy() });
    for (let at = 0; at < 25; at++) await (await down.post({ query: '{ secret }' })).text();
    const samples = await down.metrics();
    expect(samples.get('weft_subgraph_circuit{subgraph="authors",state="open"}')).toBe(1);
    expect(
      samples.get('weft_fetches_total{subgraph="authors",owner="authors",code="SUBGRAPH_CIRCUIT_OPEN"}'),
    ).toBeGreaterThan(0);
  });

  test('name a thousand operations, and no more', () => {
    const nameOf = createOperationNames();
    const names = Array.from({ length: 5_000 }, (_, at) => nameOf(`Operation${at}`));
    expect(new Set(names).size).toBe(1_001);
    expect([nameOf('Operation0'), nameOf('New'), nameOf(null)]).toEqual(['Operation0', 'other', '-']);
    expect(createOperationNames()('x'.repeat(101))).toBe('other');
  });

  test('of several processes name no more than those of one, and lose nothing that one counted before it ended', async () => {
    const sum = createMetricsSum();
    const processes = [0, 1, 2].map(() => createMetrics(() => undefined));
    const tell = async (): Promise<void> => {
      for (const [process, metrics] of processes.entries()) sum.tell(process, await metrics.counted());
    };
    const answered = 'weft_requests_total{operation="Both",status="2xx"}';
    const samples = async () => samplesOf(await sum.print());
    const requests = (some: ReadonlyMap<string, number>) =>
      [...some].filter(([name]) => name.startsWith('weft_requests_total'));
    const total = (some: ReadonlyMap<string, number>) => requests(some).reduce((all, [, value]) => all + value, 0);
    for (const [process, metrics] of processes.entries()) {
      for (const name of ['Both', null, 'other', ...Array.from({ length: 900 }, (_, at) => `Own${process}_${at}`)]) {
        metrics.requestStarted();
        metrics.requestEnded(name, 200, 0.1, []);
      }
      metrics.requestStarted();
    }
    await tell();
    await tell();
    const all = await samples();
    expect([all.get(answered), all.get('weft_requests_in_flight'), total(all)]).toEqual([3, 3, 3 * 903]);
    expect(all.get('weft_requests_total{operation="-",status="2xx"}')).toBe(3);
    expect(requests(all)).toHaveLength(1_002);
    for (const process of [1, 2, 2]) sum.end(process);
    const left = await samples();
    expect([left.get(answered), left.get('weft_requests_in_flight'), total(left)]).toEqual([3, 1, 3 * 903]);
    expect(left.get('weft_request_duration_seconds_bucket{le="0.1",operation="Both"}')).toBe(3);
  });

  test('are nowhere unless they are asked for', async () => {
    await using plain = await startWatchedMesh({});
    expect((await fetch(`${plain.url}/metrics`)).status).toBe(404);
    expect((await plain.post({}, {}, '/metrics')).status).toBe(404);
  });

  function answered(status: string): string[] {
    return [
      `weft_requests_total{operation="-",status="${status}"}`,
      'weft_request_duration_seconds_count{operation="-"}',
    ];
  }

  function fetched(subgraph: string, code: string): string[] {
    return [
      `weft_fetches_total{subgraph="${subgraph}",owner="${subgraph}",code="${code}"}`,
      `weft_fetch_duration_seconds_count{subgraph="${subgraph}"}`,
    ];
  }
});

describe('traces', () => {
  const given = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${given}-00f067aa0ba902b7-01`;

  /** Answers the requests, stops, and gives what the collector has then. */
  async function traced(
    requests: (mesh: WatchedMesh) => Promise<unknown>,
    flags: Parameters<typeof startWatchedMesh>[0] = {},
  ) {
    const collector = await startCollector();
    const mesh = await startWatchedMesh({ otlpEndpoint: collector.url, ...flags });
    try {
      await requests(mesh);
    } finally {
      await mesh.close();
      await collector.close();
    }
    return { spans: collector.spans(), headers: { books: mesh.books.headers, authors: mesh.authors.headers } };
  }

  test('go from the consumer’s span over the request to its plan and each fetch, and on to the subgraphs', async () => {
    const { spans, headers } = await traced((mesh) =>
      mesh.post({ query: library }, { traceparent, tracestate: 'vendor=1' }).then((response) => response.text()),
    );
    const named = (name: string) => spans.find((span) => span.name === name);
    expect(spans.map(({ name }) => name).sort()).toEqual(['fetch authors', 'fetch books', 'plan', 'query Library']);
    const request = named('query Library');
    expect(request).toMatchObject({ traceId: given, parentSpanId: '00f067aa0ba902b7', isError: false });
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'url.path': '/graphql',
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Library',
    });
    for (const name of ['plan', 'fetch books', 'fetch authors']) {
      expect(named(name)).toMatchObject({ traceId: given, parentSpanId: request?.spanId });
    }
    expect(named('fetch authors')?.attributes).toMatchObject({
      'weft.subgraph': 'authors',
      'weft.owner': 'authors',
      'weft.entities': 2,
      'server.address': '127.0.0.1',
    });
    expect(named('fetch books')?.attributes).not.toHaveProperty('weft.entities');
    for (const name of ['books', 'authors'] as const) {
      expect(headers[name]).toHaveLength(1);
      expect(headers[name][0]).toMatchObject({
        traceparent: `00-${given}-${named(`fetch ${name}`)?.spanId}-01`,
        tracestate: 'vendor=1',
      });
    }
  });

  test('name what failed by its code', async () => {
    const { spans } = await traced((mesh) => mesh.post({ query: '{ secret polite }' }).then((answer) => answer.text()));
    expect(spans.find(({ name }) => name === 'fetch authors')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'SUBGRAPH_ERROR' },
    });
    const request = spans.find(({ name }) => name === 'query');
    expect(request?.attributes['weft.error_codes']).toEqual(['SUBGRAPH_ERROR', 'other']);
    expect(request?.parentSpanId ?? '').toBe('');
  });

  test('begin here where the consumer’s traceparent is malformed', async () => {
    const malformed = [
      'nonsense',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `ff-${given}-00f067aa0ba902b7-01`,
      `${traceparent}, ${traceparent}`,
      `00-${given.toUpperCase()}-00f067aa0ba902b7-01`,
    ];
    const { spans } = await traced((mesh) =>
      Promise.all(
        malformed.map(async (each) => (await mesh.post({ query: '{ count }' }, { traceparent: each })).text()),
      ),
    );
    const requests = spans.filter(({ name }) => name === 'query');
    expect(requests.map(({ parentSpanId = '' }) => parentSpanId)).toEqual(malformed.map(() => ''));
    expect(new Set([given, ...requests.map(({ traceId }) => traceId)]).size).toBe(malformed.length + 1);
  });

  test('begin here where consumers are not to be believed', async () => {
    const ask = (mesh: WatchedMesh) =>
      mesh.post({ query: '{ count }' }, { traceparent }).then((answer) => answer.text());
    const { spans, headers } = await traced(ask, { continueTraces: false });
    expect(spans.some(({ traceId }) => traceId === given)).toBe(false);
    expect(headers.books[0]?.traceparent).not.toContain(given);
  });

  test('are kept as often as is set; what is not kept is still passed on, as such', async () => {
    const ask = (mesh: WatchedMesh) => mesh.post({ query: '{ count }' }).then((answer) => answer.text());
    const { spans, headers } = await traced(ask, { traceSampleRatio: 0 });
    expect(spans).toEqual([]);
    expect(headers.books[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  test('are of each request when equal fetches are shared', async () => {
    const ask = (mesh: WatchedMesh) =>
      Promise.all([1, 2, 3, 4].map(() => mesh.post({ query: library }).then((answer) => answer.text())));
    const { spans, headers } = await traced(ask, { shareEqualFetches: true });
    expect(spans.filter(({ name }) => name === 'fetch books')).toHaveLength(4);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(4);
    expect(headers.books.length).toBeLessThan(4);
  });

  test('have the fetches of the first one only when equal queries are shared', async () => {
    const ask = (mesh: WatchedMesh) =>
      Promise.all([1, 2, 3, 4].map(() => mesh.post({ query: library }).then((answer) => answer.json())));
    const { spans, headers } = await traced(ask, { shareEqualQueries: true });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(4);
    expect(spans.filter(({ name }) => name === 'fetch books')).toHaveLength(headers.books.length);
    expect(headers.books.length).toBeLessThan(4);
  });

  test('that nobody takes are said in the log once, and nothing waits for them', async () => {
    const mesh = await startWatchedMesh({ otlpEndpoint: 'http://127.0.0.1:9' });
    expect((await mesh.post({ query: '{ count }' })).status).toBe(200);
    await mesh.close();
    expect(mesh.events().filter(({ msg }) => /^traces are not exported: /.test(msg))).toHaveLength(1);
  });
});

describe('the access log', () => {
  test('has one line for each request: what it was, how it ended, and no more', async () => {
    await using mesh = await startWatchedMesh({ accessLog: true });
    const client = { 'apollographql-client-name': 'shop\u00a0"web"', 'apollographql-client-version': '1.2' };
    const query = 'query Shelves($label: String) { shelves(label: $label) { label } }';
    const body = { query, variables: { label: 'hunter2' } };
    const answer = await mesh.post(body, { ...client, 'x-request-id': 'r1' });
    const bytes = Buffer.byteLength(await answer.text());
    await mesh.post({ query: '{' }, { 'x-request-id': 'r2' });
    await fetch(`${mesh.url}/graphql?query=${encodeURIComponent('{ shelves(label: "hunter2") { label } }')}`, {
      headers: { 'x-request-id': 'r3' },
    });
    await fetch(`${mesh.url}/health`, { headers: { 'x-request-id': 'r4', 'graphql-client-name': 'probe' } });
    await until(() => mesh.events().filter(({ status }) => status).length === 4);
    const byId = new Map(mesh.events().map((event) => [event.requestId, event]));
    expect(byId.get('r1')).toEqual({
      level: 'info',
      time: expect.any(String),
      pid: process.pid,
      requestId: 'r1',
      method: 'POST',
      path: '/graphql',
      status: 200,
      ms: expect.any(Number),
      bytes,
      operation: 'Shelves',
      client: 'shop"web"',
      clientVersion: '1.2',
      msg: 'POST /graphql 200',
    });
    expect(byId.get('r2')).toMatchObject({ status: 400 });
    expect(byId.get('r3')).toMatchObject({ method: 'GET', path: '/graphql', status: 200 });
    expect(byId.get('r4')).toMatchObject({ path: '/health', status: 200, client: 'probe' });
    expect(mesh.lines.join('')).not.toMatch(/hunter2|shelves|\\?query=/);
  });

  test('has no long paths', async () => {
    await using mesh = await startWatchedMesh({ accessLog: true });
    await fetch(`${mesh.url}/${'x'.repeat(10_000)}`);
    await until(() => mesh.events().some(({ status }) => status === 404));
    expect(Math.max(...mesh.lines.map((line) => line.length))).toBeLessThan(1_000);
  });

  test('has those who left before they had an answer', async () => {
    await using mesh = await startWatchedMesh({ accessLog: true }, { respond: () => {} });
    const gone = AbortSignal.timeout(200);
    const leaving = fetch(`${mesh.url}/graphql?query={secret}`, { signal: gone });
    await expect(leaving).rejects.toThrow();
    await until(() => mesh.events().some(({ status }) => status === 499));
  });
});

describe('streams', () => {
  test('over a WebSocket, each operation is a request: in the access log, counted and traced', async () => {
    const collector = await startCollector();
    const flags = { metrics: true, accessLog: true, otlpEndpoint: collector.url };
    const mesh = await startWatchedMesh(flags);
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'w1' };
    expect(await subscribe(mesh, 'ws', library, { headers }).rest()).toHaveLength(1);
    await expect(subscribe(mesh, 'ws', '{ gone }', { headers }).rest()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    await expect(subscribe(mesh, 'ws', `{ ${'a'.repeat(20)}`, { headers }).rest()).rejects.toBeDefined();
    const samples = await mesh.metrics();
    await mesh.close();
    await collector.close();
    const lines = mesh.events().filter(({ status }) => status);
    expect(lines.find(({ operation }) => operation)).toMatchObject({
      requestId: 'w1-1',
      method: 'WS',
      path: '/graphql',
      status: 200,
      operation: 'Library',
      msg: 'WS /graphql 200',
    });
    expect(lines.filter(({ method }) => method === 'WS').map(({ status }) => status)).toEqual([200, 400, 400]);
    expect(samples.get('weft_requests_total{operation="Library",status="2xx"}')).toBe(1);
    expect(samples.get('weft_errors_total{code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
    expect(samples.get('weft_errors_total{code="GRAPHQL_PARSE_FAILED"}')).toBe(1);
    const [request] = collector.spans().filter(({ name }) => name === 'query Library');
    expect(request).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' });
    expect(mesh.books.headers[0]?.traceparent).toContain(traceId);
  });

  test.each(['sse', 'ws'] as const)('over %s, a subscription is a request until it has begun', async (client) => {
    const { log, written } = listen('json');
    const watch = await startWatch(
      { metrics: true, accessLog: true, traces: undefined },
      { log, teamOf: () => '', conditionOf: () => undefined },
    );
    const door = await openDoor({ engine: endless(), watch });
    const subscribed = subscribe(door, client, 'subscription Ticks { ticked }');
    expect(await subscribed.next()).toEqual({ data: { ticked: 1 } });
    const print = async () => (await watch?.metrics?.print())?.text;
    expect(await print()).toContain('weft_request_duration_seconds_count{operation="Ticks"} 1');
    expect(await print()).toContain('weft_requests_in_flight 0');
    expect(await print()).toContain('weft_subscriptions_active 1');
    await subscribed.leave();
    await until(async () => (await print())?.includes('weft_subscriptions_active 0') === true);
    await door.close();
    expect(await print()).toContain('weft_requests_total{operation="Ticks",status="2xx"} 1');
    expect(written.map((line) => JSON.parse(line)).filter(({ operation }) => operation === 'Ticks')).toHaveLength(1);
  });

  /** Gives one event, and then no other. */
  function endless(): Engine {
    const source = { subgraph: { name: 'a', url: '' }, request: { kind: 'subscription', body: '' } } as const;
    return {
      schema: buildSchema('type Query { one: Int } type Subscription { ticked: Int }'),
      execute: async () => ({ data: null }),
      async planSubscription() {
        let events = 0;
        let end = (): void => {};
        const open = async () => ({
          next: async () => {
            events += 1;
            if (events > 1) await new Promise<void>((resolve) => (end = resolve));
            return events > 1 ? ({ done: true, value: undefined } as const) : { value: { data: { ticked: events } } };
          },
          close: () => end(),
        });
        return { source, open, answer: async ({ data = null }) => ({ data }) };
      },
      close: async () => {},
    };
  }
});

describe('secrets', () => {
  type Respond = NonNullable<TestSubgraphOptions['respond']>;

  /** How something that nobody else may know comes to the gateway, and who is told of it. */
  interface Leak {
    readonly respond?: (secret: string) => Respond;
    readonly request?: (secret: string) => { body?: unknown; headers?: Record<string, string>; search?: string };
    /** The consumer is: the subgraph wrote it for them, or they sent it. */
    readonly told?: true;
    readonly logged?: true;
  }

  const says =
    (error: (secret: string) => object, data: object = { secret: null }) =>
    (secret: string): Respond =>
    (_, response) =>
      send(response, 200, { data, errors: [error(secret)] });
  const answers =
    (status: number, headers: (secret: string) => Record<string, string>, body: (secret: string) => string) =>
    (secret: string): Respond =>
    (_, response) =>
      void response.writeHead(status, headers(secret)).end(body(secret));
  const asJson = () => ({ 'content-type': 'application/json' });

  const leaks: Readonly<Record<string, Leak>> = {
    'a message': { respond: says((secret) => ({ message: `SQL: ${secret}` })), logged: true },
    'a message at a path': {
      respond: says((secret) => ({ message: `SQL: ${secret}`, path: ['secret'] })),
      logged: true,
    },
    'a message with the code of what is masked': {
      respond: says((message) => ({ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } })),
      logged: true,
    },
    'a message on many lines': { respond: says((secret) => ({ message: `a\nb\u001b[31m\n${secret}` })), logged: true },
    'a message without data': { respond: says((message) => ({ message }), undefined as never), logged: true },
    'a password in a message': { respond: says((secret) => ({ message: `user=a password=${secret}` })) },
    'a request in a message': { respond: says((secret) => ({ message: `sent Authorization: Bearer ${secret}` })) },
    'settings in a message': { respond: says((secret) => ({ message: JSON.stringify({ db: { apiKey: secret } }) })) },
    'a URL in a message': { respond: says((secret) => ({ message: `connect postgres://admin:${secret}@db/prod` })) },
    'extensions of an error for consumers': {
      respond: says((stacktrace) => ({ message: 'Ask for fewer.', extensions: { code: 'TOO_MANY', stacktrace } })),
    },
    'a code': { respond: says((code) => ({ message: 'Ask for fewer.', extensions: { code } })), told: true },
    'extensions of the answer': {
      respond: answers(200, asJson, (debug) => JSON.stringify({ data: { secret: null }, extensions: { debug } })),
    },
    'a page of HTML': {
      respond: answers(
        500,
        () => ({ 'content-type': 'text/html' }),
        (secret) => `<p>${secret}`,
      ),
    },
    'broken JSON': { respond: answers(200, asJson, (secret) => `{"data":{"secret":"${secret}"`) },
    'JSON that is no answer': { respond: answers(200, asJson, (secret) => JSON.stringify([secret])) },
    'a redirect': {
      respond: answers(
        302,
        (secret) => ({ location: `https://idp/?t=${secret}` }),
        () => '',
      ),
    },
    'a cookie of a subgraph': {
      respond: answers(
        200,
        (secret) => ({ ...asJson(), 'set-cookie': `s=${secret}`, 'x-debug': secret }),
        () => '{"data":{"secret":null}}',
      ),
    },
    'a broken compression': {
      respond: answers(
        200,
        () => ({ ...asJson(), 'content-encoding': 'gzip' }),
        (secret) => secret,
      ),
    },
    'an answer that breaks off': {
      respond: (secret) => (_, response) => {
        response.writeHead(200, { ...asJson(), 'content-length': '1000' }).write(`{"data":{"secret":"${secret}`);
        setTimeout(() => response.destroy(), 20);
      },
    },
    'a value of the wrong type': {
      respond: answers(200, asJson, (secret) => JSON.stringify({ data: { secret: { [secret]: secret } } })),
    },
    'a field that nobody asked for': {
      respond: answers(200, asJson, (secret) => JSON.stringify({ data: { secret: null, [secret]: secret } })),
    },
    'credentials of a consumer': {
      request: (secret) => ({ headers: { authorization: `Bearer ${secret}`, cookie: `session=${secret}` } }),
    },
    'a variable': {
      request: (label) => ({
        body: { query: 'query ($label: String) { shelves(label: $label) { label } }', variables: { label } },
      }),
    },
    'a variable of the wrong type': {
      request: (of) => ({ body: { query: 'query ($of: Int) { count(of: $of) }', variables: { of } } }),
    },
    'a value in an operation': {
      request: (secret) => ({ body: { query: `{ shelves(label: "${secret}") { label } }` } }),
    },
    'a value in a URL': {
      request: (secret) => ({ search: `?query=${encodeURIComponent(`{ shelves(label: "${secret}") { label } }`)}` }),
    },
    'an operation that cannot be parsed': {
      request: (secret) => ({ body: { query: `{ shelves(label: "${secret}"` } }),
    },
    'a body that is no JSON': { request: (secret) => ({ body: `{"password":"${secret}"` }) },
  };

  test('are told to nobody but whom they are meant for; what is logged is found by the consumer’s request id', async () => {
    const collector = await startCollector();
    let respond: Respond = (_, response) => send(response, 200, { data: { secret: null } });
    const flags = { metrics: true, accessLog: true, otlpEndpoint: collector.url };
    const mesh = await startWatchedMesh(flags, { respond: (request, response) => respond(request, response) });
    const secrets = Object.keys(leaks).map((name, at) => [`canary-${at}-${name.replaceAll(' ', '-')}`, name] as const);
    const replies = new Map<string, { text: string; id: string }>();
    for (const [secret, name] of secrets) {
      const { respond: odd, request } = leaks[name] ?? {};
      respond = odd?.(secret) ?? ((_, response) => send(response, 200, { data: { secret: null } }));
      const { body = { query: '{ secret }' }, headers, search } = request?.(secret) ?? {};
      const reply = search ? await fetch(`${mesh.url}/graphql${search}`) : await mesh.post(body, headers);
      const head = JSON.stringify([...reply.headers]);
      replies.set(secret, { text: `${head}${await reply.text()}`, id: reply.headers.get('x-request-id') ?? '' });
    }
    const metrics = await (await fetch(`${mesh.url}/metrics`)).text();
    await mesh.close();
    await collector.close();

    expect(secrets.length).toBeGreaterThan(20);
    expect(metrics).toContain('weft_errors_total');
    expect(metrics).not.toContain('canary');
    expect(collector.spans().length).toBeGreaterThan(secrets.length);
    expect(collector.text()).not.toContain('canary');
    const told = secrets.filter(([secret]) => replies.get(secret)?.text.includes(secret)).map(([, name]) => name);
    expect(told).toEqual(namesWhere('told'));
    const logged = secrets.filter(([secret]) => mesh.lines.some((line) => line.includes(secret)));
    expect(logged.map(([, name]) => name)).toEqual(namesWhere('logged'));
    for (const [secret] of logged) {
      const reply = replies.get(secret);
      expect(reply?.text).toContain(`"requestId":"${reply?.id}"`);
      const events = mesh.events().filter(({ msg }) => msg.includes(secret));
      expect(events.map(({ requestId }) => requestId)).toEqual([reply?.id]);
    }
  });

  const namesWhere = (which: 'told' | 'logged') => Object.keys(leaks).filter((name) => leaks[name]?.[which]);
});

describe('what is off', () => {
  test('is not even loaded', async () => {
    await using mesh = await startWatchedMesh({});
    const settings = [{}, { metrics: true }, { otlpEndpoint: 'http://127.0.0.1:9' }];
    // In a process of its own, which lists the files of packages that it has loaded after each gateway.
    const script = `
      import { Module } from 'node:module';
      import { readConfig } from './gateway/config.ts';
      import { startGateway } from './gateway/main.ts';
      for (const flags of ${JSON.stringify(settings)}) {
        const config = readConfig({}, { supergraph: ${JSON.stringify(mesh.supergraph)}, port: 0, ...flags });
        const gateway = await startGateway(config, () => {});
        await (await fetch(gateway.url + '/graphql?query={count}')).text();
        await gateway.close();
        console.log(JSON.stringify(Object.keys(Module._cache)));
      }`;
    const node = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root });
    const loaded = stdout
      .trim()
      .split('\n')
      .map((files) => {
        const names = [
          'prom-client',
          '@opentelemetry/sdk-trace-base',
          '@opentelemetry/otlp-exporter-base',
          '@apollo/gateway',
        ];
        return names.filter((name) => files.includes(`/node_modules/${name}/`));
      });
    expect(loaded).toEqual([
      [],
      ['prom-client'],
      ['prom-client', '@opentelemetry/sdk-trace-base', '@opentelemetry/otlp-exporter-base'],
    ]);
  });

  test('leaves no trace on a request', async () => {
    await using mesh = await startWatchedMesh({});
    await (await mesh.post({ query: library }, { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })).text();
    expect(mesh.books.headers[0]).not.toHaveProperty('traceparent');
    expect(mesh.lines).toEqual([]);
  });
});
