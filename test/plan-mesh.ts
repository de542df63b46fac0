/** A small mesh that uses every feature of Federation that changes plans. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { buildSchema, parse } from 'graphql';
import { composeWithApollo } from '../gateway/registry/compose.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@tag"])`;

const item = (sku: string) => ({ __typename: 'Item', sku, title: `Item ${sku}`, price: Number(sku) * 10, weight: 2 });
const member = (id: string) => ({ __typename: 'Member', id, name: `M${id}`, handle: `m${id}`, team: { id: `t${id}` } });

const parts: Readonly<Record<string, { readonly sdl: string; readonly resolvers?: Readonly<Record<string, any>> }>> = {
  people: {
    sdl: `
      type Query { members: [Member] me: Member found: [Found] touched: Int }
      type Mutation { touch(by: Int): Int join(name: String): Member }
      type Subscription { joined: Member }
      type Member @key(fields: "id") @key(fields: "team { id } handle") {
        id: ID! name: String handle: String @shareable team: Team @shareable level: Int badge: String
      }
      type Team @shareable { id: ID! }
      union Found = Member | Item
      type Item @key(fields: "sku") { sku: String! }`,
    resolvers: {
      Query: { members: () => ['1', '2'].map(member), me: () => member('1'), found: () => [member('2'), item('7')] },
      Mutation: { touch: (_: unknown, { by }: any) => by, join: () => member('3') },
      Member: {
        __resolveReference: ({ id, handle }: any) => member(id ?? handle.slice(1)),
        level: () => 1,
        badge: () => 'old',
      },
    },
  },
  opinions: {
    sdl: `
      type Opinion @key(fields: "id") { id: ID! text: String item: Item by: Member @provides(fields: "handle") }
      type Member @key(fields: "id") {
        id: ID! handle: String @external opinions: [Opinion]
        level: Int @override(from: "people", label: "percent(40)") badge: String @override(from: "people", label: "new")
      }
      type Item @key(fields: "sku") { sku: String! opinions: [Opinion] }
      type Query { rated: [Media] }
      type Mutation { praise(sku: String): Int }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }`,
    resolvers: {
      Member: {
        opinions: ({ id }: any) => [{ id: `o${id}`, text: `says ${id}`, item: item('7'), by: member(id) }],
        level: () => 2,
        badge: () => 'new',
      },
      Item: { opinions: ({ sku }: any) => [{ id: `i${sku}`, text: 'fine', by: member('2') }] },
      Mutation: { praise: () => 5 },
      Query: { rated: () => [{ id: 'b1' }] },
      Media: { stars: ({ id }: any) => id.length },
    },
  },
  shop: {
    sdl: `
      type Query { best: [Item] media: [Media] books: [Book] shapes: [Shape] }
      type Mutation { buy(sku: String): Item }
      type Item @key(fields: "sku") {
        sku: String! title: String price(currency: String): Int weight: Int origin: Origin
      }
      type Origin { land: String }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
      union Shape = Square | Circle
      type Square @key(fields: "id") { id: ID! side: Int @shareable }
      type Circle @key(fields: "id") { id: ID! side: Int! @shareable }`,
    resolvers: {
      Query: {
        best: () => ['7', '8'].map(item),
        media: () => [
          { __typename: 'Book', id: 'b1', title: 'Book', pages: 9 },
          { __typename: 'Film', id: 'f', title: 'Film', minutes: 5 },
        ],
        shapes: () => [
          { __typename: 'Square', id: 's', side: 3 },
          { __typename: 'Circle', id: 'c', side: 4 },
        ],
      },
      Mutation: { buy: (_: unknown, { sku }: any) => item(sku) },
      Media: { __resolveReference: ({ id }: any) => ({ __typename: 'Book', id, title: `Book ${id}`, pages: 9 }) },
      Item: {
        __resolveReference: ({ sku }: any) => item(sku),
        price: ({ price }: any, { currency }: any) => (currency === 'EUR' ? price + 1 : price),
        origin: () => ({ land: 'IS' }),
      },
    },
  },
  stock: {
    sdl: `
      type Item @key(fields: "sku") {
        sku: String! price(currency: String): Int @external weight: Int @external origin: Origin @external
        available(n: Int): Boolean
        shipping: Int @requires(fields: "price(currency: \\"EUR\\") weight")
        duty(rate: Int): Int @requires(fields: "price(currency: \\"USD\\") origin { land }")
      }
      type Origin { land: String @external }
      type Circle @key(fields: "id") { id: ID! side: Int @shareable }`,
    resolvers: {
      Item: {
        available: (_: unknown, { n }: any) => n !== 0,
        shipping: ({ price, weight }: any) => price * weight,
        duty: ({ price, origin }: any, { rate }: any) => price * rate + origin.land.length,
      },
    },
  },
  teams: {
    sdl: `
      type Member @key(fields: "team { id } handle") { team: Team @shareable handle: String @shareable rank: String }
      type Team @shareable { id: ID! }`,
    resolvers: { Member: { rank: ({ team, handle }: any) => `${handle} of ${team.id}` } },
  },
};

/** @throws Error where the subgraphs do not compose. */
export function compose(sdls: Readonly<Record<string, string>>): string {
  const composed = composeWithApollo(
    Object.entries(sdls).map(([name, sdl]) => ({ name, url: `http://${name}`, sdl: `${link}\n${sdl}` })),
  );
  if ('supergraphSdl' in composed) return composed.supergraphSdl;
  throw new Error(composed.issues.map(({ message }) => message).join('\n'));
}

export const planMesh = compose(Object.fromEntries(Object.entries(parts).map(([name, { sdl }]) => [name, sdl])));

export const planSubgraphs = Object.fromEntries(
  Object.entries(parts).map(([name, { sdl, resolvers = {} }]) => [
    name,
    buildSubgraphSchema({ typeDefs: parse(`${link}\n${sdl}`), resolvers }),
  ]),
);

export const apiSchemaOf = (definitions: readonly string[]) => buildSchema(definitions.join('\n'));
