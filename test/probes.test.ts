/**
 * Questions that federation gateways are known to answer wrongly without a word: data of one thing under the name of
 * another, nulls that nobody explains, keys that reach where they must not. Numbers are issues of
 * https://github.com/apollographql/federation unless they say otherwise.
 */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Graph, type Part, startGraph } from './federation/graph.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at + 1));

const person = { '1': { id: '1', newId: '2', name: 'Ada' }, '2': { id: '2', newId: '1', name: 'Bo' } };

const parts = {
  people: {
    sdl: `type Query { people: [Person] echo(text: String): String }
      type Person @key(fields: "id") { id: ID! newId: String name: String tags(of: [String!]): [String!] }`,
    resolvers: {
      Query: { people: () => Object.values(person), echo: (_: unknown, { text }: any) => text },
      Person: { tags: (_: unknown, { of = ['all'] }: any) => of },
    },
  },
  orders: {
    sdl: `type Person @key(fields: "id") { id: ID! spent(in: String): Int tags(of: [String!]): [String!] @external
      seen: [String!] @requires(fields: "tags") seenX: [String!] @requires(fields: "tags(of: [\\"x\\"])") }`,
    resolvers: {
      Person: {
        spent: ({ id }: any) => Number(id) * 100,
        seen: ({ tags }: any) => tags,
        seenX: ({ tags }: any) => tags,
      },
    },
  },
};

describe('names that consumers choose', () => {
  test.each([
    [
      '{ people { id: newId spent } }',
      [
        { id: '2', spent: 100 },
        { id: '1', spent: 200 },
      ],
    ],
    ['{ people { id: spent } }', [{ id: 100 }, { id: 200 }]],
    [
      '{ people { id: name tags: newId seen } }',
      [
        { id: 'Ada', tags: '2', seen: ['all'] },
        { id: 'Bo', tags: '1', seen: ['all'] },
      ],
    ],
    [
      '{ people { id: newId newId: id spent: name name: spent } }',
      [
        { id: '2', newId: '1', spent: 'Ada', name: 100 },
        { id: '1', newId: '2', spent: 'Bo', name: 200 },
      ],
    ],
  ])('#3036: an alias that is the name of a key or a requirement: %s', async (operation, answer) => {
    await using graph = await startGraph(parts);
    expect(await graph.ask(operation)).toEqual({ data: { people: answer } });
  });

  test('an alias called `__typename`, also where the type decides what is answered', async () => {
    await using graph = await startGraph({
      a: {
        sdl: `type Query { all: [U] } union U = A | B type A @key(fields: "id") { id: ID! name: String } type B { name: String }`,
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'A', id: '1', name: 'B' },
              { __typename: 'B', name: 'A' },
            ],
          },
        },
      },
      b: { sdl: 'type A @key(fields: "id") { id: ID! far: Int }', resolvers: { A: { far: () => 5 } } },
    });
    expect(await graph.ask('{ all { ... on A { __typename: name far } ... on B { __typename: name } } }')).toEqual({
      data: { all: [{ __typename: 'B', far: 5 }, { __typename: 'A' }] },
    });
  });

  test.each([
    'representations',
    '_representations',
    'representations_1',
    '__w0_id',
    '__k0',
    '__typename',
    'v_a',
    'constructor',
  ])('a variable called $%s', async (name) => {
    await using graph = await startGraph(parts);
    const source = `query ($${name}: String) { echo(text: $${name}) people { spent(in: $${name}) } }`;
    expect(await graph.ask(source, { variables: { [name]: 'mine' } })).toEqual({
      data: { echo: 'mine', people: [{ spent: 100 }, { spent: 200 }] },
    });
  });

  test('two variables of which one is called as the other is renamed', async () => {
    await using graph = await startGraph(parts);
    const source =
      'query ($_a: String, $v_a: String, $vv_a: String) { a: echo(text: $_a) b: echo(text: $v_a) c: echo(text: $vv_a) }';
    const { data } = await graph.ask(source, { variables: { _a: '1', v_a: '2', vv_a: '3' } });
    expect(data).toEqual({ a: '1', b: '2', c: '3' });
  });

  test('aliases that look like the engine’s own', async () => {
    await using graph = await startGraph(parts);
    const source =
      '{ people { __w0_id: name __w1_tags: newId __k0: id _entities: spent x: tags(of: ["x"]) y: tags(of: ["y"]) } }';
    expect((await graph.ask(source)).data.people[0]).toEqual({
      ...{ __w0_id: 'Ada', __w1_tags: '2', __k0: '1', _entities: 100, x: ['x'], y: ['y'] },
    });
  });

  test('#2392: one alias, other fields, in other members of a union', async () => {
    await using graph = await startGraph({
      search: {
        sdl: `type Query { found: [Found] } union Found = Repo | User
          type Repo { name: String repo: String! } type User { name: String user: String }`,
        resolvers: {
          Query: {
            found: () => [
              { __typename: 'Repo', name: 'r', repo: 'R' },
              { __typename: 'User', name: 'u', user: 'U' },
            ],
          },
        },
      },
    });
    expect(
      await graph.ask('{ found { ... on Repo { a: name } ... on User { a: name b: user } ... on Repo { c: repo } } }'),
    ).toEqual({
      data: {
        found: [
          { a: 'r', c: 'R' },
          { a: 'u', b: 'U' },
        ],
      },
    });
  });
});

