/** What is missing has an error, at the right place, and takes no more with it than the schema says. */
import { describe, expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const no = (message: string) => () => {
  throw new Error(message);
};

describe('an error of a subgraph', () => {
  const parts = {
    a: {
      sdl: `type Query { all: [T] grid: [[T!]] one: T strict: T! } type T @key(fields: "id") { id: ID! name: String strict: String! }`,
      resolvers: {
        Query: {
          all: () => ['0', '1', '2'].map((id) => ({ id })),
          grid: () => [[{ id: '0' }], [{ id: '2' }, { id: '1' }]],
          one: () => ({ id: '1' }),
          strict: () => ({ id: '1' }),
        },
        T: {
          name: ({ id }: any) => (id === '1' ? no('No name.')() : `n${id}`),
          strict: ({ id }: any) => (id === '1' ? no('Not strict.')() : id),
        },
      },
    },
    b: {
      sdl: `type T @key(fields: "id") { id: ID! far: String farStrict: String! box: Box } type Box { items: [Item] } type Item { v: Int! }`,
      resolvers: {
        T: {
          far: ({ id }: any) => (id === '1' ? no('Too far.')() : `f${id}`),
          farStrict: ({ id }: any) => (id === '1' ? no('Strictly too far.')() : id),
          box: () => ({ items: [{ v: 1 }, { v: 2 }] }),
        },
        Item: { v: ({ v }: any) => (v === 2 ? no('No second.')() : v) },
      },
    },
  };

  test('has the path of the consumer: aliases, and the indexes of lists', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ first: all { n: name } }');
    expect(data).toEqual({ first: [{ n: 'n0' }, { n: null }, { n: 'n2' }] });
    expect(errors).toEqual([{ message: 'No name.', path: ['first', 1, 'n'], extensions: { subgraph: 'a' } }]);
  });

  test('of an entity has the place of the entity, not the one in `_entities`', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ a: all { x: far } }');
    expect(data).toEqual({ a: [{ x: 'f0' }, { x: null }, { x: 'f2' }] });
    expect(errors).toEqual([{ message: 'Too far.', path: ['a', 1, 'x'], extensions: { subgraph: 'b' } }]);
  });

  test('in lists of lists has all indexes', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ grid { far } }');
    expect(data).toEqual({ grid: [[{ far: 'f0' }], [{ far: 'f2' }, { far: null }]] });
    expect(errors).toMatchObject([{ message: 'Too far.', path: ['grid', 1, 1, 'far'] }]);
  });

  test('of an entity that stands at several places is told once, with how many', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ one { far } all { far } }');
    expect(data).toEqual({ one: { far: null }, all: [{ far: 'f0' }, { far: null }, { far: 'f2' }] });
    const paths = errors?.map(({ path }) => path?.join('.'));
    expect(paths).toEqual(['one.far', 'all.1.far']);
  });

  test('at a required field takes its object with it, in the subgraph and across it', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ all { strict } }')).toEqual({
      data: { all: [{ strict: '0' }, null, { strict: '2' }] },
      errors: [{ message: 'Not strict.', path: ['all', 1, 'strict'], extensions: { subgraph: 'a' } }],
    });
    expect(await graph.ask('{ all { s: farStrict name } }')).toMatchObject({
      data: { all: [{ s: '0', name: 'n0' }, null, { s: '2', name: 'n2' }] },
      errors: expect.arrayContaining([
        { message: 'Strictly too far.', path: ['all', 1, 's'], extensions: { subgraph: 'b' } },
      ]),
    });
  });

  test('up to the nearest place that may be null, and to the root', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ grid { farStrict } one { id } }')).data).toEqual({
      grid: [[{ farStrict: '0' }], null],
      one: { id: '1' },
    });
    expect(await graph.ask('{ strict { s: farStrict } one { id } }')).toMatchObject({
      data: null,
      errors: [{ message: 'Strictly too far.', path: ['strict', 's'] }],
    });
  });

  test('deep in an entity keeps what is beside it', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ one { box { list: items { value: v } } far id } }');
    expect(data).toEqual({ one: { box: { list: [{ value: 1 }, null] }, far: null, id: '1' } });
    expect(errors).toContainEqual({
      ...{ message: 'No second.', path: ['one', 'box', 'list', 1, 'value'], extensions: { subgraph: 'b' } },
    });
    expect(errors).toHaveLength(2);
  });
});

