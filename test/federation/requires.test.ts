/** `@requires`, `@provides` and `@external`: what one subgraph needs of another, or may give in its place. */
import { describe, expect, test } from 'vitest';
import { startGraph } from './graph.ts';

const items = [
  { sku: '1', price: 10, weight: 2, origin: { land: 'IS', port: 'Vik' }, sizes: [{ n: 1 }, { n: 2 }] },
  { sku: '2', price: 20, weight: null, origin: null, sizes: [] },
];
const find = ({ sku }: any) => items.find((each) => each.sku === sku);

const shop = {
  sdl: `type Query { items: [Item] item(sku: ID): Item }
    type Item @key(fields: "sku") { sku: ID! price(currency: String): Int weight: Int origin: Origin sizes: [Size] }
    type Origin { land: String port: String } type Size { n: Int }`,
  resolvers: {
    Query: { items: () => items, item: (_: unknown, key: any) => find(key) },
    Item: {
      __resolveReference: find,
      price: ({ price }: any, { currency }: any) => (currency === 'EUR' ? price * 2 : price),
    },
  },
};

describe('@requires', () => {
  test.each([[7], [{}], [null], [undefined]])(
    'an object of which it is not known what it is (`__typename`: %j) is not sent, and nothing is asked about it',
    async (type) => {
      const media =
        'union Media = Book | Film type Book { title: String @shareable } type Film { year: Int @shareable }';
      await using graph = await startGraph({
        shop: {
          sdl: `type Query { item: Item } type Item @key(fields: "sku") { sku: ID! media: Media } ${media}`,
          spoil: ({ data }) => ({ data: { item: { ...data.item, media: { title: 'T', __typename: type } } } }),
          resolvers: { Query: { item: () => ({ sku: '1', media: { __typename: 'Book', title: 'T' } }) } },
        },
        critic: {
          sdl: `type Item @key(fields: "sku") { sku: ID! media: Media @external
            stars: Int @requires(fields: "media { ... on Book { title } ... on Film { year } }") } ${media}`,
          resolvers: { Item: { stars: () => 5 } },
        },
      });
      const { data, errors } = await graph.ask('{ item { stars } }');
      expect(data).toEqual({ item: { stars: null } });
      expect(errors).toMatchObject([{ path: ['item', 'stars'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE' } }]);
      expect(graph.sentTo('critic')).toEqual([]);
    },
  );

  test('what is required is fetched first, and sent along', async () => {
    await using graph = await startGraph({
      shop,
      post: {
        sdl: 'type Item @key(fields: "sku") { sku: ID! price: Int @external weight: Int @external fee: Int @requires(fields: "price weight") }'.replace(
          'price: Int',
          'price(currency: String): Int',
        ),
        resolvers: { Item: { fee: ({ price, weight }: any) => price + (weight ?? 100) } },
      },
    });
    expect((await graph.ask('{ items { fee } }')).data).toEqual({ items: [{ fee: 12 }, { fee: 120 }] });
    expect(graph.sentTo('post')).toEqual([
      { __typename: 'Item', sku: '1', price: 10, weight: 2 },
      { __typename: 'Item', sku: '2', price: 20, weight: null },
    ]);
  });

  test('fields of objects, and of objects in lists', async () => {
    await using graph = await startGraph({
      shop,
      post: {
        sdl: `type Item @key(fields: "sku") { sku: ID! origin: Origin @external sizes: [Size] @external
            label: String @requires(fields: "origin { land } sizes { n }") }
          type Origin { land: String @external } type Size { n: Int @external }`,
        resolvers: {
          Item: {
            label: ({ origin, sizes }: any) => `${origin?.land ?? 'nowhere'} ${sizes.map(({ n }: any) => n).join()}`,
          },
        },
      },
    });
    expect((await graph.ask('{ items { label origin { port } } }')).data).toEqual({
      items: [
        { label: 'IS 1,2', origin: { port: 'Vik' } },
        { label: 'nowhere ', origin: null },
      ],
    });
  });

  test('arguments in @requires are not those of the consumer', async () => {
    await using graph = await startGraph({
      shop,
      post: {
        sdl: `type Item @key(fields: "sku") { sku: ID! price(currency: String): Int @external
          duty(rate: Int): Int @requires(fields: "price(currency: \\"EUR\\")") }`,
        resolvers: { Item: { duty: ({ price }: any, { rate }: any) => price * rate } },
      },
    });
    expect(
      (
        await graph.ask(
          'query ($c: String) { items { price(currency: $c) e: price(currency: "EUR") p: price duty(rate: 3) } }',
          { variables: { c: 'USD' } },
        )
      ).data,
    ).toEqual({
      items: [
        { price: 10, e: 20, p: 10, duty: 60 },
        { price: 20, e: 40, p: 20, duty: 120 },
      ],
    });
  });

  test('a chain of requirements through three subgraphs', async () => {
    await using graph = await startGraph({
      shop,
      post: {
        sdl: `type Item @key(fields: "sku") { sku: ID! weight: Int @external fee: Int @requires(fields: "weight") }`,
        resolvers: { Item: { fee: ({ weight }: any) => (weight ?? 0) + 1 } },
      },
      tax: {
        sdl: `type Item @key(fields: "sku") { sku: ID! fee: Int @external tax: Int @requires(fields: "fee") }`,
        resolvers: { Item: { tax: ({ fee }: any) => fee * 10 } },
      },
    });
    expect((await graph.ask('{ items { tax } }')).data).toEqual({ items: [{ tax: 30 }, { tax: 10 }] });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['shop', 'post', 'tax']);
  });

  test('a requirement that failed fails what requires it, and is not sent as null', async () => {
    await using graph = await startGraph({
      shop: {
        ...shop,
        resolvers: {
          ...shop.resolvers,
          Item: {
            ...shop.resolvers.Item,
            weight: ({ sku, weight }: any) => (sku === '1' ? Promise.reject(new Error('No scales.')) : weight),
          },
        },
      },
      post: {
        sdl: `type Item @key(fields: "sku") { sku: ID! weight: Int @external fee: Int @requires(fields: "weight") }`,
        resolvers: { Item: { fee: ({ weight }: any) => weight ?? -1 } },
      },
    });
    const { data, errors } = await graph.ask('{ items { fee } }');
    expect(data).toEqual({ items: [{ fee: null }, { fee: -1 }] });
    expect(errors).toMatchObject([{ message: 'No scales.', path: ['items', 0, 'fee'] }]);
    expect(graph.sentTo('post')).toEqual([{ __typename: 'Item', sku: '2', weight: null }]);
  });

  test('the required field of an entity in another entity', async () => {
    await using graph = await startGraph({
      shop,
      boxes: {
        sdl: `type Query { boxes: [Box] } type Box @key(fields: "id") { id: ID! item: Item } type Item @key(fields: "sku") { sku: ID! }`,
        resolvers: { Query: { boxes: () => [{ id: 'b', item: { sku: '1' } }] } },
      },
      post: {
        sdl: `type Box @key(fields: "id") { id: ID! item: Item @external stamp: String @requires(fields: "item { weight }") }
          type Item @key(fields: "sku") { sku: ID! @external weight: Int @external }`,
        resolvers: { Box: { stamp: ({ id, item }: any) => `${id} ${item.weight}` } },
      },
    });
    expect((await graph.ask('{ boxes { stamp } }')).data).toEqual({ boxes: [{ stamp: 'b 2' }] });
  });

  test('requirements on the members of an interface', async () => {
    await using graph = await startGraph({
      zoo: {
        sdl: `type Query { cages: [Cage] } type Cage @key(fields: "id") { id: ID! animal: Animal }
          interface Animal { name: String } type Cat implements Animal { name: String lives: Int } type Dog implements Animal { name: String tricks: Int }`,
        resolvers: {
          Query: {
            cages: () => [
              { id: '1', animal: { __typename: 'Cat', name: 'Tom', lives: 9 } },
              { id: '2', animal: { __typename: 'Dog', name: 'Rex', tricks: 2 } },
              { id: '3', animal: null },
            ],
          },
        },
      },
      signs: {
        sdl: `type Cage @key(fields: "id") { id: ID! animal: Animal @external sign: String @requires(fields: "animal { name ... on Cat { lives } ... on Dog { tricks } }") }
          interface Animal { name: String } type Cat implements Animal { name: String @external lives: Int @external } type Dog implements Animal { name: String @external tricks: Int @external }`,
        resolvers: {
          Cage: { sign: ({ animal }: any) => (animal ? `${animal.name} ${animal.lives ?? animal.tricks}` : 'empty') },
        },
      },
    });
    expect((await graph.ask('{ cages { sign } }')).data).toEqual({
      cages: [{ sign: 'Tom 9' }, { sign: 'Rex 2' }, { sign: 'empty' }],
    });
  });
});

describe('@provides and @external', () => {
  const parts = {
    people: {
      sdl: 'type Query { people: [Person] } type Person @key(fields: "id") { id: ID! name: String @shareable home: Home @shareable } type Home @shareable { town: String street: String }',
      resolvers: {
        Query: { people: () => [] },
        Person: {
          __resolveReference: ({ id }: any) => ({ id, name: `people ${id}`, home: { town: 'T', street: 'S' } }),
        },
      },
    },
    reviews: {
      sdl: `type Query { last: Review @provides(fields: "by { name }") all: [Review] }
        type Review @shareable { text: String by: Person } 
        type Person @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: {
        Query: {
          last: () => ({ text: 'fine', by: { id: '1', name: 'provided' } }),
          all: () => [{ text: 'fine', by: { id: '1', name: 'never' } }],
        },
      },
    },
  };

  test('on the path that provides it, the field is not fetched elsewhere', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ last { by { name } } }')).data).toEqual({ last: { by: { name: 'provided' } } });
    expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual(['reviews']);
  });

  test('on every other path it is', async () => {
    await using graph = await startGraph(parts);
    expect((await graph.ask('{ all { by { name } } }')).data).toEqual({ all: [{ by: { name: 'people 1' } }] });
    expect((await graph.ask('{ last { by { name home { street } } } }')).data).toMatchObject({
      last: { by: { home: { street: 'S' } } },
    });
  });

  test('a member of a union that provides', async () => {
    await using graph = await startGraph({
      media: {
        sdl: `type Query { top: [Media] @provides(fields: "... on Book { title }") } union Media = Book | Film
          type Book @key(fields: "id") { id: ID! title: String @external } type Film @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            top: () => [
              { __typename: 'Book', id: '1', title: 'B here' },
              { __typename: 'Film', id: '2', title: 'F here' },
            ],
          },
        },
      },
      titles: {
        sdl: `type Query { x: Int } type Book @key(fields: "id") { id: ID! title: String @shareable } type Film @key(fields: "id") { id: ID! title: String @shareable }`,
        resolvers: { Book: { title: () => 'B there' }, Film: { title: () => 'F there' } },
      },
    });
    expect((await graph.ask('{ top { ... on Book { title } ... on Film { title } } }')).data).toEqual({
      top: [{ title: 'B here' }, { title: 'F there' }],
    });
  });
});
