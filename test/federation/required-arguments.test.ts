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
