/** From supergraph.yaml to one supergraph: what is read, what is refused, and where the message points. */
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeMesh, composeWithApollo } from '../gateway/registry/compose.ts';
import { readMesh } from '../gateway/registry/mesh.ts';
import { isError } from '../subgraphs/kit/errors/issue.ts';
import { makeMesh } from './mesh.ts';
import { send, startSubgraph } from './subgraph.ts';

const hello = 'type Query { hello: String }';
const inline = (more = ''): string =>
  `federation_version: =2.14.4\nsubgraphs:\n  tiny:\n    routing_url: http://localhost:4009/graphql\n    schema:\n      sdl: "${hello}"\n${more}`;

/** Reads a mesh of these files. */
async function read(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  await using folder = makeMesh(files);
  const { mesh, issues } = await readMesh(`${folder.dir}/supergraph.yaml`, env);
  const composed = composeMesh(mesh);
  return {
    mesh,
    composed,
    sdl: 'supergraphSdl' in composed ? composed.supergraphSdl : undefined,
    errors: issues.filter(isError).map(({ code, message, place }) => ({
      code,
      message,
      at: place && `${place.file.replace(`${folder.dir}/`, '')}:${place.line}:${place.column}`,
    })),
  };
}

describe('supergraph.yaml, in the format of rover', () => {
  test('a schema in a file, in the text, or asked of the running subgraph', async () => {
    const headers: (string | undefined)[] = [];
    const running = await startSubgraph('type Query { asked: Int }');
    const guarded = await startSubgraph(hello, {
      respond: (request, response) => {
        headers.push(request.headers.authorization);
        send(response, 200, { data: { _service: { sdl: 'type Query { guarded: Int }' } } });
      },
    });
    const { mesh, sdl, errors } = await read(
      {
        'domains/own/schema.graphql': 'type Query { own: Int }',
        'supergraph.yaml': `
subgraphs:
  own: { routing_url: 'http://localhost:\${env.PORT}/graphql', schema: { file: ./domains/own/schema.graphql } }
  tiny: { routing_url: https://tiny.example.com/graphql, schema: { sdl: '${hello}' } }
  running: { schema: { subgraph_url: '${running.url}' } }
  guarded:
    routing_url: http://localhost:4002/graphql
    schema: { subgraph_url: '${guarded.url}', introspection_headers: { Authorization: 'Bearer \${env.TOKEN}' } }
`,
      },
      { PORT: '4001', TOKEN: 's3cret' },
    );
    await Promise.all([running.close(), guarded.close()]);
    expect(errors).toEqual([]);
    expect(mesh.subgraphs.map(({ name, url }) => [name, url])).toEqual([
      ['own', 'http://localhost:4001/graphql'],
      ['tiny', 'https://tiny.example.com/graphql'],
      ['running', running.url],
      ['guarded', 'http://localhost:4002/graphql'],
    ]);
    expect(headers).toEqual(['Bearer s3cret']);
    expect(sdl).toMatch(/own: Int[\s\S]*/);
    for (const field of ['own', 'hello', 'asked', 'guarded', 'dataProducts']) expect(sdl).toContain(`  ${field}`);
  });

  test('a folder with contracts is a domain, one without is not', async () => {
    const { mesh } = await read({
      'a/schema.graphql': hello,
      'a/a.odps.yaml': 'apiVersion: v1.0.0\nkind: DataProduct\nid: a.a\nstatus: active\nname: A\n',
      'a/B.ODPS.YAML': 'apiVersion: v1.0.0\nkind: DataProduct\nid: a.b\nstatus: active\nname: B\n',
      'b/schema.graphql': 'type Query { b: Int }',
      'supergraph.yaml': `subgraphs:
  a: { routing_url: 'http://localhost:1/', schema: { file: a/schema.graphql } }
  b: { routing_url: 'http://localhost:2/', schema: { file: b/schema.graphql } }`,
    });
    expect(mesh.subgraphs.map(({ domain }) => domain?.products.map((product) => product.id))).toEqual([
      ['a.b', 'a.a'],
      undefined,
    ]);
  });

  const at = 'supergraph.yaml';
  test.each<[string, string, string, RegExp]>([
    ['is no YAML', 'subgraphs: [', `${at}:1:13`, /./],
    ['is empty', '', `${at}:1:1`, /no document/],
    ['holds a list', '- a', `${at}:1:1`, /object/],
    ['has no subgraphs', 'federation_version: 2\nsubgraphs: {}', `${at}:2:12`, /at least one/],
    ['wants another federation', inline().replace('=2.14.4', '=1.0'), `${at}:1:21`, /Federation 2/],
    ['takes the name of the catalog', inline().replace('tiny', 'catalog'), `${at}:4:5`, /catalog is taken/],
    ['takes it in other letters', inline().replace('tiny', 'Catalog'), `${at}:4:5`, /catalog is taken/],
    ['names a subgraph by a path', inline().replace('tiny', '../x'), `${at}:4:5`, /named by a letter/],
    ['has two kinds of schema', inline('      file: x.graphql\n'), `${at}:6:7`, /exactly one/],
    ['has no schema', inline().replace(/ {4}schema[\s\S]*/, ''), `${at}:4:5`, /exactly one/],
    [
      'has a routing_url that is none',
      inline().replace('http://localhost:4009/graphql', 'file:///etc/passwd'),
      `${at}:4:18`,
      /http/,
    ],
    [
      'has a routing_url with a fragment',
      inline().replace('/graphql', '/graphql#x'),
      `${at}:4:18`,
      /Take away the # and what follows/,
    ],
    [
      'has a routing_url with a password',
      inline().replace('localhost', 'user:hunter2@localhost'),
      `${at}:4:18`,
      /before the @.*are not sent.*WEFT_FORWARD_HEADERS/,
    ],
    [
      'has a subgraph_url with a password',
      inline().replace(/sdl: .*/, 'subgraph_url: http://hunter2@localhost:1/'),
      `${at}:6:21`,
      /before the @.*are not sent.*introspection_headers/,
    ],
    [
      'has a subgraph_url that is none',
      inline().replace(/sdl: .*/, 'subgraph_url: localhost'),
      `${at}:6:21`,
      /no http or https address/,
    ],
    ['has no routing_url', inline().replace(/ {4}routing_url.*\n/, ''), `${at}:4:5`, /routing_url/],
    [
      'misspells a key',
      inline().replace('routing_url', 'routing-url'),
      `${at}:4:5`,
      /routing-url\. Did you mean routing_url\?/,
    ],
    ['misspells a key at the top', inline('subgraph: {}\n'), `${at}:1:1`, /subgraph\. Did you mean subgraphs\?/],
    ['misspells a kind of schema', inline().replace('sdl:', 'sld:'), `${at}:6:7`, /sld\. Did you mean sdl\?/],
    ['needs a variable that is not set', inline().replace('4009', '${' + 'env.MISSING}'), `${at}:4:18`, /MISSING/],
    [
      'wants to read a file in passing',
      inline().replace('4009', '${' + 'file./etc/passwd}'),
      `${at}:4:18`,
      /cannot be expanded/,
    ],
  ])('is refused where it %s', async (_, text, place, message) => {
    const { errors, mesh, sdl } = await read({ 'supergraph.yaml': text });
    expect(errors[0]).toMatchObject({ at: place, message: expect.stringMatching(message) });
    expect(errors[0]?.code).toMatch(/^(?:MESH_FILE_INVALID|DOCUMENT_)/);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    expect([mesh.complete, sdl]).toEqual([false, undefined]);
  });

  test('a variable that is not set is one error, and hides no other', async () => {
    const unset = inline().replace('http://localhost:4009/graphql', '${' + 'env.URL}');
    expect((await read({ 'supergraph.yaml': unset })).errors).toMatchObject([{ message: /no URL/, at: `${at}:4:18` }]);
    const asked = unset.replace(/sdl: .*/, 'subgraph_url: ${' + 'env.URL}');
    expect((await read({ 'supergraph.yaml': asked })).errors).toHaveLength(2);
    const also = await read({ 'supergraph.yaml': unset.replace('    schema', '    colour: red\n    schema') });
    expect(also.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/no URL/),
      expect.stringMatching(/Unknown: colour/),
    ]);
  });

  test.each([
    ['=2.99.0', 1],
    ['2.15', 1],
    ['=2.14.4', 0],
    ['2.9', 0],
    ['2', 0],
  ])('federation_version %s', async (version, count) => {
    const { composed } = await read({ 'supergraph.yaml': inline().replace('=2.14.4', `'${version}'`) });
    expect(composed.issues).toHaveLength(count);
    if (count === 0) return;
    expect(composed).not.toHaveProperty('supergraphSdl');
    expect(composed.issues).toMatchObject([
      { code: 'MESH_FILE_INVALID', message: expect.stringContaining('2.14.4'), place: { line: 1, column: 21 } },
    ]);
  });

  test('that is not there is an issue too', async () => {
    const { issues } = await readMesh('/nowhere/supergraph.yaml');
    expect(issues).toMatchObject([{ code: 'MESH_FILE_INVALID', place: { file: '/nowhere/supergraph.yaml', line: 1 } }]);
  });
});

