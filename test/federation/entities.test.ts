/** `@key`: an object that several subgraphs know, and how they find it (Apollo Federation, "Entities"). */
import { describe, expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const people = [
  { id: '1', name: 'Ada', email: 'ada@x', team: { id: 't1', land: 'IS' } },
  { id: '2', name: 'Bo', email: 'bo@x', team: { id: 't2', land: 'IS' } },
];

describe('one key', () => {
  const parts = {
    people: {
      sdl: 'type Query { people: [Person] person(id: ID): Person } type Person @key(fields: "id") { id: ID! name: String }',
      resolvers: {
        Query: { people: () => people, person: (_: unknown, { id }: any) => people.find((each) => each.id === id) },
      },
    },
    orders: {
      sdl: `type Query { orders: [Order] } type Order { number: Int buyer: Person }
        type Person @key(fields: "id") { id: ID! spent: Int }`,
      resolvers: {
        Query: { orders: () => [1, 2, 3].map((number) => ({ number, buyer: { id: String(number % 2 || 2) } })) },
        Person: { spent: ({ id }: any) => Number(id) * 100 },
      },
    },
    names: {
      sdl: 'type Person @key(fields: "id") { id: ID! initial: String }',
      resolvers: { Person: { initial: ({ id }: any) => people.find((each) => each.id === id)?.name[0] } },
    },
  };

  test('a field of another subgraph is found by the key', async () => {
    await using graph = await startGraph(parts);
    const { data, errors } = await graph.ask('{ people { name spent } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      people: [
        { name: 'Ada', spent: 100 },
        { name: 'Bo', spent: 200 },
      ],
    });
    expect(graph.sentTo('orders')).toEqual([
      { __typename: 'Person', id: '1' },
      { __typename: 'Person', id: '2' },
    ]);
  });

  test('what is not asked for is not fetched', async () => {
    await using graph = await startGraph(parts);
    expect(await graph.ask('{ people { id } }')).toEqual({ data: { people: [{ id: '1' }, { id: '2' }] } });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['people']);
    expect(await graph.ask('{ person(id: "9") { spent } }')).toEqual({ data: { person: null } });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['people']);
  });

  test('a reference that only holds the key leads on', async () => {
    await using graph = await startGraph({
      ...parts,
      people: {
        ...parts.people,
        resolvers: {
          ...parts.people.resolvers,
          Person: { __resolveReference: ({ id }: any) => people.find((each) => each.id === id) },
        },
      },
    });
    expect((await graph.ask('{ orders { number buyer { name initial } } }')).data).toEqual({
      orders: [
        { number: 1, buyer: { name: 'Ada', initial: 'A' } },
        { number: 2, buyer: { name: 'Bo', initial: 'B' } },
        { number: 3, buyer: { name: 'Ada', initial: 'A' } },
      ],
    });
  });

  test('`__typename` of entities', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ q: __typename people { t: __typename spent __typename } }')).data).toEqual({
      q: 'Query',
      people: [
        { t: 'Person', spent: 100, __typename: 'Person' },
        { t: 'Person', spent: 200, __typename: 'Person' },
      ],
    });
  });
});

