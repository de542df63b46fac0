/**
 * A domain's contracts as a graph: what sdl.ts prints and the server resolves, so that the two cannot disagree;
 * graph-of.ts makes it.
 *
 * Terms. A *row type* is the GraphQL type of one contract object. A *reference* leads from a row to the one row that
 * its foreign key names (`Order.customer`); its *inverse* leads back to all rows that name it (`Customer.orders`).
 * The type at the other end may belong to another domain: the subgraph then contributes to it as an entity, knowing
 * only its name and key, which the relationship states (Federation, "Contributing fields to entities").
 */
import type { Column } from './column.ts';
import type { ContractObject, Domain, Output, Relationship } from './model.ts';
import type { queryNames } from './names.ts';

export interface RowType {
  readonly name: string;
  readonly object: ContractObject;
  readonly output: Output;
  readonly queries: ReturnType<typeof queryNames>;
  readonly fields: readonly RowField[];
  /** The primary key, in order; empty where the contract has none: then the type is no entity. */
  readonly key: readonly RowField[];
  readonly references: readonly Reference[];
}

export interface RowField {
  readonly name: string;
  readonly column: Column;
  /** GraphQL enum value name → stored value, where the contract lists the values of a string that is no ID. */
  readonly enumValues: ReadonlyMap<string, string> | undefined;
}

export interface Reference {
  /** Field on the row type. */
  readonly name: string;
  /** Field on the type at the other end: all rows that refer to it, or the one row where there can be no second. */
  readonly inverse: { readonly name: string; readonly single: boolean };
  readonly toType: string;
  /** The row type at the other end where it is in this domain. */
  readonly local: RowType | undefined;
  /** Own fields and, at the same index, the fields of the key at the other end. */
  readonly from: readonly RowField[];
  readonly to: readonly string[];
  readonly relationship: Relationship;
}

export interface DomainGraph {
  readonly domain: Domain;
  readonly types: readonly RowType[];
}

/** References of the types of this domain that lead to `type`: the inverse fields that it gets. */
export function inversesOf(graph: DomainGraph, typeName: string): { readonly from: RowType; readonly by: Reference }[] {
  return graph.types.flatMap((from) =>
    from.references.filter((by) => by.toType === typeName).map((by) => ({ from, by })),
  );
}

/** The types of other domains that this one refers to, by name, each with one reference that states its key. */
export function foreignTypes(graph: DomainGraph): ReadonlyMap<string, Reference> {
  const references = graph.types.flatMap((type) => type.references).filter((reference) => !reference.local);
  return new Map(references.map((reference) => [reference.toType, reference]));
}