describe('folders of contracts', () => {
  const product = (id: string): string => `apiVersion: v1.0.0\nkind: DataProduct\nid: ${id}\nstatus: active\nname: A\n`;
  const supergraph = `subgraphs:
  a: { routing_url: 'http://localhost:1/', schema: { file: a/schema.graphql } }
  b: { routing_url: 'http://localhost:2/', schema: { file: b/schema.graphql } }`;
  const schemas = {
    'a/schema.graphql': hello,
    'b/schema.graphql': 'type Query { b: Int }',
    'supergraph.yaml': supergraph,
  };

  test('a folder where a contract should be is an issue, and the rest is read', async () => {
    const { mesh, errors } = await read({
      ...schemas,
      'a/a.odps.yaml': product('a.a'),
      'a/orders.odcs.yaml/notes.txt': 'not a contract',
    });
    expect(errors).toEqual([
      {
        code: 'DOCUMENT_UNREADABLE',
        message: expect.stringMatching(/orders\.odcs\.yaml cannot be read \(EISDIR\)/),
        at: 'a/orders.odcs.yaml:1:1',
      },
    ]);
    expect([mesh.complete, mesh.subgraphs[0]?.domain?.products.map(({ id }) => id)]).toEqual([true, ['a.a']]);
  });

  test('two domains with products of one id are told apart by their places', async () => {
    const { errors } = await read({ ...schemas, 'a/x.odps.yaml': product('same'), 'b/y.odps.yaml': product('same') });
    expect(errors).toEqual([
      {
        code: 'PRODUCT_ID_TAKEN',
        message: expect.stringMatching(/same is that of a product of a too \(.*a\/x\.odps\.yaml:\d+\)/),
        at: expect.stringMatching(/^b\/y\.odps\.yaml:\d+:\d+$/),
      },
    ]);
  });
});

