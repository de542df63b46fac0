/** What the engine asks for (gateway/engine/access.ts), in the same shape: neither knows the other. */
import type { MinimumGroups } from '../../../subgraphs/kit/contract/minimum-groups.ts';
import type { Denial } from './denial.ts';
import type { Mask } from './masks.ts';
import type { RowAccess } from './row-access.ts';

export interface Access extends RowAccess {
  readonly key: string;
  /** Never throws: what cannot be decided is denied. */
  decide(coordinate: string): AccessDecision;
  refuses(coordinate: string): Denial | undefined;
  /** Undefined where it is too much to be said. Never throws. */
  minimumGroups(subgraph: string): MinimumGroups | undefined;
  /** What was stated, where the mesh knows it. */
  readonly purpose: string | undefined;
  /** What decided about a field; for whoever writes policies, and the audit. Never throws. */
  explain(coordinate: string): Explanation;
}

export interface Explanation {
  readonly effect: AccessDecision['effect'];
  /** The text of the mask. */
  readonly mask?: string;
  /** Of so many rows at once, where it is read in summaries only. */
  readonly minimumGroup?: number;
  /** Ids of the policies that decided; of a denial, those that forbid: none where nothing permits. */
  readonly policies: readonly string[];
  readonly product: string | undefined;
  /** The one that is in force for the field. */
  readonly agreement?: string | undefined;
  /** Why it could not be decided, and is denied. */
  readonly undecided?: string;
}

export type AccessDecision =
  | { readonly effect: 'allow'; readonly minimumGroup?: number }
  | { readonly effect: 'mask'; readonly mask: Mask; readonly denial: Denial; readonly leadsOn: boolean }
  | { readonly effect: 'deny'; readonly denial: Denial };

/** Undefined for what is no mask. */
export type MaskOf = (text: string, salt: string) => Mask | undefined;

/** It never changes: what is made of it is kept with the object. */
export interface Principal {
  readonly id: string;
  /** `user`, `service`, `anonymous`, … */
  readonly kind: string;
  readonly teams: readonly string[];
  readonly roles: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Asker {
  readonly principal: Principal;
  /** As it was stated; one that the mesh does not know is none. */
  readonly purpose?: string | undefined;
  /** In force, for this purpose. */
  readonly agreements?: Agreements | undefined;
}

/** What somebody may read by agreement with those who provide it. */
export interface Agreements {
  /** Equal for all that agree alike. */
  readonly key: string;
  /** The oldest first. */
  readonly all: readonly AgreedAbout[];
  of(field: {
    readonly product: string | undefined;
    readonly domain: string | undefined;
    readonly port: string | undefined;
  }): Agreed | undefined;
}

/** An agreement, as far as it says what it is about. */
export interface AgreedAbout extends Agreed {
  readonly product: string;
  /** Any, where absent. */
  readonly domain?: string | undefined;
  /** All of them, where absent. */
  readonly port?: string | undefined;
}

export interface Agreed {
  readonly id: string;
  /** Of the contract. */
  readonly roles: readonly string[];
}
