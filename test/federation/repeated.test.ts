/** Objects that stand for one entity at several places of a list: each place has all of it. */
import { expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const book = (id: string) => ({ __typename: 'Book', id });
const film = (id: string) => ({ __typename: 'Film', id });

test('entities of several types that are repeated, each completed by another domain', async () => {
  await using graph = await startGraph({
    shop: {
      sdl: `type Query { media: [Media!]! } union Media = Book | Film
        type Book @key(fields: "id") { id: ID! } type Film @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { media: () => [book('1'), film('2'), film('2'), book('1'), film('3')] } },
    },
    stars: {
      sdl: 'type Book @key(fields: "id") { id: ID! stars: Int }',
      resolvers: { Book: { stars: ({ id }: any) => Number(id) } },
    },
    ratings: {
      sdl: 'type Film @key(fields: "id") { id: ID! rating: Int }',
      resolvers: { Film: { rating: ({ id }: any) => Number(id) * 10 } },
    },
  });
  expect(await graph.ask('{ media { ... on Book { stars } ... on Film { rating } } }')).toEqual({
    data: { media: [{ stars: 1 }, { rating: 20 }, { rating: 20 }, { stars: 1 }, { rating: 30 }] },
  });
  expect(graph.sentTo('ratings').map(({ id }) => id)).toEqual(['2', '3']);
});

test('objects of several types with the same key, which a domain knows by their interface', async () => {
  await using graph = await startGraph({
    shop: {
      sdl: `type Query { media: [Media!]! } interface Media @key(fields: "id") { id: Int! }
        type Book implements Media @key(fields: "id") { id: Int! }
        type Film implements Media @key(fields: "id") { id: Int! }`,
      resolvers: { Query: { media: () => [book('1'), film('1'), book('1')] } },
    },
    reviews: {
      sdl: 'type Media @key(fields: "id") @interfaceObject { id: Int! stars: Int }',
      resolvers: { Media: { stars: ({ id }: any) => id * 4 } },
    },
  });
  const types = (await graph.ask('{ media { __typename stars } }')).data.media.map((each: any) => each.__typename);
  expect(types).toEqual(['Book', 'Film', 'Book']);
});
