/** What is judged before it may become a version of the graph: what one domain publishes, beside all that others have. */
import type { GraphQLSchema } from 'graphql';
import type { Domain } from '../../../subgraphs/kit/contract/model.ts';
import type { CreatePlanner } from '../../engine/planner.ts';
import type { GraphChange } from '../../governance/graph-change.ts';
import type { OwnershipBook, OwnershipViolation } from '../../governance/ownership.ts';
import type { RecordedOperation } from '../operations/recorded-operation.ts';
import type { RecordedDays } from '../operations/unknown-usage.ts';
import type { Publication } from '../publication.ts';
import type { RoutingUrlPolicy } from '../routing-url.ts';
import type { JudgePolicies } from './policies.ts';

export interface Candidate {
  /** The domain that publishes. */
  readonly name: string;
  /** Absent where the domain is to be deleted. */
  readonly publication: Publication | undefined;
  /** What the domain has published before; absent the first time. */
  readonly before: Publication | undefined;
  /** All domains, as the graph would have them. */
  readonly publications: readonly Publication[];
  /** Of the graph that there is; absent for the first. */
  readonly supergraphSdl: string | undefined;
  /** What consumers see of it. */
  readonly schema: () => Promise<GraphQLSchema | undefined>;
  readonly book: OwnershipBook;
  /** Whether the owner of what the domain would change has agreed to just that. */
  readonly isApproved: (violation: OwnershipViolation) => boolean;
  /** What consumers have sent. */
  readonly operations: () => readonly RecordedOperation[];
  /** On how many days that was, and the first of them, in UTC. */
  readonly recordedDays: () => RecordedDays;
}

/** What the registry judges by: the same for all. */
export interface Standards {
  readonly routingUrls: RoutingUrlPolicy;
  readonly judgePolicies: JudgePolicies;
  readonly createPlanner: CreatePlanner;
  /** What the supergraph says of the catalog's address. */
  readonly catalogUrl: string;
  /** Composing may take so long, and so much memory. */
  readonly timeoutMs: number;
  readonly heapLimitMb: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What steps find out on their way, for those that follow. */
export interface FoundOut {
  domain?: Domain | undefined;
  domainBefore?: Domain | undefined;
  supergraphSdl?: string;
  changes?: readonly GraphChange[];
  violations?: readonly OwnershipViolation[];
  /** What would be violations, but its owners have agreed. */
  approved?: readonly OwnershipViolation[];
  /** What consumers would see. */
  schema?: GraphQLSchema;
  /** Versions that contracts and products should have, where theirs are not enough. */
  suggested?: readonly SuggestedVersion[];
}

export interface SuggestedVersion {
  /** Id of a contract or a product. */
  readonly id: string;
  readonly from: string;
  readonly version: string;
}
