/** The fields of the graph that somebody means: by a coordinate, or by a contract's own words. */
import { type GraphQLSchema, isInterfaceType } from 'graphql';
import type { GraphFacts } from '../registry/graph-facts.ts';
import type { ProductEntry } from './entries.ts';

export interface NamedCoordinates {
  /** Where the graph has no such field, the name itself. */
  readonly coordinates: readonly string[];
  readonly isOfGraph: boolean;
}

export interface Named {
  readonly products: readonly ProductEntry[];
  readonly facts: GraphFacts | undefined;
  readonly apiSchema: GraphQLSchema | undefined;
}

/** @param name `Order.total`; or, of a contract, a product or a domain: `sales.orders.total`, `sales.orders.orders.total` */
export function namedCoordinates(name: string, { products, facts, apiSchema }: Named): NamedCoordinates {
  if (facts?.fields.has(name)) {
    const [type = '', field = ''] = name.split('.');
    const parent = apiSchema?.getType(type);
    // Data are those of objects.
    const implementing = isInterfaceType(parent) ? (apiSchema?.getPossibleTypes(parent) ?? []) : [];
    return { coordinates: [name, ...implementing.map((each) => `${each.name}.${field}`)], isOfGraph: true };
  }
  const found = products.flatMap(({ id, domain, fields }) =>
    fields
      .filter(({ name: property, object, output: { contract } }) => {
        const full = [domain, id, contract.id].map((each) => `${each}.${object.name}.${property}`);
        const short = contract.objects.length === 1 ? [`${contract.id}.${property}`] : [];
        return [...full, ...short].includes(name);
      })
      .map(({ coordinate }) => coordinate),
  );
  return found.length > 0
    ? { coordinates: [...new Set(found)], isOfGraph: true }
    : { coordinates: [name], isOfGraph: false };
}
