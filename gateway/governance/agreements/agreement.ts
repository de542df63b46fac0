/**
 * An agreement: who may read which data product, for which purpose, until when. In the shape of OAAS (Bitol, RFC 56: provider,
 * consumer, purpose, status, start, end and reassessment). It is the key itself: access policies ask whether there is one in
 * force (`context has agreement`), and nobody provisions anything.
 */

/** As it is stored. One that was approved is in force until it ends: nobody has to write that it has. */
export type StoredStatus = 'requested' | 'approved' | 'rejected' | 'revoked';
export type AgreementStatus = StoredStatus | 'expired';

export interface Agreement {
  readonly id: number;
  /** Id of the data product. */
  readonly product: string;
  /** Name of its output port; null for all of them. */
  readonly port: string | null;
  /** The domain that provides it: it decides, and what another one provides under the same id is not meant. */
  readonly domain: string;
  readonly consumer: Consumer;
  readonly purpose: string;
  /** What it is asked for, in words. */
  readonly usage: string | null;
  /** Of the contract. */
  readonly roles: readonly string[];
  /** Who has to approve it: all of them. */
  readonly steps: readonly ApprovalStep[];
  readonly status: StoredStatus;
  readonly requestedBy: string;
  /** Moments are ISO 8601, in UTC. */
  readonly requestedAt: string;
  /** Of the last approval. */
  readonly startsAt: string | null;
  readonly endsAt: string;
  /** When whoever approved it looks at it again. */
  readonly reassessAt: string | null;
  /** Who rejected or revoked it. */
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly because: string | null;
}

/** All of a team, or one person. */
export type Consumer = { readonly team: string; readonly user: null } | { readonly team: null; readonly user: string };

/** What has to be approved once, by one of several. */
export interface ApprovalStep {
  readonly level: 'first' | 'second';
  /** Teams, roles or ids of people, as the contract names them; none for the team that owns the product. */
  readonly approvers: readonly string[];
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
}

/** Somebody who was verified. */
export interface Person {
  readonly id: string;
  readonly kind: string;
  readonly team?: string | undefined;
  readonly roles: readonly string[];
}

export const statusOf = ({ status, endsAt }: Pick<Agreement, 'status' | 'endsAt'>, now: string): AgreementStatus =>
  status === 'approved' && endsAt <= now ? 'expired' : status;

export const isConsumer = ({ consumer }: Pick<Agreement, 'consumer'>, { id, team }: Person): boolean =>
  consumer.user === null ? consumer.team === team : consumer.user === id;
