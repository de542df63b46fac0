/** What consumers see of the graph: `@inaccessible`, `@tag`, `@composeDirective`, `@cost`, introspection, and graphs that are refused. */
import { getIntrospectionQuery, parse, printSchema, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createWeftEngine } from '../../gateway/engine/weft.ts';
import { apiDefinitions } from '../../gateway/planner/api-definitions.ts';
import { supergraphFacts } from '../../gateway/planner/supergraph-facts.ts';
import { compose, planningHere, startGraph } from './graph.ts';

describe('@inaccessible', () => {
  const parts = {
    a: {
      sdl: `type Query { all: [Thing] unions: [U] sorted(by: Order, secret: Int @inaccessible): String level: Level levels: [Level] hidden: Int @inaccessible }
        interface Thing { id: ID } type Cat implements Thing { id: ID hidden: Int @inaccessible } type Ghost implements Thing @inaccessible { id: ID }
        union U = Cat | Ghost enum Level { LOW HIGH SECRET @inaccessible } input Order { field: String hidden: Int @inaccessible }
        type Item @key(fields: "sku") { sku: ID! @inaccessible title: String }
        extend type Query { items: [Item] }`,
      resolvers: {
        Query: {
          all: () => [
            { __typename: 'Cat', id: '1' },
            { __typename: 'Ghost', id: '2' },
          ],
          unions: () => [
            { __typename: 'Ghost', id: '2' },
            { __typename: 'Cat', id: '1' },
          ],
          level: () => 'SECRET',
          levels: () => ['LOW', 'SECRET', 'HIGH'],
          sorted: (_: unknown, args: object) => JSON.stringify(args),
          items: () => [{ sku: 's', title: 'Pen' }],
        },
      },
    },
    b: {
      sdl: 'type Item @key(fields: "sku") { sku: ID! @inaccessible left: Int }',
      resolvers: { Item: { left: () => 3 } },
    },
  };

  test.each([
    '{ hidden }',
    '{ items { sku } }',
    '{ all { ... on Ghost { id } } }',
    '{ all { ... on Cat { hidden } } }',
    '{ sorted(secret: 1) }',
    '{ sorted(by: { hidden: 1 }) }',
  ])('%s is not there', async (operation) => {
    await using graph = await startGraph(parts);
    expect(validate(graph.schema, parse(operation))).not.toEqual([]);
  });

  test('a key that consumers do not see still finds entities', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ items { title left } }')).toEqual({ data: { items: [{ title: 'Pen', left: 3 }] } });
  });

  test('an object of a type that is not to be seen is null, with an error', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ all { id } unions { ... on Cat { id __typename } } }');
    expect(data).toEqual({ all: [{ id: '1' }, null], unions: [null, { id: '1', __typename: 'Cat' }] });
    expect(errors).toMatchObject([{ path: ['all', 1] }, { path: ['unions', 0] }]);
    expect(JSON.stringify({ data, errors })).not.toContain('Ghost');
  });

  test('nor is it looked for where only fields of other types are asked', async () => {
    const keyed = (type: string, more = '') => `type ${type} @key(fields: "id") { id: ID ${more} }`;
    await using graph = await startGraph({
      a: {
        sdl: `type Query { all: [N] } interface N { id: ID } ${keyed('A implements N')} ${keyed('G implements N @inaccessible')}`,
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'G', id: 'g' },
              { __typename: 'A', id: 'a' },
            ],
          },
        },
      },
      b: {
        sdl: `${keyed('A', 'far: Int')} ${keyed('G @inaccessible', 'far: Int')}`,
        resolvers: { A: { far: () => 1 } },
      },
    });
    const { data, errors } = await graph.ask('{ all { ... on A { far } } }');
    expect({ data, paths: errors?.map(({ path }) => path) }).toEqual({
      data: { all: [null, { far: 1 }] },
      paths: [['all', 0]],
    });
    expect(graph.sentTo('b')).toEqual([{ __typename: 'A', id: 'a' }]);
  });

  test('a value of an enum that is not to be seen is null, with an error', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ level levels }');
    expect(data).toEqual({ level: null, levels: ['LOW', null, 'HIGH'] });
    expect(errors).toMatchObject([{ path: ['level'] }, { path: ['levels', 1] }]);
    expect(JSON.stringify({ data, errors })).not.toContain('SECRET');
  });
});

