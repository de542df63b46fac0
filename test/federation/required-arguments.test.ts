/** Fields that others require with arguments, next to the same field as the consumer asks for it. */
import { expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const parts = {
  names: {
    sdl: `type Query { things: [Thing] } interface Node { id: ID! }
      type Thing implements Node @key(fields: "id") { id: ID! name(by: Int): Name }
      type Other implements Node @key(fields: "id") { id: ID! name(by: Int): Name }
      type Name { text: String } extend type Query { nodes: [Node] }`,
    resolvers: {
      Query: {
        things: () => [{ id: 'a' }],
        nodes: () => [
          { __typename: 'Thing', id: 'a' },
          { __typename: 'Other', id: 'b' },
        ],
      },
      ...Object.fromEntries(
        ['Thing', 'Other'].map((type) => [
          type,
          { name: ({ id }: any, { by }: any) => ({ text: `${id} by ${by ?? 'nobody'}` }) },
        ]),
      ),
    },
  },
  greetings: {
    sdl: `type Name { text: String @external }
      type Thing @key(fields: "id") {
        id: ID! name(by: Int): Name @external hello: String @requires(fields: "name(by: 1) { text }") }
      type Other @key(fields: "id") {
        id: ID! name(by: Int): Name @external hello: String @requires(fields: "name(by: 2) { text }") }`,
    resolvers: {
      Thing: { hello: ({ name }: any) => `Hello ${name.text}` },
      Other: { hello: ({ name }: any) => `Bye ${name.text}` },
    },
  },
};

test('the consumer asks without arguments', async () => {
  await using graph = await startGraph(parts);
  expect(await graph.ask('{ things { hello name { text } } }')).toEqual({
    data: { things: [{ hello: 'Hello a by 1', name: { text: 'a by nobody' } }] },
  });
});

test('the consumer asks with other arguments, and with the same', async () => {
  await using graph = await startGraph(parts);
  expect(await graph.ask('{ things { other: name(by: 7) { text } hello name(by: 1) { text } } }')).toEqual({
    data: { things: [{ other: { text: 'a by 7' }, hello: 'Hello a by 1', name: { text: 'a by 1' } }] },
  });
});

test('different types require it with different arguments', async () => {
  await using graph = await startGraph(parts);
  expect(await graph.ask('{ nodes { ... on Thing { hello } ... on Other { hello } } }')).toEqual({
    data: { nodes: [{ hello: 'Hello a by 1' }, { hello: 'Bye b by 2' }] },
  });
});

test('two subgraphs require it with different arguments', async () => {
  const guests = { Query: { guests: () => [{ id: 'a' }] } };
  const size = { size: () => 9 };
  await using graph = await startGraph({
    door: {
      sdl: `type Query { guests: [Thing] @shareable }
        type Thing @key(fields: "id") { id: ID! size: Int @shareable }`,
      resolvers: { ...guests, Thing: size },
    },
    names: {
      sdl: `type Thing @key(fields: "id") {
        id: ID! twin(of: Int): Thing name(by: Int): String @shareable size: Int @shareable }`,
      resolvers: {
        Thing: {
          ...size,
          twin: ({ id }: any) => ({ id: `${id}${id}` }),
          name: ({ id }: any, { by }: any) => `${id} by ${by}`,
        },
      },
    },
    greetings: {
      sdl: `type Query { guests: [Thing] @shareable } type Thing @key(fields: "id") {
        id: ID! name(by: Int): String @external hello: String @requires(fields: "name(by: 1)") }`,
      resolvers: { ...guests, Thing: { hello: ({ name }: any) => `Hello ${name}` } },
    },
    farewells: {
      sdl: `type Thing @key(fields: "id") { id: ID! name(by: Int): String @external twin(of: Int): Thing @external
        bye: String @requires(fields: "twin(of: 5) { id } name(by: 2)") }`,
      resolvers: { Thing: { bye: ({ name, twin }: any) => `Bye ${name} and ${twin.id}` } },
    },
  });
  const thanks = { hello: 'Hello a by 1', size: 9, bye: 'Bye a by 2 and aa' };
  expect(await graph.ask('{ guests { hello size bye } }')).toEqual({ data: { guests: [thanks] } });
  expect(await graph.ask('{ guests { hello size bye name(by: 3) } }')).toEqual({
    data: { guests: [{ ...thanks, name: 'a by 3' }] },
  });
});

test('two subgraphs require it with different arguments, at two places that hold the same objects', async () => {
  const owns = (name: string, by: number) => ({
    sdl: `type Thing @key(fields: "id") {
      id: ID! name(by: Int): String @external ${name}: String @requires(fields: "name(by: ${by})") }`,
    resolvers: { Thing: { [name]: ({ name: required }: any) => `${name} ${required}` } },
  });
  await using graph = await startGraph({
    shelves: {
      sdl: 'type Query { shelf: Shelf } type Shelf { box: Box } type Box @key(fields: "id") { id: ID! }',
      resolvers: { Query: { shelf: () => ({ box: { id: 'x' } }) } },
    },
    boxes: {
      sdl: 'type Box @key(fields: "id") { id: ID! things: [Thing!]! } type Thing @key(fields: "id") { id: ID! }',
      resolvers: { Box: { things: () => [{ id: 'a' }] } },
    },
    names: {
      sdl: 'type Thing @key(fields: "id") { id: ID! name(by: Int): String }',
      resolvers: { Thing: { name: ({ id }: any, { by }: any) => `${id} by ${by}` } },
    },
    one: owns('first', 1),
    other: owns('second', 2),
  });
  expect(await graph.ask('{ a: shelf { box { things { first } } } b: shelf { box { things { second } } } }')).toEqual({
    data: {
      a: { box: { things: [{ first: 'first a by 1' }] } },
      b: { box: { things: [{ second: 'second a by 2' }] } },
    },
  });
});

test('fields of several types are required that have one name, and are held under different keys', async () => {
  await using graph = await startGraph({
    shapes: {
      sdl: `type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID! shape: Shape size(unit: Int): Float }
        union Shape = Round | Square type Round { width: Float! } type Square { width: Float }`,
      resolvers: {
        Query: { things: () => [{ id: 'a' }, { id: 'b' }] },
        Thing: {
          shape: ({ id }: any) =>
            id === 'a' ? { __typename: 'Round', width: 1 } : { __typename: 'Square', width: null },
        },
      },
    },
    areas: {
      sdl: `union Shape = Round | Square type Round { width: Float! @external } type Square { width: Float @external }
        type Thing @key(fields: "id") { id: ID! shape: Shape @external
          area: String @requires(fields: "shape { ... on Round { width } ... on Square { width } }") }
        extend type Query { width(of: Int): Int }`,
      resolvers: { Thing: { area: ({ shape }: any) => `${shape.__typename} ${shape.width}` } },
    },
  });
  expect(await graph.ask('{ things { area } }')).toEqual({
    data: { things: [{ area: 'Round 1' }, { area: 'Square null' }] },
  });
});
