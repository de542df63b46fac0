/** What planner-queue.ts and its process say to each other. */
import type { GraphFacts, Overrides } from '../engine/planner.ts';
import type { PlanningOptions } from './planning.ts';

/** The first message to the process. */
export interface ProcessData extends Required<PlanningOptions> {
  readonly supergraphSdl: string;
  readonly deadlineMs: number;
}

/** The others, one at a time. */
export interface PlanRequest {
  readonly operation: string;
  readonly overrides: Overrides;
}

/** The first answer is about the start, the others about requests, in order. */
export type ProcessAnswer =
  | { readonly kind: 'ready'; readonly facts: GraphFacts; readonly interruptible: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The plan as JSON: the channel takes longer for objects. */
  | { readonly kind: 'planned'; readonly planText: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly reason: string };