describe('@requires', () => {
  test('router #5000, #2276: arguments of the consumer on the field that is required', async () => {
    await using graph = await startGraph(parts);
    for (const operation of [
      '{ people { tags(of: ["E"]) seen seenX } }',
      '{ people { seenX seen tags(of: ["E"]) } }',
    ]) {
      expect((await graph.ask(operation)).data.people[0]).toEqual({ tags: ['E'], seen: ['all'], seenX: ['x'] });
    }
    expect(
      (await graph.ask('query ($of: [String!]) { people { tags(of: $of) seenX } }', { variables: { of: ['v'] } })).data
        .people[1],
    ).toEqual({ tags: ['v'], seenX: ['x'] });
  });

  test('#1780: a requirement of a requirement, over three subgraphs, with an object in it', async () => {
    await using graph = await startGraph({
      one: {
        sdl: 'type Query { foo(input: Input!): Bar } input Input { value: String! } type Bar @key(fields: "id") { id: ID! baz: Baz! } type Baz @shareable { value: String! }',
        resolvers: { Query: { foo: (_: unknown, { input }: any) => ({ id: '1', baz: input }) } },
      },
      two: {
        sdl: `type Bar @key(fields: "id") { id: ID! baz: Baz! @external valid: Boolean! @requires(fields: "baz { value }") } type Baz @shareable { value: String! }`,
        resolvers: { Bar: { valid: ({ baz }: any) => baz.value === 'bar' } },
      },
      three: {
        sdl: `type Bar @key(fields: "id") { id: ID! valid: Boolean! @external beer: String! @requires(fields: "valid") }`,
        resolvers: { Bar: { beer: ({ valid }: any) => (valid ? 'cold' : 'none') } },
      },
    });
    expect(await graph.ask('{ foo(input: { value: "bar" }) { id valid baz { value } beer } }')).toEqual({
      data: { foo: { id: '1', valid: true, baz: { value: 'bar' }, beer: 'cold' } },
    });
  });

  test('#1750: the plan of one operation does not alter that of another', async () => {
    await using graph = await startGraph({
      one: {
        sdl: `type Query { t: T } type T @key(fields: "id") { id: ID! inner: Inner } type Inner { a: Int b: Int c: Int }`,
        resolvers: { Query: { t: () => ({ id: '1', inner: { a: 1, b: 2, c: 3 } }) } },
      },
      two: {
        sdl: `type T @key(fields: "id") { id: ID! inner: Inner @external sum: Int @requires(fields: "inner { a b }") just: Int @requires(fields: "inner { c }") }
          type Inner { a: Int @external b: Int @external c: Int @external }`,
        resolvers: {
          T: { sum: ({ inner }: any) => inner.a + inner.b, just: ({ inner }: any) => Object.values(inner).length },
        },
      },
    });
    for (let round = 0; round < 2; round++) {
      expect((await graph.ask('{ t { sum } }')).data).toEqual({ t: { sum: 3 } });
      expect((await graph.ask('{ t { just } }')).data).toEqual({ t: { just: 1 } });
      expect((await graph.ask('{ t { inner { b } } }')).data).toEqual({ t: { inner: { b: 2 } } });
      expect(graph.asked[0]?.query).not.toMatch(/\ba\b|\bc\b/);
    }
  });
});

