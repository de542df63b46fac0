/** The gateway as its consumers meet it: one graph over several subgraphs, some of which fail. */
import { execFile, execFileSync } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../gateway/config.ts';
import { createWeftEngine } from '../gateway/engine/weft.ts';
import { type Gateway, startGateway } from '../gateway/main.ts';
import { createPlanner } from '../gateway/planner/planner.ts';
import { scalars } from '../subgraphs/kit/scalars.ts';
import { makeMesh, root, type TestMesh, until } from './mesh.ts';
import { type Answer, ask, send, startSubgraph } from './subgraph.ts';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

const booksSdl = `${federation}
  type Query { books: [Book!]  shelves: [Shelf!] }
  type Book @key(fields: "id") { id: ID!  title: String!  author: Author }
  type Shelf { label: String }
  type Author @key(fields: "id", resolvable: false) { id: ID! }`;

const authorsSdl = `${federation}
  type Query { authors: [Author!]  firstAuthor: Author  secret: String  polite: String }
  type Author @key(fields: "id") { id: ID!  name: String  born: Int! }`;

const books = [
  { id: 'b1', title: 'Middlemarch', author: { id: 'a1' } },
  { id: 'b2', title: 'Emma', author: { id: 'a2' } },
  { id: 'b3', title: 'Persuasion', author: { id: 'a2' } },
];
const authors = [
  { id: 'a1', name: 'George Eliot', born: 1819 },
  { id: 'a2', name: 'Jane Austen', born: 1775 },
];

const bookResolvers = { Query: { books: () => books, shelves: () => [{ label: 'fiction' }] } };
const authorResolvers = {
  Query: {
    authors: () => authors,
    firstAuthor: () => ({ id: 'a9', name: 'Nobody', born: 1 }),
    secret: () => {
      throw new Error('connect postgres://admin:hunter2@10.0.0.7/prod failed');
    },
    polite: () => {
      throw Object.assign(new Error('Ask for fewer.'), { extensions: { code: 'TOO_MANY', internal: 'hunter2' } });
    },
  },
  Author: { __resolveReference: ({ id }: { id: string }) => authors.find((author) => author.id === id) },
};

/** A gateway over the two subgraphs; `authors` may be replaced by something that fails. */
async function startMesh(
  authorsOptions: Parameters<typeof startSubgraph>[1] = { resolvers: authorResolvers },
  timeout = 5_000,
) {
  const [booksServer, authorsServer] = await Promise.all([
    startSubgraph(booksSdl, { resolvers: bookResolvers }),
    startSubgraph(authorsSdl, authorsOptions),
  ]);
  const mesh = makeMesh({
    'books.graphql': booksSdl,
    'authors.graphql': authorsSdl,
    'supergraph.yaml': supergraph({ books: booksServer.url, authors: authorsServer.url }),
  });
  const log: string[] = [];
  const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0, subgraphTimeoutMs: timeout };
  const gateway = await startGateway(readConfig({}, flags), (line) => log.push(line));
  return {
    gateway,
    supergraph: `${mesh.dir}/supergraph.yaml`,
    log,
    books: booksServer,
    authors: authorsServer,
    ask: (query: string, variables?: Record<string, unknown>) => ask(`${gateway.url}/graphql`, query, variables),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all([booksServer.close(), authorsServer.close(), mesh[Symbol.asyncDispose]()]);
    },
  };
}

function supergraph(urls: Readonly<Record<string, string>>): string {
  const entries = Object.entries(urls).map(
    ([name, url]) => `  ${name}:\n    routing_url: ${url}\n    schema:\n      file: ./${name}.graphql\n`,
  );
  return `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`;
}

const everything = '{ books { title author { name } } shelves { label } }';

