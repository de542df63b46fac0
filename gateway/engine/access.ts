/**
 * Who may read what, as an engine needs it: a decision for each field. Where it comes from (tokens, policies, agreements) is
 * not known here.
 */
import type { GraphQLLeafType } from 'graphql';

/** What one class of askers may read: the same for all requests that have it. It never changes. */
export interface Access {
  /** Equal for all that decide alike: what is compiled for one of them serves the others. */
  readonly key: string;
  /** @param coordinate of a field of an object type: `Order.total`. Answers the same whenever it is asked. */
  decide(coordinate: string): AccessDecision;
}

export type AccessDecision =
  | { readonly effect: 'allow' }
  | { readonly effect: 'mask'; readonly mask: Mask }
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

export const allowed: AccessDecision = { effect: 'allow' };
