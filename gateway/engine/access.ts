/**
 * Who may read what, as an engine needs it: a decision for each field. Where it comes from (tokens, policies, agreements) is
 * not known here.
 */
import type { GraphQLLeafType } from 'graphql';
import type { MinimumGroups } from '../../subgraphs/kit/contract/minimum-groups.ts';
import type { RowConditions } from '../../subgraphs/kit/contract/row-condition.ts';

/** What one class of askers may read: the same for all requests that have it. It never changes. */
export interface Access {
  /** Equal for all that decide alike: what is compiled for one of them serves the others. */
  readonly key: string;
  /** @param coordinate of a field of an object type: `Order.total`. Answers the same whenever it is asked. */
  decide(coordinate: string): AccessDecision;
  /**
   * Whether whoever asks may find out about fields by an input: filter or sort by them.
   * @param coordinate of an input field, an enum value or an argument: `OrderWhere.total`, `Query.order(id:)`
   */
  refuses(coordinate: string): Denial | undefined;
  /**
   * Which rows a subgraph may show, by type; undefined where it cannot leave out the others. All rows, where absent.
   * @param subgraph by its name
   */
  rows?(subgraph: string): RowConditions | undefined;
  /** What a subgraph may show in summaries only, of how many rows at once; undefined where that cannot be said to it. */
  minimumGroups?(subgraph: string): MinimumGroups | undefined;
}

/** A decision that changes the answer. */
export type Restriction = Exclude<AccessDecision, { readonly effect: 'allow' }>;

export type AccessDecision =
  /** @param minimumGroup of how many rows at once: its subgraph leaves out the others, as it is told */
  | { readonly effect: 'allow'; readonly minimumGroup?: number }
  /**
   * @param denial where the field is no leaf, or has no value that could be shown instead.
   * @param leadsOn objects are shown all the same: each field of theirs is decided by itself.
   */
  | { readonly effect: 'mask'; readonly mask: Mask; readonly denial: Denial; readonly leadsOn?: boolean }
  | { readonly effect: 'deny'; readonly denial: Denial };

export interface Mask {
  /** For the log and the audit: `hash`, `year`. */
  readonly name: string;
  /**
   * Says less than the value, never nothing of it being there: null stays null, and is not asked about.
   * @param value of the type, as JSON has it
   * @returns a value of the type, or null
   */
  apply(value: unknown, type: GraphQLLeafType): unknown;
}

/** Why a field is denied, fit for whoever asks. */
export interface Denial {
  /** Whole sentences: which product it belongs to, who could allow it. */
  readonly message: string;
  /** `code`, ids of policies, the command that asks for access. */
  readonly extensions: Readonly<Record<string, unknown>>;
}