describe('one graph over several subgraphs', () => {
  let mesh: Awaited<ReturnType<typeof startMesh>>;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  test('joins rows of one subgraph with rows of another', async () => {
    const { data, errors } = await mesh.ask(everything);
    expect(errors).toBeUndefined();
    expect(data.books.map((book: { author: { name: string } }) => book.author.name)).toEqual([
      'George Eliot',
      'Jane Austen',
      'Jane Austen',
    ]);
  });

  test('listens on loopback, and passes nothing of the request on but the operation', async () => {
    expect(mesh.gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const before = mesh.books.asked.length;
    await mesh
      .ask('query Named($unused: Int, $also: Boolean!) { shelves @include(if: $also) { label } }', { also: true })
      .catch(() => {});
    await mesh.ask('{ shelves { label } }');
    expect(mesh.books.asked.slice(before).every(({ variables }) => Object.keys(variables).length === 0)).toBe(true);
  });

  test('a standard introspection query gives a schema that a client can build', async () => {
    const { data } = await mesh.ask(getIntrospectionQuery());
    const schema = buildClientSchema(data as IntrospectionQuery);
    const book = schema.getType('Book');
    expect(isObjectType(book) && Object.keys(book.getFields())).toEqual(['id', 'title', 'author']);
    expect(schema.getQueryType()?.getFields()).toHaveProperty('dataProducts');
    expect(Object.keys(schema.getTypeMap()).filter((name) => /^(?:join__|link__|_Entity|_Service)/.test(name))).toEqual(
      [],
    );
  });

  test('an error of a subgraph keeps its path; one that was not written for consumers is masked', async () => {
    const { data, errors = [] } = await mesh.ask('{ secret polite shelves { label } }');
    expect(data).toEqual({ secret: null, polite: null, shelves: [{ label: 'fiction' }] });
    const bySource = Object.fromEntries(errors.map((error) => [error.path.join('.'), error]));
    expect(bySource.secret).toEqual({
      message: 'Subgraph `authors` failed on this field.',
      path: ['secret'],
      extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'authors', owner: 'authors', requestId: expect.any(String) },
    });
    expect(bySource.polite).toEqual({
      message: 'Ask for fewer.',
      path: ['polite'],
      extensions: { code: 'TOO_MANY', subgraph: 'authors', owner: 'authors' },
    });
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    expect(mesh.log.join('\n')).toContain('hunter2');
  });

  test.each([
    ['syntax', '{ books {', 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', '{ books { pages } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['4,000 tokens and more', `{ ${'shelves { label } '.repeat(1_500)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['a missing variable', 'query ($on: Boolean!) { shelves @include(if: $on) { label } }', 'BAD_USER_INPUT'],
  ])('refuses %s', async (_, query, code) => {
    const { status, errors = [] } = await mesh.ask(query);
    expect([status, errors[0]?.extensions.code]).toEqual([400, code]);
    expect(errors[0]?.extensions.stacktrace).toBeUndefined();
  });

  describe.each(['/graphql', '/catalog'] as const)('at %s', (path) => {
    const asked = (query: string) => ask(`${mesh.gateway.url}${path}`, query);
    const around = (times: number): string =>
      `{ domain(name: "books") { ${'products { domain { '.repeat(times)}name${' } }'.repeat(times)} } }`;

    test('an operation that leads round in circles is refused before it is executed', async () => {
      expect((await asked(around(1))).errors).toBeUndefined();
      const { status, data, errors = [] } = await asked(around(22));
      expect([status, data]).toEqual([400, undefined]);
      expect(errors.map(({ extensions }) => extensions.code)).toContain('OPERATION_TOO_DEEP');
      const twice = await asked(around(2));
      expect(twice.errors).toEqual([
        expect.objectContaining({
          message: expect.stringMatching(/DataDomain 3 times/),
          locations: [{ line: 1, column: 1 }],
          extensions: { code: 'OPERATION_TOO_DEEP' },
        }),
      ]);
    });

    test.each(['dataProducts { nodes {', 'whoOwns(operation: "{ __typename }") { product {'])(
      'through the products that a product reads, too: %s',
      async (start) => {
        const through = (times: number): string =>
          `{ ${start} ${'inputPorts { product { '.repeat(times)} id ${'} }'.repeat(times)} } } }`;
        expect((await asked(through(1))).errors?.map((error) => error.extensions.code) ?? []).not.toContain(
          'OPERATION_TOO_DEEP',
        );
        expect((await asked(through(2))).errors).toMatchObject([
          { message: expect.stringMatching(/DataProduct 3 times/), extensions: { code: 'OPERATION_TOO_DEEP' } },
        ]);
      },
    );

    test('fragments count where they are spread, each measured once', async () => {
      const steps = Array.from(
        { length: 9 },
        (_, at) => `fragment F${at} on DataDomain { products { domain { ...F${at + 1} ...F${at + 1} } } }`,
      );
      const { errors = [] } = await asked(
        `{ domains { ...F0 } } ${steps.join(' ')} fragment F9 on DataDomain { name }`,
      );
      expect(errors.map(({ message }) => message)).toContain(
        'The operation nests fields 20 deep; at most 15 are answered.',
      );
    });

    test('introspection is as deep as it needs to be', async () => {
      expect((await asked(getIntrospectionQuery())).errors).toBeUndefined();
    });
  });

  test('refuses a request that a foreign page can make without asking (CSRF), and one that is too large', async () => {
    const simple = await fetch(`${mesh.gateway.url}/graphql?query=%7B__typename%7D`, {
      headers: { accept: '*/*', 'sec-fetch-site': 'cross-site' },
    });
    expect(simple.status).toBe(400);
    const form = await fetch(`${mesh.gateway.url}/graphql`, {
      method: 'POST',
      body: 'query={__typename}',
      headers: { 'content-type': 'text/plain' },
    });
    expect(form.status).toBeGreaterThanOrEqual(400);
    const large = await ask(`${mesh.gateway.url}/graphql`, `# ${'x'.repeat(1024 * 1024)}\n{ __typename }`);
    expect(large).toMatchObject({ status: 413, errors: [{ message: expect.any(String) }] });
    const malformed = await fetch(`${mesh.gateway.url}/graphql`, {
      method: 'POST',
      body: '{"query":',
      headers: { 'content-type': 'application/json' },
    });
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toHaveProperty('errors');
  });

  test('says that it is healthy, and that other paths are not there', async () => {
    const health = await fetch(`${mesh.gateway.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'pass', graph: 'composed' }]);
    expect((await fetch(`${mesh.gateway.url}/etc/passwd`)).status).toBe(404);
  });

  test('serves GraphiQL from one page that reaches nothing outside', async () => {
    const page = await get(`${mesh.gateway.url}/`, { 'accept-encoding': 'gzip' });
    expect(page.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/html; charset=utf-8' });
    const html = gunzipSync(page.body).toString();
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('dataProducts');
    // Nothing that a browser would load by itself: the policy forbids what the script might.
    expect(
      html.match(/<(?:script|img|iframe|link|source)\b[^>]*\b(?:src|href)\s*=\s*["']?(?:https?:)?\/\/[^"'>]+/gi),
    ).toBeNull();
    expect(html.match(/@import\s+(?:url\()?["']?https?:|url\(["']?https?:\/\//gi)).toBeNull();
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
    const plain = await get(`${mesh.gateway.url}/`, {});
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString() === html).toBe(true);
  });
});

test('of the headers of subgraphs, consumers see those that are allowed, and what the gateway says itself stays', async () => {
  const answering = (field: string, left: string) =>
    startSubgraph('type Query { unused: Int }', {
      respond: (_, response) => {
        response.setHeader('x-left', left).setHeader('x-secret', 'hunter2').setHeader('cache-control', 'max-age=60');
        send(response, 200, { data: { [field]: 1 } });
      },
    });
  const [a, b] = await Promise.all([answering('a', '9'), answering('b', '8')]);
  await using mesh = makeMesh({
    'a.graphql': 'type Query { a: Int }',
    'b.graphql': 'type Query { b: Int }',
    'supergraph.yaml': supergraph({ a: a.url, b: b.url }),
  });
  const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0, responseHeaders: 'X-Left, cache-control' };
  const gateway = await startGateway(readConfig({}, flags), () => {});
  const { headers } = await fetch(`${gateway.url}/graphql?query={a}`);
  expect(['x-left', 'x-secret', 'cache-control'].map((name) => headers.get(name))).toEqual(['9', null, 'no-store']);
  // Of both, one: a limit is no list.
  const both = await fetch(`${gateway.url}/graphql?query={a b}`);
  expect(both.headers.get('x-left')).toMatch(/^[89]$/);
  await gateway.close();
  await Promise.all([a.close(), b.close()]);
});

describe('while a subgraph fails, the others still answer', () => {
  const unaffected = { books: [{ title: 'Middlemarch', author: { name: null } }], shelves: [{ label: 'fiction' }] };

  /** What every failure must leave intact, and must never tell. */
  function expectPartial({ status, data, errors = [] }: Answer, code: string, url: string): void {
    expect(status).toBe(200);
    expect(data.shelves).toEqual(unaffected.shelves);
    expect(data.books[0]).toEqual(unaffected.books[0]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      path: ['books', 0, 'author', 'name'],
      extensions: { code, subgraph: 'authors' },
    });
    expect(errors[0].message).toContain('`authors`');
    expect(JSON.stringify(errors)).not.toMatch(/https?:|127\.0\.0\.1|ECONN|stack/);
    expect(JSON.stringify(errors)).not.toContain(new URL(url).port);
  }

  test('because it is down', async () => {
    await using mesh = await startMesh();
    await mesh.ask(everything);
    await mesh.authors.close();
    expectPartial(await mesh.ask(everything), 'SUBGRAPH_UNREACHABLE', mesh.authors.url);
    const { data, errors = [] } = await mesh.ask('{ a: authors { name } b: firstAuthor { name } shelves { label } }');
    expect(data).toEqual({ a: null, b: null, shelves: [{ label: 'fiction' }] });
    expect(errors.map((error) => error.path)).toEqual([['a'], ['b']]);
    expect(mesh.log.join('\n')).toMatch(/subgraph authors: .*ECONNREFUSED/);
  });

  test('because it hangs', async () => {
    await using mesh = await startMesh({ respond: () => {} }, 200);
    expectPartial(await mesh.ask(everything), 'SUBGRAPH_TIMEOUT', mesh.authors.url);
  });

  test.each<[string, string, NonNullable<NonNullable<Parameters<typeof startSubgraph>[1]>['respond']>]>([
    ['closes the connection', 'SUBGRAPH_UNREACHABLE', (request) => request.socket.destroy()],
    [
      'is behind a proxy that says 503',
      'SUBGRAPH_UNREACHABLE',
      (_, response) => response.writeHead(503).end('<html>10.0.0.7</html>'),
    ],
    [
      'answers HTML',
      'SUBGRAPH_BAD_RESPONSE',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hi'),
    ],
    [
      'answers half of its JSON',
      'SUBGRAPH_BAD_RESPONSE',
      (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{'),
    ],
    [
      'redirects',
      'SUBGRAPH_BAD_RESPONSE',
      (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['answers {}', 'SUBGRAPH_BAD_RESPONSE', (_, response) => send(response, 200, {})],
    ['answers null without saying why', 'SUBGRAPH_BAD_RESPONSE', (_, response) => send(response, 200, { data: null })],
    ['answers text as data', 'SUBGRAPH_BAD_RESPONSE', (_, response) => send(response, 200, { data: 'x' })],
    [
      'answers for one entity too few',
      'SUBGRAPH_BAD_RESPONSE',
      (_, response) => send(response, 200, { data: { _entities: [] } }),
    ],
    [
      'answers without end',
      'SUBGRAPH_BAD_RESPONSE',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const chunk = ' '.repeat(1024 * 1024);
        const write = (): void => {
          while (!response.destroyed && response.write(chunk));
          if (!response.destroyed) response.once('drain', write);
        };
        write();
      },
    ],
  ])('because it %s', async (_, code, respond) => {
    await using mesh = await startMesh({ respond });
    expectPartial(await mesh.ask(everything), code, mesh.authors.url);
  });

  test('and it works again as soon as the subgraph does', async () => {
    let broken = true;
    await using mesh = await startMesh({
      respond: (_, response) =>
        broken ? response.destroy() : send(response, 200, { data: { authors: [{ name: 'Jane Austen' }] } }),
    });
    expect((await mesh.ask('{ authors { name } }')).errors).toHaveLength(1);
    broken = false;
    expect((await mesh.ask('{ authors { name } }')).data).toEqual({ authors: [{ name: 'Jane Austen' }] });
  });
});

describe('no null is unexplained', () => {
  test('null where the schema says that there is always a value', async () => {
    const born = { data: { authors: [{ name: 'Jane Austen', born: null }] } };
    await using mesh = await startMesh({ respond: (_, response) => send(response, 200, born) });
    const { data, errors, ...rest } = await mesh.ask('{ authors { name born } shelves { label } }');
    expect(data).toEqual({ authors: null, shelves: [{ label: 'fiction' }] });
    expect(errors).toEqual([
      {
        message: expect.stringContaining('Author.born'),
        path: ['authors', 0, 'born'],
        extensions: { code: 'NULL_FOR_NON_NULL', subgraph: 'authors', owner: 'authors' },
      },
    ]);
    expect(rest).toEqual({ status: 200 });
  });

  test('an operation that a subgraph refuses as a whole, because of a literal', async () => {
    const refusal = { message: 'Date must be a date.', locations: [{ line: 1, column: 9 }], extensions: { code: 'X' } };
    await using mesh = await startMesh({ respond: (_, response) => send(response, 400, { errors: [refusal] }) });
    const { data, errors = [] } = await mesh.ask('{ a: authors { name } b: firstAuthor { name } shelves { label } }');
    expect(data).toEqual({ a: null, b: null, shelves: [{ label: 'fiction' }] });
    expect(errors).toEqual(
      ['a', 'b'].map((path) => ({
        message: 'Date must be a date.',
        path: [path],
        extensions: { code: 'X', subgraph: 'authors', owner: 'authors' },
      })),
    );
  });

  test('a literal that is no date is named where it stands, and which field it took away', async () => {
    const sdl = `${federation} scalar Date  type Query { due(day: Date): Int  open: Int }`;
    const resolvers = { Date: scalars.Date, Query: { due: () => 1, open: () => 2 } };
    const subgraph = await startSubgraph(sdl, { resolvers });
    await using folder = makeMesh({ 'loans.graphql': sdl, 'supergraph.yaml': supergraph({ loans: subgraph.url }) });
    const flags = { supergraph: `${folder.dir}/supergraph.yaml`, port: 0 };
    const gateway = await startGateway(readConfig({}, flags), () => {});
    const query = `{ due(day: "${'someday '.repeat(9)}") }`;
    const message = `Date must be a date like 2017-03-31, not "${'someday '.repeat(9).slice(0, 38)}….`;
    const alone = await ask(subgraph.url, query);
    const joined = await ask(`${gateway.url}/graphql`, query);
    await Promise.all([gateway.close(), subgraph.close()]);
    expect(alone.errors).toMatchObject([{ message, locations: [{ line: 1, column: 12 }] }]);
    // Without a code, the message is not for consumers: the domains that Weft serves give one.
    expect(joined.errors).toMatchObject([{ path: ['due'], extensions: { code: 'SUBGRAPH_ERROR' } }]);
  });

  test('an entity that its domain does not know', async () => {
    await using mesh = await startMesh({
      respond: (_, response) => send(response, 200, { data: { _entities: [null, null] } }),
    });
    const { errors = [] } = await mesh.ask('{ books { author { born } } }');
    expect(errors.map((error) => error.extensions.code)).toEqual(['ENTITY_NOT_FOUND']);
  });

  test('data of another shape than the schema says', async () => {
    await using mesh = await startMesh({
      respond: (_, response) => send(response, 200, { data: { authors: 'hunter2' } }),
    });
    const { status, errors = [] } = await mesh.ask('{ authors { name } }');
    expect([status, errors[0]?.extensions.code]).toEqual([200, 'SUBGRAPH_BAD_RESPONSE']);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });
});

describe('a mesh that does not compose', () => {
  let mesh: TestMesh;
  let gateway: Gateway;
  const log: string[] = [];
  beforeAll(async () => {
    mesh = makeMesh({
      'books.graphql': booksSdl,
      'authors.graphql': `${federation} type Query { shelves: Int } type Author @key(fields: "id") { id: ID! }`,
      'supergraph.yaml': supergraph({ books: 'http://127.0.0.1:9/', authors: 'http://127.0.0.1:9/' }),
    });
    const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 };
    gateway = await startGateway(readConfig({}, flags), (line) => log.push(line));
  });
  afterAll(async () => {
    await gateway.close();
    await mesh[Symbol.asyncDispose]();
  });

  test('is said at /graphql, with the reasons', async () => {
    const { status, errors = [] } = await ask(`${gateway.url}/graphql`, '{ __typename }');
    expect(status).toBe(503);
    expect(errors[0].extensions.code).toBe('GRAPH_UNAVAILABLE');
    expect(errors[0].extensions.issues[0]).toMatchObject({
      code: 'COMPOSITION_FAILED',
      message: expect.stringMatching(/^[A-Z_]+: .*Query\.shelves/),
    });
    expect((await fetch(`${gateway.url}/health`)).status).toBe(503);
    expect(gateway.issues.map((issue) => issue.code)).toContain('COMPOSITION_FAILED');
    expect(log.join('\n')).toContain('COMPOSITION_FAILED');
  });

  test('still has its catalog', async () => {
    const { data } = await ask(`${gateway.url}/catalog`, '{ domains { name } }');
    expect(data.domains.map((domain: { name: string }) => domain.name)).toEqual(['authors', 'books']);
    const { errors = [] } = await ask(`${gateway.url}/catalog`, '{ whoOwns(operation: "{ books { id } }") { team } }');
    expect(errors[0].extensions.code).toBe('GRAPH_UNAVAILABLE');
  });
});

describe('a mesh that cannot be read to the end', () => {
  const sdl = 'type Query { hello: String }';

  /** A subgraph that is asked for its schema, and keeps it back until it is told to answer. */
  async function keepingBack() {
    let isAsked = false;
    let answers = false;
    const subgraph = await startSubgraph(sdl, {
      respond: (_, response) => {
        isAsked = true;
        if (answers) send(response, 200, { data: { _service: { sdl }, hello: 'you' } });
      },
    });
    return {
      ...subgraph,
      isAsked: () => isAsked,
      answer() {
        answers = true;
      },
    };
  }

  /** As the system does with what takes too much memory. */
  function killReaders(): void {
    const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' });
    const readers = children.split('\n').filter((line) => line.includes('graph-process'));
    for (const line of readers) process.kill(Number.parseInt(line, 10), 'SIGKILL');
  }

  const supergraphOf = (url: string): string => `subgraphs: { late: { schema: { subgraph_url: '${url}' } } }`;

  test.each<[string, () => void, string]>([
    ['because its only subgraph is not there', () => {}, 'SUBGRAPH_SCHEMA_UNREADABLE'],
    ['because that takes too much', killReaders, 'COMPOSITION_FAILED'],
  ])('%s: the gateway starts, says so, and answers as soon as it can be read', async (_, spoil, code) => {
    const subgraph = await keepingBack();
    const url = code === 'COMPOSITION_FAILED' ? subgraph.url : 'http://127.0.0.1:1/';
    await using mesh = makeMesh({ 'supergraph.yaml': supergraphOf(url) });
    const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 };
    const starting = startGateway(readConfig({}, flags), () => {});
    if (url === subgraph.url) await until(subgraph.isAsked);
    spoil();
    const gateway = await starting;
    const { status, errors = [] } = await ask(`${gateway.url}/graphql`, '{ hello }');
    expect([status, errors[0].extensions.code]).toEqual([503, 'GRAPH_UNAVAILABLE']);
    expect(gateway.issues.map((issue) => issue.code)).toContain(code);
    subgraph.answer();
    mesh.write({ 'supergraph.yaml': supergraphOf(subgraph.url) });
    expect(await gateway.reload()).toEqual({ issues: [], changed: true });
    expect(await ask(`${gateway.url}/graphql`, '{ hello }')).toEqual({ status: 200, data: { hello: 'you' } });
    await gateway.close();
    await subgraph.close();
  });

  test.each(['takes too much', 'is no mesh any more'])('and later %s: the catalog from before stays', async (why) => {
    const subgraph = await keepingBack();
    await using mesh = makeMesh({
      'books.graphql': 'type Query { broken: Missing }',
      'supergraph.yaml': supergraph({ books: 'http://127.0.0.1:9/' }),
    });
    const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 };
    const gateway = await startGateway(readConfig({}, flags), () => {});
    mesh.write({ 'supergraph.yaml': why === 'takes too much' ? supergraphOf(subgraph.url) : 'subgraphs: {}' });
    const reloading = gateway.reload();
    if (why === 'takes too much') {
      await until(subgraph.isAsked);
      killReaders();
    }
    const { issues, changed } = await reloading;
    expect(changed).toBe(false);
    expect(issues.map((issue) => issue.code)).not.toContain('GRAPH_OUTDATED');
    expect(gateway.issues).toEqual(issues);
    expect((await ask(`${gateway.url}/catalog`, '{ domains { name } }')).data).toEqual({
      domains: [{ name: 'books' }],
    });
    await gateway.close();
    await subgraph.close();
  });
});