describe('entities', () => {
  const many = (count: number, keys: number, spoil?: Part['spoil']) => ({
    a: {
      sdl: 'type Query { all: [T] strict: [T!] } type T @key(fields: "id") { id: ID! }',
      resolvers: {
        Query: {
          all: () => ids(count).map((id) => ({ id: String(Number(id) % keys) })),
          strict: () => ids(2).map((id) => ({ id })),
        },
      },
    },
    b: {
      sdl: 'type T @key(fields: "id") { id: ID! far: String must: String! }',
      resolvers: { T: { far: ({ id }: any) => `far ${id}`, must: ({ id }: any) => `must ${id}` } },
      ...(spoil && { spoil }),
    },
  });
  /** What the subgraph answers for its entities, changed. */
  const entities =
    (change: (list: any[]) => unknown): Part['spoil'] =>
    (answer) =>
      answer.data?._entities
        ? { ...answer, data: { ...answer.data, _entities: change(answer.data._entities) } }
        : answer;

  test('#180: 50 references with 2 keys are 2 representations', async () => {
    await using graph = await startGraph(many(50, 2));
    const { data } = await graph.ask('{ all { far } }');
    expect(graph.sentTo('b')).toEqual([
      { __typename: 'T', id: '1' },
      { __typename: 'T', id: '0' },
    ]);
    expect(data.all.map(({ far }: any) => far)).toEqual(ids(50).map((id) => `far ${Number(id) % 2}`));
  });

  test('#584, #752, #1509: one that a subgraph does not know is null, with an error at each place', async () => {
    await using graph = await startGraph({
      ...many(3, 3),
      b: {
        ...many(3, 3).b,
        resolvers: {
          T: { __resolveReference: ({ id }: any) => (id === '2' ? null : { id, far: 'known', must: 'x' }) },
        },
      },
    });
    expect(await graph.ask('{ all { far } }')).toMatchObject({
      data: { all: [{ far: 'known' }, { far: null }, { far: 'known' }] },
      errors: [{ path: ['all', 1, 'far'], extensions: { code: 'ENTITY_NOT_FOUND', subgraph: 'b' } }],
    });
    expect(await graph.ask('{ all { must } }')).toMatchObject({
      data: { all: [{ must: 'x' }, null, { must: 'x' }] },
      errors: [{ path: ['all', 1, 'must'] }],
    });
    expect(await graph.ask('{ strict { must } }')).toMatchObject({
      data: { strict: null },
      errors: [{ path: ['strict', 1, 'must'] }],
    });
  });

  test('in another order than asked: noticed, and nobody gets the data of somebody else', async () => {
    await using graph = await startGraph(
      many(
        3,
        3,
        entities((list) => list.reverse()),
      ),
    );
    const { data, errors } = await graph.ask('{ all { far } }');
    expect(data).toEqual({ all: [{ far: null }, { far: null }, { far: null }] });
    expect(errors).toMatchObject([
      { path: ['all', 0, 'far'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'b' } },
    ]);
  });

  test.each<[string, (list: any[]) => unknown]>([
    ['one too few', (list) => list.slice(1)],
    ['one too many', (list) => [...list, list[0]]],
    ['none', () => []],
    ['no list', (list) => ({ ...list })],
    ['a text', () => 'entities'],
    ['null', () => null],
  ])('another number of them than asked (%s): all are missing, with an error', async (_, change) => {
    await using graph = await startGraph(many(3, 3, entities(change)));
    const { data, errors } = await graph.ask('{ all { id far } }');
    expect(data.all.map(({ far }: any) => far)).toEqual([null, null, null]);
    expect(errors).toMatchObject([{ path: ['all', 0, 'far'], extensions: { subgraph: 'b' } }]);
  });

  test.each([['a text'], [7], [true], [[]], [[[]]]])('%j in the place of one', async (wrong) => {
    await using graph = await startGraph(
      many(
        2,
        2,
        entities(([, ...rest]) => [wrong, ...rest]),
      ),
    );
    const { data, errors } = await graph.ask('{ all { far } }');
    expect(data).toEqual({ all: [{ far: null }, { far: 'far 0' }] });
    expect(errors).toMatchObject([{ path: ['all', 0, 'far'], extensions: { subgraph: 'b' } }]);
  });

  test('a subgraph that cannot give the key back is still believed', async () => {
    const noKey: Part['spoil'] = (answer, { query }) => {
      const alias = /(__k\d+):\s*id/.exec(query)?.[1];
      if (!alias) return answer;
      return {
        data: { _entities: null },
        errors: [{ message: 'The key is not here.', path: ['_entities', 0, alias] }],
      };
    };
    await using graph = await startGraph(many(2, 2, noKey));
    for (const _ of [1, 2]) {
      expect(await graph.ask('{ all { far } }')).toEqual({ data: { all: [{ far: 'far 1' }, { far: 'far 0' }] } });
    }
    // It was found out once.
    expect(graph.asked.filter(({ subgraph }) => subgraph === 'b')).toHaveLength(1);
  });

  test('a key that one subgraph has as a number and the other as an ID is the same', async () => {
    await using graph = await startGraph(
      many(
        2,
        2,
        entities((list) => list.map((each) => ({ ...each, __k0: Number(each.__k0) }))),
      ),
    );
    expect((await graph.ask('{ all { far } }')).data).toEqual({ all: [{ far: 'far 1' }, { far: 'far 0' }] });
  });

  test('with a wrong `__typename`: nothing of it is shown as another type’s', async () => {
    await using graph = await startGraph({
      a: {
        sdl: `type Query { all: [U] one: A } union U = A | B type A @key(fields: "id") { id: ID! x: Int } type B @key(fields: "id") { id: ID! y: Int }`,
        spoil: () => ({
          data: {
            all: [
              { __typename: 'A', id: '1', x: 1 },
              { __typename: 'Z', id: '2', x: 2 },
              { __typename: 7, id: '3' },
              { id: '4' },
              { __typename: '__proto__' },
              { __typename: 'toString' },
            ],
          },
        }),
      },
    });
    const { data, errors } = await graph.ask('{ all { ... on A { x } ... on B { y } } }');
    expect(data).toEqual({ all: [{ x: 1 }, null, null, null, null, null] });
    expect(errors?.[0]).toMatchObject({
      path: ['all', 1],
      extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'a' },
    });
    expect(JSON.stringify(errors)).not.toContain('Z');
  });

  test('errors through lists keep their indexes', async () => {
    const failing = { far: ({ id }: any) => (id === '2' ? Promise.reject(new Error('No.')) : id) };
    await using graph = await startGraph({ ...many(3, 4), b: { ...many(3, 4).b, resolvers: { T: failing } } });
    expect((await graph.ask('{ os: all { v: far } }')).errors).toEqual([
      { message: 'No.', path: ['os', 1, 'v'], extensions: { subgraph: 'b' } },
    ]);
  });

  test('#2661: what one subgraph is asked for at the same time is one request', async () => {
    const fields = ids(5)
      .map((n) => `f${n}: [T]`)
      .join(' ');
    await using graph = await startGraph({
      a: {
        sdl: `type Query { ${fields} } type T @key(fields: "id") { id: ID! }`,
        resolvers: { Query: Object.fromEntries(ids(5).map((n) => [`f${n}`, () => [{ id: n }, { id: '1' }]])) },
      },
      b: { sdl: 'type T @key(fields: "id") { id: ID! v: String }', resolvers: { T: { v: ({ id }: any) => id } } },
    });
    const { data } = await graph.ask('{ f1 { v } f2 { v } f3 { v } f4 { v } f5 { v } }');
    expect(data.f5).toEqual([{ v: '5' }, { v: '1' }]);
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['a', 'b']);
  });
});