describe('more than one key, and keys of more than one field', () => {
  test('of several fields', async () => {
    await using graph = await startGraph({
      shops: {
        sdl: 'type Query { best: [Item] } type Item @key(fields: "shop number") { shop: String! number: Int! title: String }',
        resolvers: { Query: { best: () => [{ shop: 'a', number: 1, title: 'Pen' }] } },
      },
      stock: {
        sdl: 'type Item @key(fields: "shop number") { shop: String! number: Int! left: String }',
        resolvers: { Item: { left: ({ shop, number }: any) => `${shop}${number}` } },
      },
    });
    expect((await graph.ask('{ best { title left } }')).data).toEqual({ best: [{ title: 'Pen', left: 'a1' }] });
    expect(graph.sentTo('stock')).toEqual([{ __typename: 'Item', shop: 'a', number: 1 }]);
  });

  test('of an object within the object, with a list', async () => {
    await using graph = await startGraph({
      people: {
        sdl: `type Query { people: [Person] }
          type Person @key(fields: "team { id land } tags { word }") { team: Team tags: [Tag] name: String }
          type Team @shareable { id: ID! land: String } type Tag @shareable { word: String }`,
        resolvers: {
          Query: { people: () => people.map((each) => ({ ...each, tags: [{ word: 'x' }, { word: each.id }] })) },
        },
      },
      ranks: {
        sdl: `type Person @key(fields: "team { id land } tags { word }") { team: Team tags: [Tag] rank: String }
          type Team @shareable { id: ID! land: String } type Tag @shareable { word: String }`,
        resolvers: {
          Person: {
            rank: ({ team, tags }: any) => [team.id, team.land, ...tags.map(({ word }: any) => word)].join('-'),
          },
        },
      },
    });
    expect((await graph.ask('{ people { rank name } }')).data).toEqual({
      people: [
        { rank: 't1-IS-x-1', name: 'Ada' },
        { rank: 't2-IS-x-2', name: 'Bo' },
      ],
    });
  });

  test('two subgraphs that know different keys meet through a third that knows both', async () => {
    await using graph = await startGraph({
      one: {
        sdl: 'type Query { people: [Person] } type Person @key(fields: "id") { id: ID! }',
        resolvers: { Query: { people: () => people } },
      },
      both: {
        sdl: 'type Person @key(fields: "id") @key(fields: "email") { id: ID! email: String! }',
        resolvers: { Person: { __resolveReference: ({ id }: any) => people.find((each) => each.id === id) } },
      },
      other: {
        sdl: 'type Person @key(fields: "email") { email: String! inbox: String }',
        resolvers: { Person: { inbox: ({ email }: any) => `of ${email}` } },
      },
    });
    expect((await graph.ask('{ people { inbox } }')).data).toEqual({
      people: [{ inbox: 'of ada@x' }, { inbox: 'of bo@x' }],
    });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['one', 'both', 'other']);
  });

  test('objects that have no value for a key are found by another one', async () => {
    const keys = '@key(fields: "parent { id }") @key(fields: "no")';
    const parent = 'type Parent @key(fields: "id") { id: ID! }';
    const numbered = ({ parent: { id } }: any) => (id === '2' ? null : `n${id}`);
    const found = { __resolveReference: (sent: any) => (sent.parent || sent.no ? sent : undefined), no: numbered };
    await using graph = await startGraph({
      parts: {
        sdl: `type Query { parts: [Part] @provides(fields: "no") } ${parent}
          type Part @key(fields: "parent { id }") { parent: Parent! no: String @external }`,
        resolvers: { Query: { parts: () => ['1', '2'].map((id) => ({ parent: { id } })) }, Part: { no: numbered } },
      },
      paths: {
        sdl: `type Part ${keys} { parent: Parent! no: String @shareable path: Int } ${parent}`,
        resolvers: { Part: { ...found, path: ({ parent: { id } }: any) => Number(id) * 10 } },
      },
      steps: {
        sdl: `type Part @key(fields: "parent { id }") {
          parent: Parent! path: Int @external steps: Int @requires(fields: "path") } ${parent}`,
        resolvers: { Part: { steps: ({ path }: any) => path + 1 } },
      },
      numbers: {
        sdl: `type Part ${keys} { parent: Parent! no: String @shareable } ${parent}`,
        resolvers: { Part: found },
      },
    });
    expect(await graph.ask('{ parts { steps } }')).toEqual({ data: { parts: [{ steps: 11 }, { steps: 21 }] } });
  });

  test('`resolvable: false`: a subgraph that refers to an entity is never asked for it', async () => {
    await using graph = await startGraph({
      reviews: {
        sdl: 'type Query { reviews: [Review] } type Review { by: Person } type Person @key(fields: "id", resolvable: false) { id: ID! }',
        resolvers: { Query: { reviews: () => [{ by: { id: '2' } }] } },
      },
      people: {
        sdl: 'type Query { people: [Person] } type Person @key(fields: "id") { id: ID! name: String }',
        resolvers: {
          Query: { people: () => people },
          Person: { __resolveReference: ({ id }: any) => people.find((each) => each.id === id) },
        },
      },
    });
    expect((await graph.ask('{ reviews { by { id name } } }')).data).toEqual({
      reviews: [{ by: { id: '2', name: 'Bo' } }],
    });
  });

  test('an entity behind an entity, and back again', async () => {
    await using graph = await startGraph({
      a: {
        sdl: 'type Query { a: A } type A @key(fields: "id") { id: ID! own: String }',
        resolvers: {
          Query: { a: () => ({ id: 'a', own: 'A' }) },
          A: { __resolveReference: () => ({ id: 'a', own: 'A' }) },
        },
      },
      b: {
        sdl: 'type A @key(fields: "id") { id: ID! b: B } type B @key(fields: "id") { id: ID! a: A }',
        resolvers: { A: { b: () => ({ id: 'b', a: { id: 'a' } }) } },
      },
    });
    expect((await graph.ask('{ a { b { id a { own b { id } } } } }')).data).toEqual({
      a: { b: { id: 'b', a: { own: 'A', b: { id: 'b' } } } },
    });
  });

  test('entities in lists of lists keep their places', async () => {
    await using graph = await startGraph({
      grid: {
        sdl: 'type Query { grid: [[Cell]] } type Cell @key(fields: "id") { id: ID! }',
        resolvers: { Query: { grid: () => [[{ id: '1' }, null], null, [], [{ id: '2' }, { id: '1' }]] } },
      },
      values: {
        sdl: 'type Cell @key(fields: "id") { id: ID! value: Int }',
        resolvers: { Cell: { value: ({ id }: any) => Number(id) * 10 } },
      },
    });
    expect((await graph.ask('{ grid { value } }')).data).toEqual({
      grid: [[{ value: 10 }, null], null, [], [{ value: 20 }, { value: 10 }]],
    });
    expect(graph.sentTo('values')).toHaveLength(2);
  });
});
