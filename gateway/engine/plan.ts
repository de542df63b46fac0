/**
 * A query plan: which subgraphs are asked what, in which order (Apollo Federation, "Query plans"). Planners differ in how
 * they write one; this is how the engine reads it. Conditions and `@defer` are gone before planning, so no plan has them.
 */
export interface QueryPlan {
  /** The stream of a subscription; `node` then runs once per event. */
  readonly subscription?: Fetch;
  /** Absent where nothing has to be fetched. */
  readonly node?: PlanNode;
}

export type PlanNode = Sequence | Parallel | Fetch;

export interface Sequence {
  readonly kind: 'Sequence';
  readonly nodes: readonly PlanNode[];
}

export interface Parallel {
  readonly kind: 'Parallel';
  readonly nodes: readonly PlanNode[];
}

/** One request to one subgraph: for fields of a root type, or for entities that earlier fetches found. */
export interface Fetch {
  readonly kind: 'Fetch';
  /** As in `supergraph.yaml`. */
  readonly subgraph: string;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  readonly operationName?: string;
  /** What the subgraph is sent. */
  readonly operation: string;
  /** The variables of the consumer's operation that it uses. */
  readonly variables: readonly string[];
  /** Absent: fields of a root type. Otherwise one per `_entities` field of the operation. */
  readonly entities?: readonly EntityFetch[];
  /** For fields of a root type; entities have their own. */
  readonly outputRewrites?: readonly Rewrite[];
}

export interface EntityFetch {
  /** Of the `_entities` field in the response. */
  readonly responseKey: string;
  /** The variable that takes the representations. */
  readonly variable: string;
  /** Where the entities are in the answer so far. */
  readonly paths: readonly PlanPath[];
  /** What a representation is made of. */
  readonly requires: readonly Requirement[];
  /** Applied to each representation before it is sent. */
  readonly inputRewrites?: readonly Rewrite[];
  /** Applied to each entity that comes back. */
  readonly outputRewrites?: readonly Rewrite[];
}

/** A response key, every element of a list (`@`), or only objects of these types. */
export type PlanPath = readonly (string | '@' | { readonly types: readonly string[] })[];

/** `name` is the response key in the answer so far; `alias`, where there is one, is what the subgraph knows the value by. */
export type Requirement =
  | {
      readonly kind: 'Field';
      readonly name: string;
      readonly alias?: string;
      readonly selections?: readonly Requirement[];
    }
  | { readonly kind: 'InlineFragment'; readonly typeCondition: string; readonly selections: readonly Requirement[] };

/** A response key, or only objects of these types. */
export type RewritePath = readonly (string | { readonly types: readonly string[] })[];

export type Rewrite =
  | { readonly kind: 'ValueSetter'; readonly path: RewritePath; readonly value: unknown }
  | { readonly kind: 'KeyRenamer'; readonly path: RewritePath; readonly key: string };
