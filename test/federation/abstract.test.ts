/** Interfaces, unions, and `@interfaceObject`: objects whose type is only known when they arrive. */
import { describe, expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const books = { __typename: 'Book', id: 'b', title: 'Dune', pages: 9 };
const films = { __typename: 'Film', id: 'f', title: 'Heat', minutes: 5 };

const media = {
  sdl: `type Query { media: [Media] any: [Any] best: Media }
    interface Media { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    type Note { text: String } union Any = Book | Film | Note`,
  resolvers: {
    Query: {
      media: () => [books, films, null],
      any: () => [films, { __typename: 'Note', text: 'hm' }, books],
      best: () => books,
    },
  },
};
const ratings = {
  sdl: `type Book @key(fields: "id") { id: ID! stars: Int } type Film @key(fields: "id") { id: ID! stars: Int oscars: Int }`,
  resolvers: { Book: { stars: () => 4 }, Film: { stars: () => 3, oscars: () => 0 } },
};

describe('interfaces', () => {
  test('fields of the interface, and of the types behind it', async () => {
    await using graph = await startGraph({ media });
    expect(
      (await graph.ask('{ media { title ... on Book { pages } ... on Film { minutes } __typename } }')).data,
    ).toEqual({
      media: [{ title: 'Dune', pages: 9, __typename: 'Book' }, { title: 'Heat', minutes: 5, __typename: 'Film' }, null],
    });
  });

  test('entities behind an interface, whose fields another subgraph has', async () => {
    await using graph = await startGraph({ media, ratings });
    expect((await graph.ask('{ media { ... on Book { stars } ... on Film { stars oscars title } } }')).data).toEqual({
      media: [{ stars: 4 }, { stars: 3, oscars: 0, title: 'Heat' }, null],
    });
    expect(graph.sentTo('ratings')).toEqual([
      { __typename: 'Book', id: 'b' },
      { __typename: 'Film', id: 'f' },
    ]);
  });

  test('a field of the interface that one type has elsewhere', async () => {
    await using graph = await startGraph({
      one: {
        sdl: `type Query { all: [Named] } interface Named { name: String } 
          type Cat implements Named { name: String } type Dog implements Named @key(fields: "id") { id: ID! name: String @external }`,
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'Cat', name: 'Tom' },
              { __typename: 'Dog', id: '1' },
            ],
          },
        },
      },
      two: {
        sdl: 'type Dog @key(fields: "id") { id: ID! name: String }',
        resolvers: { Dog: { name: () => 'Rex' } },
      },
    });
    expect((await graph.ask('{ all { name } }')).data).toEqual({ all: [{ name: 'Tom' }, { name: 'Rex' }] });
  });

  test('interfaces that implement interfaces, and fragments on them', async () => {
    await using graph = await startGraph({
      one: {
        sdl: `type Query { all: [Thing] } interface Thing { id: ID } interface Living implements Thing { id: ID age: Int }
          type Rock implements Thing { id: ID } type Cat implements Thing & Living { id: ID age: Int }`,
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'Rock', id: 'r' },
              { __typename: 'Cat', id: 'c', age: 3 },
            ],
          },
        },
      },
    });
    expect((await graph.ask('{ all { ... on Living { age ... on Thing { id } } } }')).data).toEqual({
      all: [{}, { age: 3, id: 'c' }],
    });
  });

  test('a type that only one of the subgraphs counts to the interface', async () => {
    await using graph = await startGraph({
      a: {
        sdl: `type Query { a: Named } interface Named { name: String } type Cat implements Named { name: String @shareable }`,
        resolvers: { Query: { a: () => ({ __typename: 'Cat', name: 'Tom' }) } },
      },
      b: {
        sdl: `type Query { b: [Named] } interface Named { name: String } type Cat implements Named { name: String @shareable } type Dog implements Named { name: String }`,
        resolvers: {
          Query: {
            b: () => [
              { __typename: 'Dog', name: 'Rex' },
              { __typename: 'Cat', name: 'Kit' },
            ],
          },
        },
      },
    });
    expect((await graph.ask('{ a { name ... on Dog { d: name } } b { name ... on Dog { d: name } } }')).data).toEqual({
      a: { name: 'Tom' },
      b: [{ name: 'Rex', d: 'Rex' }, { name: 'Kit' }],
    });
  });
});

