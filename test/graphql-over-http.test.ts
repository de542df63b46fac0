/** The gateway's door: GraphQL over HTTP as its specification has it, and what comes to a door besides. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Door, openDoor } from './door.ts';
import { until } from './mesh.ts';

const sdl = `
  scalar Any
  type Query { hello(name: String, day: Int): String  any(value: Any): String  broken: Int  slow: Int  id(of: ID): ID }
  type Mutation { change: Int }`;

let door: Door;
const rootValue = {
  hello: ({ name }: { name?: string }) => name ?? 'world',
  any: ({ value }: { value: unknown }) => JSON.stringify(value),
  broken: () => {
    throw new Error('connect postgres://admin:hunter2@10.0.0.7/prod failed');
  },
  change: () => 1,
};
beforeAll(async () => {
  door = await openDoor({ sdl, rootValue, requests: { forwardHeaders: ['x-tenant'] } });
});
afterAll(() => door.close());

/** Nothing that came in may be left on what every object shares. */
afterEach(() => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe.each(['/graphql', '/catalog'])('the audits of graphql-http at %s', (path) => {
  const audits = serverAudits({ url: () => `${door.url}${path}`, fetchFn: fetch });

  test('are 61', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (_id, _name, audit) => {
    expect(await audit.fn()).toMatchObject({ status: 'ok' });
  });
});

describe('what a foreign page can make a browser send unasked (CSRF)', () => {
  const query = '/graphql?query=%7Bhello%7D';
  test.each<[string, number, Record<string, string>]>([
    ['a GET of the same origin', 200, { 'sec-fetch-site': 'same-origin' }],
    ['a GET typed into the address bar', 200, { 'sec-fetch-site': 'none' }],
    ['a GET of no browser', 200, {}],
    ['a GET of another site', 400, { 'sec-fetch-site': 'cross-site' }],
    ['a GET of another host of the site', 400, { 'sec-fetch-site': 'same-site' }],
    ['a GET of an older browser, with where it comes from', 400, { origin: 'https://elsewhere.example' }],
    ['a GET of an older browser, by a link', 400, { referer: 'https://elsewhere.example/' }],
    [
      'a GET of another site whose client asked first',
      200,
      { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '1' },
    ],
    ['a GET with a body of text', 415, { 'content-type': 'text/plain', 'apollo-require-preflight': '1' }],
  ])('%s: %i', async (_, status, headers) => {
    const response = await raw('GET', query, headers);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('bodies', () => {
  const body = '{"query":"{ hello }"}';
  const type = (value: string): Record<string, string> => ({ 'content-type': value });

  test.each<[string, number, string, Record<string, string>, string | Uint8Array]>([
    ['JSON', 200, '', type('application/json'), body],
    ['JSON that says that it is UTF-8', 200, '', type('application/json;charset=UTF-8'), body],
    ['text', 415, 'MEDIA_TYPE_UNSUPPORTED', type('text/plain'), body],
    ['a form', 415, 'MEDIA_TYPE_UNSUPPORTED', type('application/x-www-form-urlencoded'), 'query=%7Bhello%7D'],
    [
      'a form whose client asked first',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      { ...type('application/x-www-form-urlencoded'), 'apollo-require-preflight': '1' },
      'query=%7Bhello%7D',
    ],
    ['a form with files', 415, 'MEDIA_TYPE_UNSUPPORTED', type('multipart/form-data; boundary=x'), '--x\r\n\r\n--x--'],
    ['of no type', 415, 'MEDIA_TYPE_UNSUPPORTED', {}, body],
    ['another charset', 415, 'MEDIA_TYPE_UNSUPPORTED', type('application/json; charset=windows-1252'), body],
    ['UTF-7', 415, 'MEDIA_TYPE_UNSUPPORTED', type('application/json; charset="utf-7"'), body],
    ['UTF-16 without saying so', 400, 'REQUEST_INVALID', type('application/json'), Buffer.from(body, 'utf16le')],
    ['not UTF-8', 400, 'REQUEST_INVALID', type('application/json'), Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', 400, 'REQUEST_INVALID', type('application/json'), `\uFEFF${body}`],
    ['half of it', 400, 'REQUEST_INVALID', type('application/json'), '{"query":"hunter2'],
    ['nothing', 400, 'REQUEST_INVALID', type('application/json'), ''],
    ['a number', 400, 'BAD_REQUEST', type('application/json'), '42'],
    ['null', 400, 'BAD_REQUEST', type('application/json'), 'null'],
    ['a batch', 400, 'BAD_REQUEST', type('application/json'), `[${body},${body}]`],
    ['a query that is a list', 400, 'BAD_REQUEST', type('application/json'), '{"query":["{ hello }"]}'],
    ['variables that are text', 400, 'BAD_REQUEST', type('application/json'), '{"query":"{ hello }","variables":"{}"}'],
    [
      'half of a surrogate pair in the operation',
      400,
      'GRAPHQL_PARSE_FAILED',
      type('application/json'),
      '{"query":"{ hello(name: \\"\\ud800\\") }"}',
    ],
    [
      'compressed',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      { ...type('application/json'), 'content-encoding': 'gzip' },
      gzipSync(body),
    ],
    [
      '60 MB, compressed',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      { ...type('application/json'), 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(60 * 1024 * 1024)),
    ],
    [
      'a megabyte and more',
      413,
      'REQUEST_TOO_LARGE',
      type('application/json'),
      JSON.stringify({ query: 'x'.repeat(1024 * 1024) }),
    ],
  ])('%s: %i', async (_, status, code, headers, sent) => {
    const response = await raw('POST', '/graphql', headers, sent);
    expect([response.status, response.body.errors?.[0].extensions.code ?? '']).toEqual([status, code]);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.stringify(response.body)).not.toContain('hunter2');
  });

  test('of 49 MB: refused, and the connection goes on', async () => {
    const socket = connect(portOf(door), '127.0.0.1');
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${49 * chunk.length}\r\n\r\n`,
    );
    for (let sent = 0; sent < 49; sent += 1) if (!socket.write(chunk)) await once(socket, 'drain');
    socket.end('GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const answers = await text(socket);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });
});

describe('parameters', () => {
  test('an operation that the document does not have', async () => {
    for (const operationName of ['B', '__proto__', 'constructor', 'a\r\nlog: forged']) {
      const answer = await door.post({ query: 'query A { hello }', operationName });
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] });
    }
  });

  test('a value that does not fit is not repeated, in the answer or in the log', async () => {
    const query = 'query ($day: Int, $name: String) { hello(name: $name, day: $day) }';
    const before = door.log.length;
    const answer = await door.post({ query, variables: { name: { ssn: 'hunter2' }, day: 'hunter3' } });
    expect(answer).toMatchObject({
      status: 400,
      errors: [
        {
          message: 'Variable "$day" of type "Int" was given a value that the type does not allow.',
          locations: [{ line: 1, column: 8 }],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(JSON.stringify([answer, door.log.slice(before)])).not.toMatch(/hunter|ssn/);
  });

  test('numbers that JSON cannot say again are not made null', async () => {
    const query = 'query ($value: Any) { any(value: $value) }';
    const answer = await door.post(`{"query":${JSON.stringify(query)},"variables":{"value":{"a":[1e400]}}}`);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test.each([
    ['in the body', '{"query":"{ hello }","__proto__":{"polluted":1}}', { hello: 'world' }],
    [
      'in variables',
      '{"query":"query ($value: Any) { any(value: $value) }","variables":{"__proto__":{"polluted":1},"value":{"__proto__":{"polluted":1}}}}',
      { any: '{"__proto__":{"polluted":1}}' },
    ],
    [
      'as an alias',
      '{"query":"{ __proto__: hello constructor: hello toJSON: hello then: hello }"}',
      JSON.parse('{"__proto__":"world","constructor":"world","toJSON":"world","then":"world"}'),
    ],
  ])('`__proto__` %s is a name like others', async (_, body, data) => {
    const answer = await door.post(body);
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(data));
  });

  test('`__proto__` as a header is a header like others', async () => {
    const [head = ''] = (
      await exchange(
        'POST /graphql HTTP/1.1\r\nhost: x\r\n__proto__: x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 21\r\n\r\n{"query":"{ hello }"}',
      )
    ).split('\r\n');
    expect(head).toBe('HTTP/1.1 200 OK');
  });

  test('a persisted operation is known by its hash once it was sent, and only by its own', async () => {
    const query = '{ hello(name: "persisted") }';
    const { createHash } = await import('node:crypto');
    const of = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    expect((await door.post({ extensions: of(sha256Hash) })).errors).toMatchObject([
      { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
    expect(await door.post({ query, extensions: of('0'.repeat(64)) })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
    await door.post({ query, extensions: of(sha256Hash) });
    expect((await door.post({ extensions: of(sha256Hash) })).data).toEqual({ hello: 'persisted' });
  });
});

describe('paths and methods', () => {
  test.each([
    ['PUT', '/graphql', 405],
    ['DELETE', '/catalog', 405],
    ['OPTIONS', '/graphql', 405],
    ['HEAD', '/graphql', 405],
    ['POST', '/health', 405],
    ['POST', '/', 405],
    ['GET', '/graphql/', 404],
    ['GET', '/graphql/x', 404],
    ['GET', '/GraphQL', 404],
    ['GET', '/..%2f..%2fetc/passwd', 404],
    ['GET', '/%ff', 400],
    ['GET', '/__proto__', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const response = await raw(method, path);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    if (status === 405) expect(response.headers.allow).toMatch(/GET/);
    const code = status === 404 ? 'NOT_FOUND' : status === 405 ? 'METHOD_NOT_ALLOWED' : 'REQUEST_INVALID';
    if (method !== 'HEAD') expect(response.body.errors[0].extensions.code).toBe(code);
  });

  test('a mutation is not made by GET, whatever a header says', async () => {
    const headers = { 'x-http-method-override': 'POST' };
    const response = await raw('GET', '/graphql?query=mutation%7Bchange%7D', headers);
    expect([response.status, response.headers.allow]).toEqual([405, 'POST']);
  });

  test('what only federation asks a subgraph is not there', async () => {
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      expect((await door.ask(query)).errors?.[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });

  test('what no client can read is not sent: 406', async () => {
    expect((await door.post({ query: '{ hello }' }, { accept: 'text/html' })).status).toBe(406);
  });
});

describe('what is no HTTP', () => {
  test.each([
    ['two lengths', 400, 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    [
      'a length and chunks',
      400,
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'an encoding that is none',
      400,
      'POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header of 20 KB', 431, `GET /health HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['3,000 headers', 431, `GET /health HTTP/1.1\r\nhost: x\r\n${'x-filler: x\r\n'.repeat(3_000)}\r\n`],
    ['no HTTP at all', 400, 'hello\r\n\r\n'],
  ])('%s: %i, once, as JSON', async (_, status, sent) => {
    const answer = await exchange(sent);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test('headers or a body that never end are cut off, and so are sockets beyond the limit', async () => {
    const strict = await openDoor({ sdl, doorLimits: { headersMs: 200, requestMs: 400, sockets: 3 } });
    const slow = [
      'GET /health HTTP/1.1\r\nhost: x\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ];
    const answers = await Promise.all(slow.map((sent) => exchange(sent, strict)));
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 408', 'HTTP/1.1 408']);
    const sockets = Array.from({ length: 4 }, () => connect(portOf(strict), '127.0.0.1').on('error', () => {}));
    await until(() => sockets.filter(({ closed }) => closed).length === 1);
    for (const socket of sockets) socket.destroy();
    await strict.close();
  });
});

describe('errors and their requests', () => {
  test('what was not foreseen is masked, and the log has it under the same id', async () => {
    const masked = await openDoor({
      sdl,
      engine: {
        schema: (await import('graphql')).buildSchema(sdl),
        execute: () => Promise.reject(new Error('hunter2')),
        close: async () => {},
      },
    });
    const answer = await masked.post({ query: '{ hello }' }, { 'x-request-id': 'order-4711' });
    expect(answer).toMatchObject({
      status: 500,
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'order-4711' } }],
    });
    expect(answer.headers.get('x-request-id')).toBe('order-4711');
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(masked.log.filter((line) => line.includes('hunter2') && line.includes('order-4711'))).toHaveLength(1);
    await masked.close();
  });

  test('an id that could be mistaken for something else is not taken over', async () => {
    for (const given of ['a b', 'x'.repeat(65), '"><script>', 'é']) {
      const response = await raw('GET', '/health', { 'x-request-id': Buffer.from(given).toString('latin1') });
      expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('an operation with very many faults is told of the first', async () => {
    const few = await door.ask(`{ ${Array.from({ length: 3 }, (_, at) => `x${at}`).join(' ')} }`);
    expect(few.errors).toHaveLength(3);
    const many = await door.ask(`{ ${Array.from({ length: 15 }, (_, at) => `x${at}`).join(' ')} }`);
    expect(many.errors).toMatchObject([{ message: expect.stringMatching(/"x0".*more than 10 faults/) }]);
  });

  test('names are suggested, unless the schema is not to be told', async () => {
    expect((await door.ask('{ helo }')).errors?.[0].message).toMatch(/Did you mean "hello"/);
    const discreet = await openDoor({ sdl, hideSchemaDetails: true });
    expect((await discreet.ask('{ helo }')).errors?.[0].message).not.toMatch(/hello/);
    await discreet.close();
  });
});

test('the engine is told of a request what it may use, and when to stop', async () => {
  const { executed } = door;
  const before = performance.now();
  await door.post({ query: '{ hello }' }, { 'x-tenant': 'a', authorization: 'secret', 'x-request-id': 'r1' });
  const { context } = executed.at(-1) ?? {};
  expect(context?.headers).toEqual({ 'x-request-id': 'r1', 'x-tenant': 'a' });
  expect((context?.deadline ?? 0) - before).toBeGreaterThan(4_900);
  expect((context?.deadline ?? 0) - before).toBeLessThan(10_000);
  expect(context?.signal?.aborted).toBe(false);
});

test('answers are not kept by caches on the way', async () => {
  expect((await raw('GET', '/graphql?query=%7Bhello%7D')).headers['cache-control']).toBe('no-store');
});

const portOf = ({ url }: Door): number => Number(new URL(url).port);

/** One request with exactly these headers: fetch adds its own. */
async function raw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Promise<{ status: number; headers: any; body: any }> {
  const sent = httpRequest({
    port: portOf(door),
    host: '127.0.0.1',
    method,
    path,
    headers: { ...headers, ...(body.length > 0 && { 'content-length': Buffer.byteLength(body) }) },
  });
  sent.end(body.length > 0 ? body : undefined);
  const [response] = await once(sent, 'response');
  const answered = await text(response);
  return { status: response.statusCode, headers: response.headers, body: answered && JSON.parse(answered) };
}

/** Sends these bytes, and reads until the other side closes. */
async function exchange(sent: string, to: Door = door): Promise<string> {
  const socket = connect(portOf(to), '127.0.0.1');
  socket.write(sent);
  return text(socket);
}