describe('@inaccessible by another name', () => {
  const federation = (elements: string, as = '') =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9"${as}, import: ["@key", ${elements}])`;
  const marked = (mark: string) =>
    `type Query { shown: Thing secret: String ${mark} } interface Thing { id: ID } type Cat implements Thing { id: ID }
     type Ghost implements Thing ${mark} { id: ID }`;
  const resolvers = { Query: { shown: () => ({ __typename: 'Ghost', id: '2' }) } };

  test.each([
    ['renamed', `${federation('{ name: "@inaccessible", as: "@private" }')} ${marked('@private')}`],
    ['not imported', `${federation('"@shareable"', ', as: "fed"')} ${marked('@fed__inaccessible')}`],
    [
      'linked by itself',
      `${federation('"@shareable"')} @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hush", for: SECURITY)
       directive @hush on FIELD_DEFINITION | OBJECT ${marked('@hush')}`,
    ],
    [
      'beside another specification that is called so',
      `${federation('"@inaccessible", "@composeDirective"')} ${marked('@inaccessible')}
       extend schema @link(url: "https://example.org/inaccessible/v1.0", as: "other", import: ["@drawn"]) @composeDirective(name: "@drawn")
       directive @drawn on FIELD_DEFINITION extend type Query { drawn: Int @drawn }`,
    ],
  ])('%s: what is marked is not there', async (_, sdl) => {
    await using graph = await startGraph({ a: { sdl, resolvers } });
    expect(validate(graph.schema, parse('{ secret }'))).not.toEqual([]);
    expect(printSchema(graph.schema)).not.toMatch(/secret|Ghost/);
    expect(await graph.ask('{ shown { id } }')).toMatchObject({ data: { shown: null }, errors: [{ path: ['shown'] }] });
  });

  const supergraph = compose({ a: { sdl: marked('@inaccessible') } });
  const linked = '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)';
  const linkedAs = (link: string) => supergraph.replace(linked, link).replaceAll(' @inaccessible', ' @hush');

  // As others than Apollo's composition may write it.
  test.each([
    ['by the link itself', linkedAs(linked.replace('0.2"', '0.2/", as: "hush"'))],
    ['by a link of an extension', `${linkedAs('')} extend schema ${linked.replace('0.2"', '0.2", as: "hush"')}`],
    [
      'by a link that is called something else itself',
      linkedAs(
        `@hook(url: "https://specs.apollo.dev/link/v1.0", as: "hook") ${linked.replace('@link', '@hook')}`,
      ).replace(
        '@hook(url: "https://specs.apollo.dev/inaccessible/v0.2"',
        '@hook(url: "https://specs.apollo.dev/inaccessible/v0.2", import: [{ name: "@inaccessible", as: "@hush" }]',
      ),
    ],
    ['by @core', linkedAs('@core(feature: "https://specs.apollo.dev/inaccessible/v0.1", as: "hush", for: SECURITY)')],
    ['without a link', supergraph.replace(linked, '')],
  ])('%s', (_, sdl) => {
    expect(sdl).not.toBe(supergraph);
    expect(apiDefinitions(parse(sdl)).join()).not.toMatch(/secret|Ghost/);
  });
});