describe('subgraphs that answer with something else', () => {
  const broken = (answer: unknown) => ({
    a: { sdl: 'type Query { x: Int list: [T] t: T must: T! } type T { v: Int! w: Int }', spoil: () => answer },
  });

  test.each([
    [{}],
    [{ data: null }],
    [{ data: {} }],
    [{ data: { x: {}, list: { 0: 1 }, t: [] } }],
    [{ data: { x: [1], list: 'list', t: 't' } }],
    [{ data: { list: [1, 'x', [], [{ v: 1 }]], t: { v: 'v' } } }],
    [{ data: { list: [{}], t: {} } }],
    [{ errors: [] }],
  ])('%j: null only with an error', async (answer) => {
    await using graph = await startGraph(broken(answer));
    const { data, errors = [] } = await graph.ask('{ x list { v } t { v } }');
    for (const field of ['x', 'list', 't']) {
      const explained = errors.some(({ path }) => path?.[0] === field);
      expect({ field, value: data[field] === null && !explained }).toEqual({ field, value: false });
    }
    expect(errors.length).toBeGreaterThan(0);
  });

  test('null where the schema says that there is none', async () => {
    await using graph = await startGraph(broken({ data: { must: { v: null, w: 1 } } }));
    expect(await graph.ask('{ must { w v } }')).toMatchObject({
      data: null,
      errors: [{ path: ['must', 'v'], extensions: { code: 'NULL_FOR_NON_NULL', subgraph: 'a' } }],
    });
  });

  test('data that nobody asked for reaches nobody', async () => {
    await using graph = await startGraph(
      broken({ data: { x: 1, t: { v: 1, w: 2, secret: 's' }, secret: 's' }, secret: 's' }),
    );
    expect(await graph.ask('{ x t { v } }')).toEqual({ data: { x: 1, t: { v: 1 } } });
  });
});

