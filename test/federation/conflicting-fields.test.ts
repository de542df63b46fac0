/** Types that give one field different types, which no subgraph takes side by side (GraphQL, "Field Selection Merging"). */
import { describe, expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const found = (id: string) => ({ __typename: id.startsWith('b') ? 'Book' : 'Film', id });

/**
 * `shop` knows what there is, `facts` tells about it: its types promise different things. `archive` promises less, so that
 * consumers see one type of the field everywhere.
 */
const parts = {
  shop: {
    sdl: `type Query { media: [Media!]! } interface Media { id: ID! }
      type Book implements Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { media: () => ['b1', 'f1', 'b2', 'f2'].map(found) } },
  },
  facts: {
    sdl: `type Query { told: [Media!]! } interface Media { id: ID! score: Int by: Person tags: [String] next: Media }
      type Book implements Media @key(fields: "id") @shareable {
        id: ID! score: Int! by: Person! tags: [String!] next: Media }
      type Film implements Media @key(fields: "id") @shareable {
        id: ID! score: Int by: Person tags: [String] next: Media! }
      type Person { name: String @shareable age: Int! }`,
    resolvers: {
      Query: { told: () => ['f1', 'b1'].map(found) },
      ...Object.fromEntries(
        ['Book', 'Film'].map((type) => [
          type,
          {
            score: ({ id }: any) => (id === 'f2' ? null : id.length),
            by: ({ id }: any) => ({ name: `by ${id}`, id }),
            tags: ({ id }: any) => [id],
            next: ({ id }: any) => ({ __typename: 'Film', id }),
          },
        ]),
      ),
      Person: {
        age: ({ id }: any) => {
          if (id === 'b2') throw new Error('No age.');
          return 40;
        },
      },
    },
  },
  archive: {
    sdl: `interface Media { id: ID! }
      type Book implements Media @key(fields: "id", resolvable: false) @shareable {
        id: ID! score: Int by: Person tags: [String] next: Media }
      type Film implements Media @key(fields: "id", resolvable: false) @shareable {
        id: ID! score: Int by: Person tags: [String] next: Media }
      type Person @shareable { name: String }`,
  },
};

describe('a field whose type differs between types', () => {
  test('of entities, asked through the interface', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ media { score tags by { name } } }')).toEqual({
      data: {
        media: [
          { score: 2, tags: ['b1'], by: { name: 'by b1' } },
          { score: 2, tags: ['f1'], by: { name: 'by f1' } },
          { score: 2, tags: ['b2'], by: { name: 'by b2' } },
          { score: null, tags: ['f2'], by: { name: 'by f2' } },
        ],
      },
    });
  });

  test('under a root field, asked of each type, with different things below', async () => {
    await using graph = await startGraph(parts);
    const { data } = await graph.ask(
      '{ told { ... on Book { by { name } next { tags by { age } } } ... on Film { by { age } next { tags } } } }',
    );
    expect(data).toEqual({
      told: [
        { by: { age: 40 }, next: { tags: ['f1'] } },
        { by: { name: 'by b1' }, next: { tags: ['b1'], by: { age: 40 } } },
      ],
    });
  });

  test('asked of the interface and of one type, the parts are put together', async () => {
    await using graph = await startGraph(parts);
    const { data } = await graph.ask('{ told { by { name } ... on Book { by { age } next { id } } next { tags } } }');
    expect(data).toEqual({
      told: [
        { by: { name: 'by f1' }, next: { tags: ['f1'] } },
        { by: { name: 'by b1', age: 40 }, next: { id: 'b1', tags: ['b1'] } },
      ],
    });
  });

  test('fails where it is, under its own name', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ media { id ... on Book { by { age } } ... on Film { by { age } } } }');
    expect(data.media[0].by).toEqual({ age: 40 });
    expect(data.media[2]).toEqual({ id: 'b2', by: null });
    expect(errors?.[0]).toMatchObject({ message: 'No age.', path: expect.arrayContaining(['media', 2, 'by']) });
  });
});