describe('unions', () => {
  test('each member answers for itself', async () => {
    await using graph = await startGraph({ media, ratings });
    expect(
      (
        await graph.ask(
          '{ any { ... on Note { text } ... on Book { stars } ...F } } fragment F on Film { minutes stars }',
        )
      ).data,
    ).toEqual({ any: [{ minutes: 5, stars: 3 }, { text: 'hm' }, { stars: 4 }] });
  });

  test('only `__typename`', async () => {
    await using graph = await startGraph({ media });
    expect((await graph.ask('{ any { __typename } best { kind: __typename } }')).data).toEqual({
      any: [{ __typename: 'Film' }, { __typename: 'Note' }, { __typename: 'Book' }],
      best: { kind: 'Book' },
    });
  });

  test('members that two subgraphs count differently', async () => {
    await using graph = await startGraph({
      a: {
        sdl: 'type Query { a: [U] } union U = Cat | Dog type Cat @shareable { name: String } type Dog { bark: String }',
        resolvers: {
          Query: {
            a: () => [
              { __typename: 'Cat', name: 'Tom' },
              { __typename: 'Dog', bark: 'wau' },
            ],
          },
        },
      },
      b: {
        sdl: 'type Query { b: [U] } union U = Cat | Owl type Cat @shareable { name: String } type Owl { wise: Boolean }',
        resolvers: {
          Query: {
            b: () => [
              { __typename: 'Owl', wise: true },
              { __typename: 'Cat', name: 'Kit' },
            ],
          },
        },
      },
    });
    const fields = '{ ... on Cat { name } ... on Dog { bark } ... on Owl { wise } }';
    expect((await graph.ask(`{ a ${fields} b ${fields} }`)).data).toEqual({
      a: [{ name: 'Tom' }, { bark: 'wau' }],
      b: [{ wise: true }, { name: 'Kit' }],
    });
  });
});