/** CVE-2026-32621: what a consumer or a subgraph calls `__proto__` must not become the prototype of anything. */
describe('names that every object has', () => {
  const inherited = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'then',
    'toJSON',
    '__defineGetter__',
  ];
  const before = Object.getOwnPropertyNames(Object.prototype);
  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(Object.getOwnPropertyNames(Array.prototype)).not.toContain('polluted');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((Object as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each(inherited)('%s as an alias, of leaves, objects, lists and entities', async (name) => {
    await using graph = await startGraph(parts);
    for (const [operation, expected] of [
      [`{ ${name}: echo(text: "x") }`, '"x"'],
      [`{ ${name}: people { ${name}: spent } }`, `[{"${name}":100},{"${name}":200}]`],
      [
        `{ ${name}: people { ${name}: tags(of: ["${name}"]) seen } }`,
        `[{"${name}":["${name}"],"seen":["all"]},{"${name}":["${name}"],"seen":["all"]}]`,
      ],
    ] as const) {
      const { data, errors } = await graph.ask(operation);
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data)).toBe(`{"${name}":${expected}}`);
    }
  });

  const legal = inherited.filter((name) => !name.startsWith('__'));
  test.each(legal)('%s as a field, an argument, a variable, a key and a value of an enum', async (name) => {
    await using graph = await startGraph({
      a: {
        sdl: `enum E { ${name} } type Query { all(${name}: String): [T] e: E es(of: E): [E] } type T @key(fields: "${name}") { ${name}: ID! }`,
        resolvers: {
          Query: {
            all: (_: unknown, args: any) => [Object.fromEntries([[name, `${args[name]}`]])],
            e: () => name,
            es: (_: unknown, { of }: any) => [of],
          },
        },
      },
      b: {
        sdl: `type T @key(fields: "${name}") { ${name}: ID! own: String }`,
        resolvers: { T: { own: (given: any) => `own ${given[name]}` } },
      },
    });
    const { data, errors } = await graph.ask(
      `query ($${name}: String) { all(${name}: $${name}) { ${name} own } e es(of: ${name}) }`,
      {
        variables: { [name]: 'v' },
      },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      all: [
        Object.fromEntries([
          [name, 'v'],
          ['own', 'own v'],
        ]),
      ],
      e: name,
      es: [name],
    });
  });

  test.each([
    '{"__proto__":{"polluted":1},"all":[{"__proto__":{"polluted":1},"id":"1","constructor":{"prototype":{"polluted":1}}}]}',
    '{"all":[{"id":"__proto__"},{"id":"constructor"}]}',
    '{"constructor":{"prototype":{"polluted":1}},"all":{"__proto__":[],"length":1,"0":{"id":"1"}}}',
    '{"all":[{"__proto__":null,"id":"1","toJSON":"x","then":1}]}',
  ])('hostile keys in the answer of a subgraph: %s', async (data) => {
    await using graph = await startGraph({
      a: {
        sdl: 'type Query { all: [T] } type T @key(fields: "id") { id: ID! }',
        spoil: () => JSON.parse(`{"data":${data}}`),
      },
      b: {
        sdl: 'type T @key(fields: "id") { id: ID! j: J far: String } scalar J',
        resolvers: { T: { far: () => 'f' } },
        spoil: (answer, { query }) => {
          const key = /(__k\d+):/.exec(query)?.[1];
          for (const each of answer.data?._entities ?? []) {
            if (key) expect(each[key]).toBeDefined();
            Object.defineProperty(each, '__proto__', { value: { polluted: 1 }, enumerable: true });
          }
          return answer;
        },
      },
    });
    const { data: answered } = await graph.ask('{ all { id far } }');
    expect(JSON.stringify(answered)).not.toContain('polluted');
  });

  test('errors of subgraphs with paths that lead to them', async () => {
    const path = ['__proto__', 'polluted'];
    await using graph = await startGraph({
      a: {
        sdl: 'type Query { x: Int }',
        spoil: () => ({
          data: { x: 1 },
          errors: [
            { message: 'a', path },
            { message: 'b', path: ['constructor', 'prototype', 'polluted'] },
            { message: 'c', path: ['x', '__proto__'] },
          ],
        }),
      },
    });
    const { data, errors } = await graph.ask('{ x }');
    expect(data).toEqual({ x: 1 });
    expect(errors).toHaveLength(3);
  });

  test('variables with such keys', async () => {
    await using graph = await startGraph({
      a: {
        sdl: 'scalar J type Query { echo(v: J): J }',
        resolvers: { Query: { echo: (_: unknown, { v }: any) => v } },
      },
    });
    const v = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const { data } = await graph.ask('query ($v: J) { echo(v: $v) }', { variables: { v } });
    expect(JSON.stringify(data.echo)).toBe(JSON.stringify(v));
  });
});