describe('directives for people and tools', () => {
  test('@tag, @cost and @listSize change no answer', async () => {
    await using graph = await startGraph({
      a: {
        sdl: `type Query { all(first: Int @cost(weight: 2)): [Thing] @listSize(slicingArguments: ["first"]) @cost(weight: 5) }
          type Thing @tag(name: "pii") @key(fields: "id") { id: ID! @tag(name: "internal") @cost(weight: 3) }`,
        resolvers: { Query: { all: (_: unknown, { first }: any) => [{ id: String(first) }] } },
      },
    });
    expect(await graph.ask('{ all(first: 2) { id } }')).toEqual({ data: { all: [{ id: '2' }] } });
    expect(graph.supergraphSdl).toContain('@listSize(');
  });

  test('@composeDirective keeps a directive in the supergraph', async () => {
    const linked = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
      @link(url: "https://example.org/unit/v1.0", import: ["@unit"]) @composeDirective(name: "@unit")
      directive @unit(of: String) on FIELD_DEFINITION`;
    await using graph = await startGraph({
      a: { sdl: `${linked} type Query { weight: Int @unit(of: "kg") }`, resolvers: { Query: { weight: () => 4 } } },
    });
    expect(graph.supergraphSdl).toContain('@unit(of: "kg")');
    expect(await graph.ask('{ weight }')).toEqual({ data: { weight: 4 } });
  });

  test('descriptions and deprecations of all subgraphs can be read', async () => {
    await using graph = await startGraph({
      a: { sdl: '"The way in" type Query { "How many" n: Int @deprecated(reason: "Use m") }' },
      b: {
        sdl: 'type Query { m(at: Int = 3): [Int!]! } scalar Money @specifiedBy(url: "https://money.example")  extend type Query { x: Money }',
      },
    });
    const { data } = await graph.ask(
      `{ __type(name: "Query") { description fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { name defaultValue } } }
         money: __type(name: "Money") { specifiedByURL } }`,
    );
    expect(data.__type.description).toBe('The way in');
    expect(data.money).toEqual({ specifiedByURL: 'https://money.example' });
    expect(data.__type.fields.find(({ name }: any) => name === 'n')).toEqual({
      ...{ name: 'n', description: 'How many', isDeprecated: true, deprecationReason: 'Use m', args: [] },
    });
    expect(data.__type.fields.find(({ name }: any) => name === 'm').args).toEqual([{ name: 'at', defaultValue: '3' }]);
  });
});

describe('introspection', () => {
  const parts = {
    a: {
      sdl: 'type Query { x: Int thing: Thing } type Thing @key(fields: "id") { id: ID! secret: Int @inaccessible }',
      resolvers: { Query: { x: () => 7 } },
    },
  };

  test('is answered without asking anybody, and tells nothing of Federation', async () => {
    await using graph = await startGraph(parts);
    const { data } = await graph.ask(getIntrospectionQuery());
    expect(graph.asked).toEqual([]);
    const text = JSON.stringify(data);
    for (const internal of ['join__', '_entities', '_service', '_Any', 'secret', 'link__', '"key"'])
      expect(text).not.toContain(internal);
    expect(data.__schema.types.map(({ name }: any) => name)).toContain('Thing');
  });

  test('beside data, with aliases, variables and fragments', async () => {
    await using graph = await startGraph(parts);
    const source = `query ($name: String!, $no: Boolean!) { x t: __type(name: $name) { ...T } s: __schema { queryType { name } } skipped: __schema @skip(if: $no) { description } }
      fragment T on __Type { kind fields { name type { name ofType { name } } } }`;
    expect(await graph.ask(source, { variables: { name: 'Thing', no: true } })).toEqual({
      data: {
        x: 7,
        t: { kind: 'OBJECT', fields: [{ name: 'id', type: { name: null, ofType: { name: 'ID' } } }] },
        s: { queryType: { name: 'Query' } },
      },
    });
    expect(graph.asked.map(({ query }) => query).join()).not.toContain('__type');
  });

  test('`_entities` and `_service` are not for consumers', async () => {
    await using graph = await startGraph(parts);
    for (const operation of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      expect(validate(graph.schema, parse(operation))).not.toEqual([]);
    }
  });
});

describe('a graph that cannot be served as it is meant', () => {
  const federation = (version: string, ...imports: string[]) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: ["@key", ${imports.map((each) => `"${each}"`).join(', ')}])`;

  test.each([
    ['@authenticated', `${federation('v2.5', '@authenticated')} type Query { x: Int @authenticated }`],
    [
      '@requiresScopes',
      `${federation('v2.5', '@requiresScopes')} type Query { x: Int @requiresScopes(scopes: [["a"]]) }`,
    ],
    [
      '@authenticated by another name',
      `${federation('v2.5').replace('"@key", ', '"@key", { name: "@authenticated", as: "@login" }')} type Query { x: Int @login }`,
    ],
    ['@policy', `${federation('v2.6', '@policy')} type Query { x: Int @policy(policies: [["a"]]) }`],
    [
      '@context and @fromContext',
      `${federation('v2.8', '@context', '@fromContext')} type Query { a: A } type A @key(fields: "id") @context(name: "c") { id: ID! unit: String b: B }
       type B @key(fields: "id") { id: ID! x(unit: String @fromContext(field: "$c { unit }")): Int }`,
    ],
    [
      '@connect',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.10", import: ["@key"])
         @link(url: "https://specs.apollo.dev/connect/v0.1", import: ["@connect", "@source"]) @source(name: "s", http: { baseURL: "http://s" })
       type Query { x: Int @connect(source: "s", http: { GET: "/x" }, selection: "$") }`,
    ],
  ])('%s is refused, and the message says which', async (name, sdl) => {
    const supergraph = compose({ a: { sdl } });
    for (const library of ['hive', 'apollo'] as const) {
      const engine = createWeftEngine({ createPlanner: planningHere({ library, searchesAlways: true }) });
      const starting = engine(supergraph, { fetchSubgraph: async () => ({}) });
      await expect(starting).rejects.toThrow(/specs\.apollo\.dev/);
      await starting.catch(({ message }: Error) =>
        expect(message.toLowerCase()).toContain(name.slice(1).split(' ')[0]?.toLowerCase()),
      );
    }
  });

  const plain = compose({ a: { sdl: 'type Query { x: Int }' } });

  test.each([
    ['in an extension', 'https://specs.apollo.dev/authenticated/v0.1'],
    ['of another’s specification with the name of one that is heeded', 'https://example.org/inaccessible/v0.2'],
    ['without a version', 'https://specs.apollo.dev/authenticated'],
  ])('a requirement %s is one', (_, url) => {
    const sdl = `${plain} extend schema @link(url: "${url}", for: SECURITY)`;
    expect(() => supergraphFacts(parse(sdl))).toThrow(url);
  });
});