describe('a schema that cannot be had', () => {
  test.each([
    ['its file is missing', (_: string) => 'file: ./gone.graphql', /gone\.graphql/],
    ['nobody answers', (_: string) => 'subgraph_url: http://127.0.0.1:1/graphql', /cannot be reached/],
    ['what answers is no subgraph', (url: string) => `subgraph_url: ${url}`, /HTTP 200/],
  ])('because %s: nothing is composed, and the place is named', async (_, schema, message) => {
    const server = await startSubgraph(hello, { respond: (_, response) => send(response, 200, { data: {} }) });
    const { errors, composed } = await read({
      'supergraph.yaml': inline(
        `  other:\n    routing_url: http://localhost:1/\n    schema:\n      ${schema(server.url)}\n`,
      ),
    });
    await server.close();
    expect(errors).toMatchObject([
      { code: 'SUBGRAPH_SCHEMA_UNREADABLE', message: expect.stringMatching(message), at: 'supergraph.yaml:10:7' },
    ]);
    // A graph without one of its domains would look whole.
    expect(composed).toMatchObject({ issues: [{ code: 'COMPOSITION_FAILED' }] });
    expect(composed).not.toHaveProperty('supergraphSdl');
  });
});

test('a schema that never ends is given up', async () => {
  const server = await startSubgraph(hello, {
    respond: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":{"_service":{"sdl":"');
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    },
  });
  const { errors } = await read({
    'supergraph.yaml': `subgraphs: { a: { schema: { subgraph_url: '${server.url}' } } }`,
  });
  await server.close();
  expect(errors).toMatchObject([
    { code: 'SUBGRAPH_SCHEMA_UNREADABLE', message: expect.stringMatching(/larger than 10 MB/) },
  ]);
});