/** CVE-2024-32971: a cache of plans that gave one operation the plan of another. */
test('10,000 operations that are nearly the same never share an answer', async () => {
  await using graph = await startGraph({
    a: {
      sdl: `type Query { echo(a: Int, b: String): String other(a: Int, b: String): String t: T } type T { n: Int m: Int }`,
      resolvers: {
        Query: {
          echo: (_: unknown, { a, b }: any) => `echo ${a} ${b}`,
          other: (_: unknown, { a, b }: any) => `other ${a} ${b}`,
          t: () => ({ n: 1, m: 2 }),
        },
      },
    },
  });
  const wrong: string[] = [];
  const check = async (
    source: string,
    expected: unknown,
    question: Parameters<Graph['ask']>[1] = {},
  ): Promise<void> => {
    const { data, errors } = await graph.askCompiled(source, question);
    if (errors || JSON.stringify(data) !== JSON.stringify(expected))
      wrong.push(`${source} ${JSON.stringify(data ?? errors)}`);
  };
  for (let n = 0; n < 1_000; n++) {
    const value = `echo ${n} x`;
    await check(`{ echo(a: ${n}, b: "x") }`, { echo: value });
    await check(`{ other(a: ${n}, b: "x") }`, { other: `other ${n} x` });
    await check(`{ echo: other(a: ${n}, b: "x") }`, { echo: `other ${n} x` });
    await check(`{ a${n}: echo(a: ${n}, b: "x") }`, { [`a${n}`]: value });
    await check(`{ echo(a: ${n}, b: "x ") }`, { echo: `${value} ` });
    // The same text, with another operation, other conditions, other variables.
    const names = `query A { echo(a: ${n}) } query B { echo(a: ${n + 1}) }`;
    await check(names, { echo: `echo ${n} undefined` }, { operationName: 'A' });
    await check(names, { echo: `echo ${n + 1} undefined` }, { operationName: 'B' });
    const two = `query A { echo(a: ${n}) } query B($s: Boolean = ${n % 2 === 0}, $n: Int = ${n}) { echo(a: $n) t { n @skip(if: $s) m } }`;
    await check(two, { echo: `echo ${n} undefined` }, { operationName: 'A' });
    const kept = { echo: `echo ${n} undefined`, t: n % 2 === 0 ? { m: 2 } : { n: 1, m: 2 } };
    await check(two, kept, { operationName: 'B' });
    const given = { echo: `echo ${-n} undefined`, t: n % 2 === 0 ? { n: 1, m: 2 } : { m: 2 } };
    await check(two, given, { operationName: 'B', variables: { s: n % 2 !== 0, n: -n } });
  }
  expect(wrong).toEqual([]);
});

