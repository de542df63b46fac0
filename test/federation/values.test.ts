/** Leaf values on their way through: custom scalars, enums, numbers, texts, lists of lists. */
import { describe, expect, test } from 'vitest';
import { startGraph } from './graph.ts';

/** A subgraph that answers with what the question says, whatever its schema would make of it. */
const answering = (sdl: string, data: () => object) => ({ a: { sdl, spoil: () => ({ data: data() }) } });

describe('custom scalars', () => {
  const tricky = { a: [1, { b: null }], 'a b': '"', __proto__x: 1, '': 0 };

  test.each([[tricky], ['text'], [0], [false], [[]], [[[null]]], [1e21], ['\u2028\ud83d\ude00\u0000"\\']])(
    '%j comes out as it went in',
    async (value) => {
      await using graph = await startGraph(
        answering('scalar JSON type Query { x: JSON xs: [JSON!]! }', () => ({ x: value, xs: [value, value] })),
      );
      expect(await graph.ask('{ x xs }')).toEqual({ data: { x: value, xs: [value, value] } });
    },
  );

  test('as arguments, literal and variable, and as keys of entities', async () => {
    await using graph = await startGraph({
      a: {
        sdl: 'scalar Key scalar JSON type Query { all: [T] echo(value: JSON): JSON } type T @key(fields: "k") { k: Key! }',
        resolvers: {
          Query: {
            all: () => [{ k: { a: [1] } }, { k: 'b' }, { k: { a: [1] } }],
            echo: (_: unknown, { value }: any) => value,
          },
        },
      },
      b: {
        sdl: 'scalar Key type T @key(fields: "k") { k: Key! text: String }',
        resolvers: { T: { text: ({ k }: any) => JSON.stringify(k) } },
      },
    });
    expect((await graph.ask('{ all { text } }')).data).toEqual({
      all: [{ text: '{"a":[1]}' }, { text: '"b"' }, { text: '{"a":[1]}' }],
    });
    expect(graph.sentTo('b')).toHaveLength(2);
    const { data } = await graph.ask(
      'query ($v: JSON) { v: echo(value: $v) l: echo(value: { a: [1, 2.5, "x", E, null, true] }) }',
      {
        variables: { v: { deep: [{ er: 1 }] } },
      },
    );
    expect(data).toEqual({ v: { deep: [{ er: 1 }] }, l: { a: [1, 2.5, 'x', 'E', null, true] } });
  });
});

test('variables within literals of custom scalars, and objects as defaults', async () => {
  await using graph = await startGraph({
    a: {
      sdl: 'scalar J input F { n: Int = 3 e: E } enum E { A B } type Query { echo(v: J): J f(f: F): String }',
      resolvers: { Query: { echo: (_: unknown, { v }: any) => v, f: (_: unknown, { f }: any) => JSON.stringify(f) } },
    },
  });
  const source = 'query ($x: J, $_y: Int, $f: F = { e: B }) { echo(v: { a: $x, b: [$_y] }) f(f: $f) }';
  expect(await graph.ask(source, { variables: { x: { q: 1 }, _y: 2 } })).toEqual({
    data: { echo: { a: { q: 1 }, b: [2] }, f: '{"n":3,"e":"B"}' },
  });
});

describe('values that a type does not have', () => {
  const sdl =
    'enum E { A B } type Query { int: Int float: Float string: String boolean: Boolean id: ID e: E ints: [Int] }';

  test.each([
    ['int', [1.5, '1', true, 2 ** 31, [1], { a: 1 }]],
    ['float', ['1', false, [1]]],
    ['string', [1, true, ['x'], {}]],
    ['boolean', ['true', 1, 0]],
    ['id', [1.5, true, {}]],
    ['e', ['C', 'a', 1, '__proto__', 'toString']],
    ['ints', [1, 'x', { 0: 1, length: 1 }]],
  ])('%s: null, with an error', async (field, values) => {
    let value: unknown;
    await using graph = await startGraph(answering(sdl, () => ({ [field]: value })));
    for (const each of values) {
      value = each;
      const { data, errors } = await graph.ask(`{ ${field} }`);
      expect({ each, data }).toEqual({ each, data: { [field]: null } });
      expect(errors).toMatchObject([{ path: [field], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'a' } }]);
    }
  });

  test('numbers at the edge are themselves; an ID may be a number', async () => {
    const data = {
      int: -(2 ** 31),
      float: 5e-324,
      string: '',
      boolean: false,
      id: '7',
      e: 'B',
      ints: [0, -0, 2 ** 31 - 1],
    };
    await using graph = await startGraph(answering(sdl, () => ({ ...data, id: 7 })));
    expect(await graph.ask('{ int float string boolean id e ints }')).toEqual({
      data: { ...data, ints: [0, 0, 2 ** 31 - 1] },
    });
  });
});

describe('lists', () => {
  const sdl = 'type Query { grid: [[Int!]]! cube: [[[T]!]] rows: [[T!]!] } type T { v: Int! }';

  test('of lists keep their shape', async () => {
    const data = { grid: [[1, 2], null, []], cube: [[[{ v: 1 }, null], []], null], rows: [[{ v: 1 }], []] };
    await using graph = await startGraph(answering(sdl, () => data));
    expect(await graph.ask('{ grid cube { v } rows { v } }')).toEqual({ data });
  });

  test('a null that an element cannot be goes as far up as it must, and the path has all indexes', async () => {
    const data = { grid: [[1, null], [2]], cube: [[[{ v: 1 }, { v: null }], null]], rows: [[{ v: 1 }], [{ v: null }]] };
    await using graph = await startGraph(answering(sdl, () => data));
    const { data: answered, errors } = await graph.ask('{ grid cube { v } rows { v } }');
    expect(answered).toEqual({ grid: [null, [2]], cube: [null], rows: null });
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ['grid', 0, 1],
        ['rows', 1, 0, 'v'],
      ]),
    );
    expect(errors?.some(({ path }) => path?.[0] === 'cube')).toBe(true);
  });
});

test('texts arrive whatever they hold, and so do keys made of them', async () => {
  const ids = ['"', '\\', '\n', '\u2028', '</script>', '😀', '\ud800', '', ' ', '__proto__', '{"a":1}'];
  await using graph = await startGraph({
    a: {
      sdl: 'type Query { all: [T] } type T @key(fields: "id") { id: ID! }',
      resolvers: { Query: { all: () => ids.map((id) => ({ id })) } },
    },
    b: {
      sdl: 'type T @key(fields: "id") { id: ID! text: String }',
      resolvers: { T: { text: ({ id }: any) => `<${id}>` } },
    },
  });
  expect((await graph.ask('{ all { id text } }')).data).toEqual({ all: ids.map((id) => ({ id, text: `<${id}>` })) });
});
