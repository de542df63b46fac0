/** What is asked for when the mesh is to change, and what comes of it. */
import type { Checked, StepReport } from './checks/check.ts';
import type { VersionRecord } from './store/versions.ts';

/** Who does something, and where it comes from. */
export interface Actor {
  /** For the audit log: the name of a token, or of who started the process. */
  readonly actor: string;
  /** Who built it, from which commit, as CI says it. */
  readonly origin?: Readonly<Record<string, string>>;
}

export interface ChangeOptions extends Actor {
  /** The version of the graph that has to be current still; whichever is, where absent. */
  readonly base?: number | undefined;
}

export interface PublishOptions extends ChangeOptions {
  /** Asks the owners of what they would have to approve. */
  readonly requestsApproval?: boolean;
}

export interface CheckReport {
  /** Absent where the mesh as a whole would change. */
  readonly domain: string | undefined;
  readonly steps: readonly StepReport[];
  readonly isAccepted: boolean;
  /** The version of the graph that it was checked against. */
  readonly base: number | undefined;
  /** Coordinates of the graph that change, sorted. */
  readonly changed: readonly string[];
  /** Versions that contracts and products should have. */
  readonly suggested: NonNullable<Checked['found']['suggested']>;
}

export interface PublishResult extends CheckReport {
  readonly outcome: 'PUBLISHED' | 'UNCHANGED' | 'REFUSED';
  /** What is current afterwards. */
  readonly version: VersionRecord | undefined;
}
