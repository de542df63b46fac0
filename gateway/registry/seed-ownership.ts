/** Who owns what in a mesh that was there before anybody recorded it. */
import { graphOf } from '../../subgraphs/kit/contract/graph-of.ts';
import { sharedTypes } from '../../subgraphs/kit/contract/sdl-queries.ts';
import { schemaHead } from '../../subgraphs/kit/contract/spec.ts';
import { isArgument, parentOf, typeIn } from '../governance/graph-change.ts';
import { isRootType } from '../governance/ownership.ts';
import type { Fact } from './facts.ts';
import { graphCoordinates } from './graph-coordinates.ts';
import type { MeshSubgraph } from './mesh.ts';
import { notResolvable } from './subgraph-facts.ts';
import { catalogName } from './supergraph-file.ts';
import { readSupergraphTypes } from './supergraph-types.ts';

/** What a domain says of itself in its contracts and products. */
export interface SeedDomain {
  readonly name: string;
  /** Types of the graph that its contracts describe. */
  readonly types: readonly string[];
  /** Ids of its products. */
  readonly products: readonly string[];
  readonly teams: readonly string[];
}

export interface OwnershipSeed {
  /** By coordinate; arguments belong to whom their field belongs. */
  readonly owners: ReadonlyMap<string, string>;
  /** What domains contribute to types of others already. */
  readonly grants: readonly { readonly type: string; readonly domain: string }[];
}

/**
 * A type belongs to the domain whose contract describes it, else to the first that resolves more of it than its key. A field
 * belongs to the subgraph that resolves it; if several do, to the one that its `@owner` means, else to the type's owner if
 * that is one of them, else to the first.
 * @param domains in the order of the mesh file
 */
export function seedOwnership(supergraphSdl: string, domains: readonly SeedDomain[]): OwnershipSeed {
  const coordinates = graphCoordinates(readSupergraphTypes(supergraphSdl));
  const names = [catalogName, ...domains.map(({ name }) => name)];
  const first = (found: readonly string[]): string | undefined =>
    names.find((name) => found.includes(name)) ?? found[0];
  const owners = platformOwners();
  const answering = answeringSubgraphs(coordinates);

  for (const [coordinate, facts] of coordinates) {
    if (parentOf(coordinate) !== undefined || owners.has(coordinate)) continue;
    const isShared = coordinate === 'schema' || isRootType(coordinate);
    const described = domains.find(({ types }) => types.includes(coordinate))?.name;
    const found = first(answering.get(coordinate) ?? []) ?? first(subgraphsIn(facts, 'declared'));
    owners.set(coordinate, isShared ? catalogName : (described ?? found ?? catalogName));
  }
  const grants = new Map<string, { readonly type: string; readonly domain: string }>();
  for (const [coordinate, facts] of coordinates) {
    const type = parentOf(coordinate);
    if (type === undefined || isArgument(coordinate) || owners.has(coordinate)) continue;
    const ofType = owners.get(type) ?? catalogName;
    const resolvers = subgraphsIn(facts, 'resolver');
    const found = resolvers.length > 0 ? resolvers : subgraphsIn(facts, 'declared');
    const named = resolvers.length > 1 ? meantBy(facts.get('owner')?.value, domains) : undefined;
    const owner = [named, ofType].find((each) => each !== undefined && found.includes(each)) ?? first(found) ?? ofType;
    owners.set(coordinate, owner);
    const isContributed = owner !== ofType && ofType !== catalogName && !isRootType(type);
    if (isContributed) grants.set(`${owner} ${type}`, { type, domain: owner });
  }
  return { owners, grants: [...grants.values()] };
}

export function seedDomain({ name, domain }: Pick<MeshSubgraph, 'name' | 'domain'>): SeedDomain {
  return {
    name,
    types: domain ? graphOf(domain).graph.types.map((type) => type.name) : [],
    products: domain?.products.map(({ id }) => id) ?? [],
    teams: [...new Set(domain?.outputs.map(({ owner }) => owner))],
  };
}

/** What the kit gives to every domain, and all may therefore define: whose it is does not depend on who came first. */
export function platformOwners(): Map<string, string> {
  const common = graphCoordinates(readSupergraphTypes(`${schemaHead}\n${sharedTypes}`));
  const coordinates = [...common.keys()].filter((coordinate) => !isArgument(coordinate));
  return new Map(coordinates.map((coordinate) => [coordinate, catalogName]));
}

/**
 * The subgraphs that answer for a coordinate, or declare it; of a type, and of the key of one, those that only refer to it do
 * not.
 */
export function holdersOf(supergraphSdl: string): (coordinate: string) => readonly string[] {
  const coordinates = graphCoordinates(readSupergraphTypes(supergraphSdl));
  const isReference = (type: string, subgraph: string): boolean => {
    const said = [...(coordinates.get(type)?.values() ?? [])];
    const keys = said.filter((fact) => fact.aspect === 'key' && fact.subgraph === subgraph);
    return keys.length > 0 && keys.every(({ value }) => value.endsWith(notResolvable));
  };
  return (coordinate) => {
    const facts = coordinates.get(coordinate) ?? new Map<string, Fact>();
    const declaring = subgraphsIn(facts, 'declared').filter((each) => !isReference(typeIn(coordinate), each));
    return [...subgraphsIn(facts, 'resolver'), ...declaring];
  };
}

/** By type, the subgraphs that answer for one of its fields. */
function answeringSubgraphs(coordinates: ReturnType<typeof graphCoordinates>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const [coordinate, facts] of coordinates) {
    const type = parentOf(coordinate);
    if (type === undefined || isArgument(coordinate)) continue;
    const known = found.get(type) ?? new Set();
    for (const subgraph of subgraphsIn(facts, 'resolver')) known.add(subgraph);
    found.set(type, known);
  }
  return new Map([...found].map(([type, subgraphs]) => [type, [...subgraphs].sort()]));
}

const subgraphsIn = (facts: ReadonlyMap<string, Fact>, aspect: Fact['aspect']): string[] =>
  [...facts.values()].flatMap((fact) => (fact.aspect === aspect ? (fact.subgraph ?? []) : [])).sort();

/** @param owner `product: sales.orders, team: Sales`, as the facts say it */
function meantBy(owner: string | undefined, domains: readonly SeedDomain[]): string | undefined {
  if (owner === undefined) return undefined;
  const has = (said: string): boolean => owner.split(', ').includes(said);
  const byProduct = domains.find(({ products }) => products.some((id) => has(`product: ${id}`)));
  return (byProduct ?? domains.find(({ teams }) => teams.some((team) => has(`team: ${team}`))))?.name;
}