/** GraphQL, "Field Selection Merging": fields of one key may differ in type where no object can be both. */
describe('one response key, different types below', () => {
  const nested = {
    sdl: `type Query { shapes: [Shape] faces: [Face] }
      union Shape = Square | Circle interface Face { n: Value }
      type Square implements Face { n: Sharp } type Circle implements Face { n: Round }
      interface Value { v: Int } type Sharp implements Value { v: Int! } type Round implements Value { v: Int }`,
    resolvers: {
      Query: {
        shapes: () => [
          { __typename: 'Square', n: { v: 1 } },
          { __typename: 'Circle', n: { v: null } },
        ],
        faces: () => [
          { __typename: 'Circle', n: { __typename: 'Round', v: 2 } },
          { __typename: 'Square', n: { __typename: 'Sharp', v: 3 } },
        ],
      },
    },
  };

  test('nested fields that are required in one member of a union only', async () => {
    await using graph = await startGraph({ nested });
    expect(await graph.ask('{ shapes { ... on Square { n { v } } ... on Circle { m: n { v } } } }')).toEqual({
      data: { shapes: [{ n: { v: 1 } }, { m: { v: null } }] },
    });
  });

  test('nested fields asked through the interface that they narrow', async () => {
    await using graph = await startGraph({ nested });
    expect(await graph.ask('{ faces { n { v } } }')).toEqual({ data: { faces: [{ n: { v: 2 } }, { n: { v: 3 } }] } });
    expect(
      await graph.ask('{ faces { n { v } ... on Square { s: n { v } } ... on Circle { c: n { w: v } } } }'),
    ).toEqual({
      data: {
        faces: [
          { n: { v: 2 }, c: { w: 2 } },
          { n: { v: 3 }, s: { v: 3 } },
        ],
      },
    });
  });

  test('nested entities whose fields differ, from two subgraphs', async () => {
    await using graph = await startGraph({
      a: {
        sdl: `type Query { all: [U] } union U = A | B type A @key(fields: "id") { id: ID! } type B @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            all: () => [
              { __typename: 'A', id: '1' },
              { __typename: 'B', id: '1' },
            ],
          },
        },
      },
      b: {
        sdl: `type A @key(fields: "id") { id: ID! n: X x: Int! } type B @key(fields: "id") { id: ID! n: Y x: Int y: [Int] }
          type X { v: Int! list: [Int!]! } type Y { v: Int list: [Int] }`,
        resolvers: {
          A: { n: () => ({ v: 1, list: [1] }), x: () => 1 },
          B: { n: () => ({ v: null, list: [null, 2] }), x: () => null, y: () => [7] },
        },
      },
    });
    expect(
      await graph.ask('{ all { ... on A { a: n { v list } x } ... on B { b: n { v list } y: y z: x } } }'),
    ).toEqual({
      data: {
        all: [
          { a: { v: 1, list: [1] }, x: 1 },
          { b: { v: null, list: [null, 2] }, y: [7], z: null },
        ],
      },
    });
  });

  test('the same alias for different fields of different members', async () => {
    await using graph = await startGraph({ media, ratings });
    expect(
      (
        await graph.ask(
          '{ any { ... on Book { x: pages id: title } ... on Film { x: oscars m: minutes } ... on Note { t: text } } }',
        )
      ).data,
    ).toEqual({
      any: [{ x: 0, m: 5 }, { t: 'hm' }, { x: 9, id: 'Dune' }],
    });
  });
});

describe('@interfaceObject', () => {
  const library = {
    sdl: `type Query { media: [Media] } interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }`,
    resolvers: {
      Query: { media: () => [books, films] },
      Media: { __resolveReference: ({ id }: any) => [books, films].find((each) => each.id === id) },
      Book: { __resolveReference: () => books },
      Film: { __resolveReference: () => films },
    },
  };
  const reviews = {
    sdl: `type Query { reviewed: [Media] } type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int reviews: [Review] } type Review { text: String about: Media }`,
    resolvers: {
      Query: { reviewed: () => [{ id: 'f' }, { id: 'b' }] },
      Media: {
        stars: ({ id }: any) => (id === 'b' ? 4 : 3),
        reviews: ({ id }: any) => [{ text: `of ${id}`, about: { id } }],
      },
    },
  };

  test('gives every implementation a field', async () => {
    await using graph = await startGraph({ library, reviews });
    expect((await graph.ask('{ media { title stars ... on Book { s: stars pages } } }')).data).toEqual({
      media: [
        { title: 'Dune', stars: 4, s: 4, pages: 9 },
        { title: 'Heat', stars: 3 },
      ],
    });
    expect(new Set(graph.sentTo('reviews').map((each) => each.__typename))).toEqual(new Set(['Media']));
  });

  test('what it calls by the interface has its own type for consumers', async () => {
    await using graph = await startGraph({ library, reviews });
    expect((await graph.ask('{ reviewed { __typename title stars ... on Film { minutes } } }')).data).toEqual({
      reviewed: [
        { __typename: 'Film', title: 'Heat', stars: 3, minutes: 5 },
        { __typename: 'Book', title: 'Dune', stars: 4 },
      ],
    });
  });

  test('and leads back to itself', async () => {
    await using graph = await startGraph({ library, reviews });
    expect((await graph.ask('{ media { reviews { text about { title stars __typename } } } }')).data).toEqual({
      media: [
        { reviews: [{ text: 'of b', about: { title: 'Dune', stars: 4, __typename: 'Book' } }] },
        { reviews: [{ text: 'of f', about: { title: 'Heat', stars: 3, __typename: 'Film' } }] },
      ],
    });
  });

  test('a root field that both subgraphs have: the type is that of the one that knows it', async () => {
    const dune = () => books;
    await using graph = await startGraph({
      library: {
        sdl: `type Query { top: Media @shareable } interface Media @key(fields: "id") { id: ID! title: String }
          type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }`,
        resolvers: { Query: { top: dune }, Media: { __resolveReference: dune }, Book: { __resolveReference: dune } },
      },
      reviews: {
        sdl: `type Query { top: Media @shareable } type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }`,
        resolvers: { Query: { top: () => ({ id: 'b' }) }, Media: { stars: () => 4 } },
      },
    });
    expect((await graph.ask('{ top { stars __typename } }')).data).toEqual({ top: { stars: 4, __typename: 'Book' } });
    expect((await graph.ask('{ top { stars __typename title ... on Book { pages } } }')).data).toEqual({
      top: { stars: 4, __typename: 'Book', title: 'Dune', pages: 9 },
    });
  });

  test('asked for nothing but its own fields, no other subgraph is needed', async () => {
    await using graph = await startGraph({ library, reviews });
    expect((await graph.ask('{ reviewed { stars id } }')).data).toEqual({
      reviewed: [
        { stars: 3, id: 'f' },
        { stars: 4, id: 'b' },
      ],
    });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['reviews']);
  });
});
