/** What the engine asks of a planner. How it plans, and where (a process of its own), is its affair. */
import type { QueryPlan } from './plan.ts';
import type { PossibleTypes } from './possible-types.ts';

export interface Planner {
  readonly graph: GraphFacts;
  /**
   * `operation` is one operation without `@skip`, `@include` and `@defer`. `percentage` (0 to 100) and `labels` decide who
   * resolves fields with `@override(label:)`: `percent(x)` is active where `percentage` < x.
   * @throws WeftError PLAN_TIMEOUT, PLAN_FAILED, OVERLOADED.
   */
  plan(operation: string, overrides: Overrides): Promise<QueryPlan>;
  close(): Promise<void>;
}

/** @throws WeftError SUPERGRAPH_REFUSED. */
export type CreatePlanner = (supergraphSdl: string) => Promise<Planner>;

export interface Overrides {
  readonly labels: ReadonlySet<string>;
  readonly percentage: number;
}

/** What the supergraph says and the API schema does not. */
export interface GraphFacts {
  /** The API schema as SDL, one text per definition: it can be parsed bit by bit. */
  readonly apiDefinitions: readonly string[];
  /** Routing URLs by the subgraph's name. */
  readonly urls: ReadonlyMap<string, string>;
  /** The object types that an interface or union may be at run time; inaccessible ones are among them. */
  readonly possibleTypes: PossibleTypes;
  readonly keys: EntityKeys;
  /** Coordinates of all fields that a subgraph resolves or is sent, by its name. */
  readonly heldFields: ReadonlyMap<string, ReadonlySet<string>>;
  /** Types with a key. */
  readonly entities: ReadonlySet<string>;
  /** Names of fields that others require with arguments. */
  readonly requiredWithArguments: ReadonlySet<string>;
  /** Labels of `@override(label:)` that are not percentages. */
  readonly overrideLabels: readonly string[];
  readonly overridePercentages: readonly number[];
}

/** Fields of a key that an entity has in a subgraph, by the type's name and the subgraph's: its own leaves only. */
export type EntityKeys = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