describe('composition', () => {
  const sales = 'type Query { orders: [Order] } type Order { total: Int }';
  const compose = (other: string) =>
    composeWithApollo([
      { name: 'sales', url: 'http://a/', sdl: sales },
      { name: 'finance', url: 'http://b/', sdl: other, schemaFile: 'finance/schema.graphql' },
    ]);

  test('gives a valid supergraph, always the same, with the catalog as its first subgraph', async () => {
    const { mesh, sdl = '' } = await read({ 'supergraph.yaml': inline() });
    expect(() => buildSchema(sdl, { assumeValidSDL: false })).not.toThrow();
    expect(sdl).toMatch(/CATALOG @join__graph\(name: "catalog", url: "http:\/\/127\.0\.0\.1:4000\/catalog"\)/);
    expect(composeMesh(mesh)).toMatchObject({ supergraphSdl: sdl, issues: [] });
    expect(composeMesh(mesh, 'https://mesh.example.com/catalog')).toMatchObject({
      supergraphSdl: expect.stringContaining('https://mesh.example.com/catalog'),
    });
    expect(parse(sdl).definitions.length).toBeGreaterThan(20);
  });

  test('says which rule is broken, by which field of which subgraphs, and where', () => {
    const { issues } = compose(
      'type Query { profit: Int }\ntype Order {\n  total: String @shareable\n}'.replace(' @shareable', ''),
    );
    const mismatch = issues.find((issue) => issue.message.startsWith('FIELD_TYPE_MISMATCH: '));
    expect(mismatch).toMatchObject({ code: 'COMPOSITION_FAILED', severity: 'error', coordinate: 'Order.total' });
    expect(mismatch?.message).toMatch(/finance[\s\S]*sales|sales[\s\S]*finance/);
    expect(mismatch?.place).toEqual({ file: 'finance/schema.graphql', line: 3, column: 3 });
  });

  test('one type in two subgraphs is one issue, however many fields clash, and hides no other', () => {
    const types = `type Order { id: ID  total: Int  tax: Int } type OrderConnection { nodes: [Order]  count: Int }`;
    const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")';
    const orders = `${head} type Query { orders: OrderConnection  order: Order } ${types} type Note { text: Int }`;
    const { issues } = composeWithApollo([
      { name: 'sales', url: 'http://a/', sdl: orders },
      { name: 'finance', url: 'http://b/', sdl: orders.replace('text: Int', 'text: String') },
    ]);
    expect(issues.map(({ message }) => message.replace(/, first:.*/s, ''))).toEqual([
      'Query is defined by finance and sales: 2 fields clash (Query.orders, Query.order)',
      'Order is defined by finance and sales: 5 fields clash (Order, OrderConnection)',
      expect.stringMatching(/Note\.text/),
      expect.stringMatching(/Note\.text/),
    ]);
    expect(issues[1]).toMatchObject({ coordinate: 'Order', help: expect.stringContaining('graphqlName') });
  });

  test('names the subgraph whose schema is no GraphQL, and its place there', () => {
    const { issues } = compose('type Query {\n  profit Int }');
    expect(issues).toEqual([
      expect.objectContaining({
        code: 'COMPOSITION_FAILED',
        message: expect.stringMatching(/Syntax Error.*\(subgraph: finance\)$/),
        place: { file: 'finance/schema.graphql', line: 2, column: 10 },
      }),
    ]);
  });

  test('a schema that the composition cannot cope with is an issue like any other', () => {
    const { issues } = compose(`extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      @link(url: "https://example.com/one/v1.0", import: [{ name: "@a", as: "@b" }])
      @link(url: "https://example.com/two/v1.0", import: ["@a"])
      @composeDirective(name: "@a") @composeDirective(name: "@b")
      directive @a on OBJECT
      directive @b on OBJECT
      type Query { c: Int }`);
    expect(issues).toMatchObject([{ code: 'COMPOSITION_FAILED', message: expect.stringMatching(/itself failed/) }]);
  });

  test('names the subgraph whose schema is no subgraph schema', () => {
    const { issues } = compose('type Query { profit: Money }');
    expect(issues[0]).toMatchObject({ code: 'COMPOSITION_FAILED', message: expect.stringMatching(/finance.*Money/) });
  });
});
