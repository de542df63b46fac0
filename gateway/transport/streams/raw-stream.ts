/** What the ways to subscribe at a subgraph have in common. */
import type { AddressPolicy } from '../address-ranges.ts';
import type { Clock } from '../clock.ts';
import type { Patience } from '../patience.ts';

export interface RawEvent {
  /** As it was sent: perhaps no GraphQL response at all. */
  readonly body: unknown;
  /** Its text held no backslash. */
  readonly plain: boolean;
}

export interface RawStream {
  /** @throws HttpFailure where the stream breaks, WeftError SUBSCRIPTION_CONSUMER_SLOW. */
  next(): Promise<IteratorResult<RawEvent, undefined>>;
  close(): void;
}

export interface StreamRequest {
  readonly url: string;
  readonly body: string;
  /** The consumer's that may be passed on. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Headers of the gateway's, names and values in turn: others each time that the request is sent. */
  readonly sign: () => readonly string[];
}

/** Times in milliseconds. */
export interface StreamLimits {
  readonly clock: Clock;
  /** Where the connection may lead. */
  readonly addresses: AddressPolicy;
  /** Until the stream has begun. */
  readonly begin: Patience;
  /** A subgraph that sends nothing for so long, no comment and no ping either, is gone. */
  readonly silentMs: number;
  /** For how long a consumer may leave events waiting. */
  readonly slowMs: number;
  readonly largestEventBytes: number;
}

/** @throws HttpFailure. */
export type OpenStream<Opened = RawStream> = (request: StreamRequest, limits: StreamLimits) => Promise<Opened>;
