import type { DocumentNode } from 'graphql';
import type { QueryPlan } from '../engine/plan.ts';
import type { Overrides } from '../engine/planner.ts';

/** A library that plans, as planning.ts uses it. */
export interface PlannerLibrary {
  /** Planning ends by itself when the signal is aborted. Otherwise only the end of the process ends it. */
  readonly interruptible: boolean;
  plan(operation: string, overrides: Overrides, signal: AbortSignal): Promise<QueryPlan>;
}

export interface Supergraph {
  readonly sdl: string;
  readonly document: DocumentNode;
}

export type OpenLibrary = (supergraph: Supergraph) => PlannerLibrary;