describe('what makes these worth asking', () => {
  test.each([
    ['#3036', '{ people { id: newId spent } }', {}],
    ['router #5000', '{ people { tags(of: ["E"]) seen } }', {}],
    [
      '$representations',
      'query ($representations: String) { people { spent(in: $representations) } }',
      { variables: { representations: 'x' } },
    ],
  ])('@apollo/gateway gives another answer to %s', async (_, operation, question) => {
    await using graph = await startGraph(parts);
    expect((await graph.askApollo(operation, question)).data).not.toEqual((await graph.ask(operation, question)).data);
  });
});

/** Where a fault has been mended, an older version would bring it back. */
test.each([
  ['@apollo/gateway', '2.13.2', 'CVE-2026-32621'],
  ['@apollo/query-planner', '2.13.2', 'CVE-2026-32621'],
  ['@apollo/federation-internals', '2.13.2', 'CVE-2026-32621'],
  ['@apollo/server', '5.5.0', 'GHSA-9q82-xgwf-vj6h'],
  ['graphql', '16.8.1', 'CVE-2023-26144'],
])('%s is at least %s (%s)', (name, least) => {
  const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  const found = Object.entries<{ version: string }>(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(found.length).toBeGreaterThan(0);
  for (const [, { version }] of found)
    expect(version.localeCompare(least, 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
});
