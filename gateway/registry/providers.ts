/** Who provides each data product: the domain and its team, and what the contracts of its ports say of access. */
import type { ContractRole } from '../../subgraphs/kit/contract/model.ts';
import type { GraphFacts } from './graph-facts.ts';
import type { Mesh } from './mesh.ts';

export interface Provider {
  readonly domain: string;
  readonly team: string;
  readonly ports: readonly ProvidedPort[];
}

export interface ProvidedPort {
  readonly name: string;
  readonly roles: readonly ContractRole[];
}

/** By id of the product. Of two with one id the first counts, as it does in the catalog. */
export type Providers = ReadonlyMap<string, Provider>;

/** @param facts products that only a schema names (`@owner(product:)`) are of the one subgraph that has their fields */
export function providersOf(mesh: Pick<Mesh, 'subgraphs'>, facts: Pick<GraphFacts, 'fields'> | undefined): Providers {
  const providers = new Map<string, Provider>();
  for (const { name, domain } of mesh.subgraphs) {
    for (const product of domain?.products ?? []) {
      if (providers.has(product.id)) continue;
      const outputs = domain?.outputs.filter((output) => output.product === product) ?? [];
      providers.set(product.id, {
        domain: name,
        team: product.team?.name ?? outputs[0]?.owner ?? name,
        ports: outputs.map(({ port, contract }) => ({ name: port.name, roles: contract.roles })),
      });
    }
  }
  const named = new Map<string, { readonly subgraphs: Set<string>; readonly team: string | undefined }>();
  for (const { product, team, subgraphs } of facts?.fields.values() ?? []) {
    if (product === undefined || providers.has(product)) continue;
    const found = named.get(product) ?? { subgraphs: new Set(), team };
    for (const subgraph of subgraphs) found.subgraphs.add(subgraph);
    named.set(product, found);
  }
  for (const [product, { subgraphs, team }] of named) {
    const [domain, another] = subgraphs;
    if (domain !== undefined && another === undefined)
      providers.set(product, { domain, team: team ?? domain, ports: [] });
  }
  return providers;
}