test('an entity that stands at two places, with entities in its lists: each place has its own, and its own error', async () => {
  await using graph = await startGraph({
    a: {
      sdl: 'type Query { a: A b: A } type A @key(fields: "id") { id: ID! }',
      resolvers: { Query: { a: () => ({ id: '1' }), b: () => ({ id: '1' }) } },
    },
    b: {
      sdl: 'type A @key(fields: "id") { id: ID! kids: [A!]! list: [K] } type K @key(fields: "id") { id: ID! }',
      resolvers: {
        A: {
          kids: ({ id }: any) => [{ id: `${id}x` }, { id: `${id}y` }],
          list: ({ id }: any) => [{ id: `k${id}` }],
        },
      },
    },
    c: {
      sdl: 'type A @key(fields: "id") { id: ID! name: String } type K @key(fields: "id") { id: ID! v: String! }',
      resolvers: { A: { name: ({ id }: any) => `n${id}` }, K: { v: ({ id }: any) => (id === 'k1x' ? null : id) } },
    },
  });
  const { data, errors } = await graph.ask('{ a { kids { name } } b { name kids { list { v } name } list { w: v } } }');
  expect(data).toEqual({
    a: { kids: [{ name: 'n1x' }, { name: 'n1y' }] },
    b: {
      name: 'n1',
      kids: [
        { list: [null], name: 'n1x' },
        { list: [{ v: 'k1y' }], name: 'n1y' },
      ],
      list: [{ w: 'k1' }],
    },
  });
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['b.kids.0.list.0.v']);
});

describe('in one branch of a union', () => {
  test('is told for that branch, and harms no other', async () => {
    await using graph = await startGraph({
      a: {
        sdl: 'type Query { all: [U] } union U = A | B type A { x: Int n: N } type B { x: Int! n: N } type N { v: Int! }',
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'A', n: { v: 1 } },
              { __typename: 'B', n: { v: 2 } },
              { __typename: 'A', n: { v: 3 } },
            ],
          },
          A: { x: () => 1 },
          B: { x: no('B has none.') },
        },
      },
    });
    const { data, errors } = await graph.ask('{ all { ... on A { p: x n { v } } ... on B { q: x n { v } } } }');
    expect(data).toEqual({ all: [{ p: 1, n: { v: 1 } }, null, { p: 1, n: { v: 3 } }] });
    expect(errors).toMatchObject([{ message: 'B has none.', path: ['all', 1, 'q'] }]);
  });
});

describe('a subgraph that cannot be asked', () => {
  const down = {
    a: {
      sdl: 'type Query { all: [T] own: Int } type T @key(fields: "id") { id: ID! }',
      resolvers: { Query: { all: () => [{ id: '1' }, { id: '2' }], own: () => 1 } },
    },
    b: {
      sdl: 'type Query { theirs: Int must: Int! } type T @key(fields: "id") { id: ID! far: String deep: Deep } type Deep { v: Int! }',
      spoil: () => ({ errors: [{ message: 'Out of order.' }] }),
    },
  };

  test('leaves the fields of the others alone, and explains each of its own', async () => {
    await using graph = await startGraph(down);
    const { data, errors } = await graph.ask('{ own theirs all { id far deep { v } } }');
    expect(data).toEqual({
      own: 1,
      theirs: null,
      all: [
        { id: '1', far: null, deep: null },
        { id: '2', far: null, deep: null },
      ],
    });
    const paths = errors?.map(({ path }) => path?.join('.'));
    expect(paths).toEqual(['theirs', 'all.0.far', 'all.0.deep']);
    for (const { message, extensions } of errors ?? []) {
      expect(message).toContain('Out of order.');
      expect(extensions).toMatchObject({ subgraph: 'b' });
    }
  });

  test('takes the answer with it where it must not be null', async () => {
    await using graph = await startGraph(down);
    expect(await graph.ask('{ own must }')).toMatchObject({ data: null, errors: [{ path: ['must'] }] });
  });
});

