/** Who answers for a field: what the graph says of it, else its contract, else the domain whose subgraph resolves it. */

import type { GraphFacts } from '../registry/graph-facts.ts';
import type { FieldEntry, ProductEntry } from './entries.ts';

export interface Ownership {
  readonly coordinate: string;
  readonly team: string;
  readonly contact: string | undefined;
  readonly product: ProductEntry | undefined;
  readonly classification: string | undefined;
  readonly categories: readonly string[];
  readonly deIdentified: string | undefined;
  readonly subgraph: string;
  readonly contractField: FieldEntry | undefined;
}

/** @param facts absent while there is no composed graph: the contracts alone answer then. */
export function createOwnership(
  products: readonly ProductEntry[],
  facts: GraphFacts | undefined,
): (coordinate: string) => Ownership | undefined {
  const byId = new Map(products.map((entry) => [entry.id, entry]));
  const byCoordinate = new Map<string, { entry: ProductEntry; field: FieldEntry }[]>();
  for (const entry of products) {
    for (const field of entry.fields) {
      const sources = byCoordinate.get(field.coordinate) ?? [];
      byCoordinate.set(field.coordinate, [...sources, { entry, field }]);
    }
  }

  return (coordinate) => {
    const fact = facts?.fields.get(coordinate);
    const sources = byCoordinate.get(coordinate) ?? [];
    if (facts ? !fact : sources.length === 0) return undefined;
    // The contract counts only where its own domain resolves the field.
    const source = fact ? sources.find(({ entry }) => fact.subgraphs.includes(entry.domain)) : sources[0];
    const product = (fact?.product !== undefined ? byId.get(fact.product) : undefined) ?? source?.entry;
    const subgraph =
      fact?.subgraphs.find((name) => name === product?.domain) ?? fact?.subgraphs[0] ?? product?.domain ?? '';
    const inDomain = products.filter((entry) => entry.domain === subgraph);
    return {
      coordinate,
      team: fact?.team ?? source?.field.owner ?? teamOfDomain(inDomain) ?? subgraph,
      contact: contactOf(product ? [product] : inDomain),
      product,
      classification: fact?.level ?? source?.field.property.classification,
      categories: fact && fact.categories.length > 0 ? fact.categories : (source?.field.categories ?? []),
      deIdentified: fact?.deIdentified,
      subgraph,
      contractField: source?.field,
    };
  };
}

/** The team of a subgraph's domain; the subgraph's own name where its products have several, or none. */
export function createTeams(products: readonly ProductEntry[]): (subgraph: string) => string {
  const teams = new Map<string, string | undefined>();
  for (const { domain } of products) teams.set(domain, teamOfDomain(products.filter((each) => each.domain === domain)));
  return (subgraph) => teams.get(subgraph) ?? subgraph;
}

/** A domain has no team of its own; where all its products have the same one, that is it. */
function teamOfDomain(products: readonly ProductEntry[]): string | undefined {
  const owners = new Set(products.map((entry) => entry.owner));
  return owners.size === 1 ? [...owners][0] : undefined;
}

function contactOf(products: readonly ProductEntry[]): string | undefined {
  const channels = products.flatMap(({ product, outputs }) => [
    ...product.support,
    ...outputs.flatMap((output) => output.contract.support),
  ]);
  const [first] = channels;
  return channels.find((channel) => channel.url)?.url ?? first?.channel;
}
