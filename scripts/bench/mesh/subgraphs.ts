/** The four subgraphs as their teams would serve them, with `@apollo/subgraph`. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { inStock, type ProductRow, products, type ReviewRow, reviews, shippingEstimate, users } from './data.ts';

export const subgraphNames = ['accounts', 'reviews', 'products', 'inventory'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

const federation2 = `extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@external", "@requires", "@provides", "@shareable", "@listSize"]
  )

`;

export const federation2Sdl = (name: SubgraphName): string => federation2 + written(name);

/** For the one peer that reads only this; the files are written so that it is the same graph. */
export const federation1Sdl = (name: SubgraphName): string =>
  written(name).replaceAll(/ @(?:shareable|listSize\([^)]*\))/g, '');

const written = (name: SubgraphName): string => readFileSync(new URL(`./${name}.graphql`, import.meta.url), 'utf8');

export function subgraphSchemas(): Readonly<Record<SubgraphName, GraphQLSchema>> {
  const schemas = subgraphNames.map((name) => {
    const module = { typeDefs: parse(federation2Sdl(name)), resolvers: resolvers[name] };
    return [name, buildSubgraphSchema([module])] as const;
  });
  return Object.fromEntries(schemas) as Record<SubgraphName, GraphQLSchema>;
}

interface ById {
  readonly id: string;
}
interface ByUpc {
  readonly upc: string;
}

const userById = ({ id }: ById) => users.find((user) => user.id === id) ?? null;
const reviewById = ({ id }: ById) => reviews.find((review) => review.id === id) ?? null;
const productByUpc = ({ upc }: ByUpc) => products.find((product) => product.upc === upc) ?? null;

const resolvers = {
  accounts: {
    Query: {
      users: () => users,
      user: (_: unknown, key: ById) => userById(key),
    },
    User: { __resolveReference: userById },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    Product: { __resolveReference: productByUpc },
  },
  inventory: {
    Product: {
      // What `@requires` asked for comes with the key.
      __resolveReference: (product: ByUpc) => product,
      inStock: ({ upc }: ByUpc) => inStock(upc),
      shippingEstimate: (product: ProductRow) => shippingEstimate(product),
    },
  },
  reviews: {
    Review: {
      __resolveReference: reviewById,
      author: ({ userId }: ReviewRow) => ({ id: userId, username: userById({ id: userId })?.username }),
      product: ({ upc }: ReviewRow) => ({ upc }),
    },
    User: {
      __resolveReference: (user: ById) => user,
      username: ({ id }: ById) => userById({ id })?.username,
      reviews: ({ id }: ById) => reviews.filter((review) => review.userId === id),
    },
    Product: {
      __resolveReference: (product: ByUpc) => product,
      reviews: ({ upc }: ByUpc) => reviews.filter((review) => review.upc === upc),
    },
  },
};