describe('below a value that two subgraphs give their parts of', () => {
  const parts = {
    a: {
      sdl: `type Query { e: E } type E @key(fields: "id") { id: ID! pos: Pos @shareable list: [[Pos]] @shareable }
        type Pos { x: Int geo: Geo @shareable } type Geo { lat: Int }`,
      resolvers: {
        Query: { e: () => ({ id: '1' }) },
        E: { pos: () => ({ x: 1, geo: { lat: 2 } }), list: () => [[{ x: 1 }, null]] },
      },
    },
    b: {
      sdl: `type E @key(fields: "id") { id: ID! pos: Pos @shareable list: [[Pos]] @shareable }
        type Pos { y: Int z: Int! geo: Geo @shareable } type Geo { lon: Int }`,
      resolvers: {
        E: { pos: () => ({ y: 3, geo: { lon: 4 } }), list: () => [[{ y: 5 }, null]] },
        Pos: { z: no('No z.') },
      },
    },
  };
  const failing = { ...parts, b: { ...parts.b, spoil: () => ({ errors: [{ message: 'Out of order.' }] }) } };

  test('a subgraph that cannot be asked is the reason for what is missing there', async () => {
    await using graph = await startGraph(failing);
    expect(await graph.ask('{ e { pos { x why: y } } }')).toEqual({
      data: { e: { pos: { x: 1, why: null } } },
      errors: [{ message: 'Out of order.', path: ['e', 'pos', 'why'], extensions: { subgraph: 'b' } }],
    });
    expect(await graph.ask('{ e { pos { x geo { lat lon } } list { x y } } }')).toEqual({
      data: { e: { pos: { x: 1, geo: { lat: 2, lon: null } }, list: [[{ x: 1, y: null }, null]] } },
      errors: [
        { message: 'Out of order.', path: ['e', 'pos', 'geo', 'lon'], extensions: { subgraph: 'b' } },
        { message: 'Out of order.', path: ['e', 'list', 0, 0, 'y'], extensions: { subgraph: 'b' } },
      ],
    });
  });

  test('whichever of them answers first', async () => {
    const { Query, E } = parts.a.resolvers;
    const later = { E: { ...E, pos: () => new Promise((resolve) => setTimeout(resolve, 50, E.pos())) } };
    await using graph = await startGraph({
      root: { sdl: 'type Query { e: E } type E @key(fields: "id") { id: ID! }', resolvers: { Query } },
      a: { sdl: parts.a.sdl.replace('type Query { e: E } ', ''), resolvers: later },
      b: failing.b,
    });
    expect(await graph.ask('{ e { pos { x y geo { lat lon } } } }')).toEqual({
      data: { e: { pos: { x: 1, y: null, geo: { lat: 2, lon: null } } } },
      errors: [
        { message: 'Out of order.', path: ['e', 'pos', 'y'], extensions: { subgraph: 'b' } },
        { message: 'Out of order.', path: ['e', 'pos', 'geo', 'lon'], extensions: { subgraph: 'b' } },
      ],
    });
  });

  test('so is an error that made one of the parts null', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ e { pos { x y z } } }')).toEqual({
      data: { e: { pos: null } },
      errors: [
        { message: 'No z.', path: ['e', 'pos', 'y'], extensions: { subgraph: 'b' } },
        { message: 'No z.', path: ['e', 'pos', 'z'], extensions: { subgraph: 'b' } },
      ],
    });
  });

  test.each(['before', 'after'])('so is one that made all of an answer null, %s the others answered', async (when) => {
    const soon = (value: unknown) => () => value;
    const later = (value: unknown) => () => new Promise((resolve) => setTimeout(resolve, 50, value));
    const [first, second] = when === 'before' ? [later, soon] : [soon, later];
    await using graph = await startGraph({
      a: {
        sdl: 'type Query { box: Box @shareable } type Box { x: Int }',
        resolvers: { Query: { box: first({ x: 1 }) } },
      },
      b: {
        sdl: 'type Query { box: Box! @shareable other: Int } type Box { y: Int z: Int! }',
        resolvers: { Query: { box: second({ y: 2 }), other: () => 3 }, Box: { z: no('No z.') } },
      },
    });
    const told = (...paths: string[]) =>
      paths.map((path) => ({ message: 'No z.', path: path.split('.'), extensions: { subgraph: 'b' } }));
    expect(await graph.ask('{ box { x y why: z } other }')).toEqual({
      data: { box: null, other: null },
      errors: told('box.y', 'box.why', 'other'),
    });
    expect(await graph.ask('{ box { x z } }')).toEqual({ data: { box: null }, errors: told('box.z') });
  });

  test('a null that was given stays without an error', async () => {
    await using graph = await startGraph({
      ...failing,
      a: { ...parts.a, resolvers: { ...parts.a.resolvers, E: { pos: () => ({ x: null, geo: null }) } } },
    });
    const { data, errors } = await graph.ask('{ e { pos { x y geo { lat } } } }');
    expect(data).toEqual({ e: { pos: { x: null, y: null, geo: null } } });
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['e.pos.y']);
  });
});

test('an error without a path, of a fetch for entities at several places, is told once', async () => {
  let second: number | null = 2;
  await using graph = await startGraph({
    a: {
      sdl: 'type Query { one: T all: [S] } type T @key(fields: "id") { id: ID! } type S @key(fields: "id") { id: ID! }',
      resolvers: { Query: { one: () => ({ id: '1' }), all: () => [{ id: '1' }, { id: '2' }] } },
    },
    b: {
      sdl: 'type T @key(fields: "id") { id: ID! far: Int } type S @key(fields: "id") { id: ID! far: Int }',
      resolvers: { T: { far: () => 1 }, S: { far: ({ id }: any) => (id === '2' ? second : 1) } },
      spoil: (answer) => ({ ...answer, errors: [{ message: 'Beware.' }] }),
    },
  });
  expect(await graph.ask('{ one { far } all { far } }')).toEqual({
    data: { one: { far: 1 }, all: [{ far: 1 }, { far: 2 }] },
    errors: [{ message: 'Beware.', extensions: { subgraph: 'b' } }],
  });
  // The query, and one request for the entities of both types.
  expect(graph.asked).toHaveLength(2);
  second = null;
  const { errors } = await graph.ask('{ one { far } all { far } }');
  expect(errors).toEqual([{ message: 'Beware.', path: ['all', 1, 'far'], extensions: { subgraph: 'b' } }]);
});
