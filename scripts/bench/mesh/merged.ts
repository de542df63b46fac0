/**
 * The same rows as one graph without federation, executed by graphql-js: what every gateway has to answer. It shares
 * neither schema nor resolvers with the subgraphs.
 */
import { readFileSync } from 'node:fs';
import { buildSchema, execute, parse, validate } from 'graphql';
import type { BenchRequest } from '../scenarios.ts';
import { inStock, products, type ReviewRow, reviews, shippingEstimate, users } from './data.ts';

const schema = buildSchema(readFileSync(new URL('./merged.graphql', import.meta.url), 'utf8'));

/** The response body: `{"data":…}`. */
export function expectedAnswer({ query, variables }: BenchRequest): string {
  const document = parse(query);
  const faults = validate(schema, document);
  if (faults.length > 0) throw new Error(`The benchmark's own operation is invalid: ${faults.join('; ')}`);
  const result = execute({ schema, document, rootValue, variableValues: variables });
  if ('then' in result || result.errors) throw new Error("The benchmark's own operation fails on the merged graph.");
  return JSON.stringify({ data: result.data });
}

const rootValue = {
  users: () => users.map(({ id }) => user(id)),
  user: ({ id }: { id: string }) => user(id),
  topProducts: ({ first }: { first: number }) => products.slice(0, first).map(({ upc }) => product(upc)),
};

const user = (id: string): unknown => ({
  ...users.find((row) => row.id === id),
  reviews: () => reviews.filter((row) => row.userId === id).map(review),
});

const product = (upc: string): unknown => {
  const row = products.find((each) => each.upc === upc);
  return {
    ...row,
    inStock: inStock(upc),
    shippingEstimate: row ? shippingEstimate(row) : null,
    reviews: () => reviews.filter((each) => each.upc === upc).map(review),
  };
};

const review = (row: ReviewRow): unknown => ({
  ...row,
  author: () => user(row.userId),
  product: () => product(row.upc),
});