describe('starting and stopping', () => {
  test('a mesh file that is not there cannot be started, and the message names it', async () => {
    const starting = startGateway(readConfig({}, { supergraph: '/nowhere/supergraph.yaml', port: 0 }), () => {});
    await expect(starting).rejects.toMatchObject({
      code: 'MESH_FILE_INVALID',
      message: expect.stringContaining('/nowhere/supergraph.yaml'),
    });
  });

  test('a port that is in use is said, and nothing stays open', async () => {
    await using mesh = await startMesh();
    const flags = { supergraph: mesh.supergraph, port: Number(new URL(mesh.gateway.url).port) };
    // A process of its own: it ends by itself only where no server, timer, connection or engine is left.
    const script = `
      import { readConfig } from './gateway/config.ts';
      import { startGateway } from './gateway/main.ts';
      await startGateway(readConfig({}, ${JSON.stringify(flags)})).catch(({ code }) => console.log(code));`;
    const node = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root });
    expect(stdout).toBe('PORT_IN_USE\n');
    expect((await mesh.ask('{ shelves { label } }')).errors).toBeUndefined();
  });

  test('a supergraph that the engine cannot execute is refused as a whole', async () => {
    await using mesh = makeMesh({
      'a.graphql': `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])
        type Query { a: Int @authenticated }`,
      'supergraph.yaml': supergraph({ a: 'http://127.0.0.1:9/' }),
    });
    const gateway = await startGateway(
      readConfig({}, { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 }),
      () => {},
    );
    expect(gateway.issues.map((issue) => issue.code)).toEqual(['SUPERGRAPH_REFUSED']);
    expect((await ask(`${gateway.url}/graphql`, '{ a }')).status).toBe(503);
    await gateway.close();
  });

  test('closing lets a running request finish, and frees the port', async () => {
    let answer: (() => void) | undefined;
    const mesh = await startMesh({
      respond: (_, response) => {
        answer = () => send(response, 200, { data: { authors: [{ name: 'Jane Austen' }] } });
        reached();
      },
    });
    let reached = (): void => {};
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const asking = mesh.ask('{ authors { name } }');
    await isReached;
    const closing = mesh.gateway.close();
    answer?.();
    expect((await asking).data).toEqual({ authors: [{ name: 'Jane Austen' }] });
    await closing;
    await expect(fetch(`${mesh.gateway.url}/health`)).rejects.toThrow();
    await Promise.all([mesh.books.close(), mesh.authors.close()]);
  });

  test('closing does not wait for another graph to get ready', async () => {
    const mesh = makeMesh({ 'a.graphql': 'type Query { a: Int }', 'supergraph.yaml': supergraph({ a: 'http://a/' }) });
    const createEngine = createWeftEngine({ createPlanner: createPlanner() });
    let isPreparing = false;
    let stop = (): void => {};
    const flags = { supergraph: `${mesh.dir}/supergraph.yaml`, port: 0 };
    const gateway = await startGateway(readConfig({}, flags), () => {}, {
      createEngine: async (sdl, options) => ({
        ...(await createEngine(sdl, options)),
        async prepare() {
          isPreparing = true;
          await new Promise<void>((resolve) => (stop = resolve));
        },
        async close() {
          stop();
        },
      }),
    });
    mesh.write({ 'a.graphql': 'type Query { a: Int  b: Int }' });
    const reloading = gateway.reload();
    await until(() => isPreparing);
    await gateway.close();
    expect(await reloading).toEqual({ issues: [], changed: false });
    await mesh[Symbol.asyncDispose]();
  }, 20_000);

  test('a consumer that hangs up takes its subgraph requests with it', async () => {
    const hungUp = new Promise<void>((resolve) => {
      void startMesh({
        respond: (request, response) => {
          response.once('close', () => resolve());
          client?.destroy();
          request.resume();
        },
      }).then((started) => {
        mesh = started;
        const { port, hostname } = new URL(started.gateway.url);
        client = connect(Number(port), hostname);
        const body = JSON.stringify({ query: '{ authors { name } }' });
        client.write(
          `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      });
    });
    let client: ReturnType<typeof connect> | undefined;
    let mesh: Awaited<ReturnType<typeof startMesh>> | undefined;
    await hungUp;
    await mesh?.[Symbol.asyncDispose]();
  });

  test('settings come from flags, then the environment, then defaults; bad ones are named', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      subgraphTimeoutMs: 3_000,
      engine: 'weft',
    });
    const config = readConfig({ WEFT_PORT: '4100', WEFT_SUPERGRAPH: 'mesh.yaml' }, { port: 4200 });
    expect(config).toMatchObject({ port: 4200, supergraph: 'mesh.yaml' });
    expect(Object.isFrozen(readConfig({}))).toBe(true);
    for (const env of [
      { WEFT_PORT: 'http' },
      { WEFT_PORT: '70000' },
      { WEFT_SUBGRAPH_TIMEOUT_MS: '0' },
      { WEFT_ENGINE: 'steam' },
      { WEFT_REGISTRY_OPEN: 'true', WEFT_HOST: '0.0.0.0' },
    ]) {
      expect(() => readConfig(env)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.stringMatching(/port|subgraphTimeoutMs|engine|registryOpen/),
        }),
      );
    }
  });
});

async function get(url: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = httpRequest(url, { headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ headers: response.headers, body: Buffer.concat(chunks) });
    });
    sent.once('error', reject).end();
  });
}
