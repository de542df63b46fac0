/**
 * Whether something may become part of the graph. The steps, in this order, are the law; each is a file of this folder. What
 * cannot be judged, since an earlier step failed, is said to be skipped, and never passes for that.
 */
import { type Issue, isError } from '../../../subgraphs/kit/errors/issue.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';
import { checkComposition } from './composition.ts';
import { checkContractVersions } from './contract-versions.ts';
import { checkDocuments } from './documents.ts';
import { checkDrift } from './drift.ts';
import { checkLoading } from './loading.ts';
import { checkRecordedOperations } from './operations.ts';
import { checkOwnership } from './ownership.ts';
import { checkPolicies } from './policies.ts';
import { checkRoutingUrl } from './routing-url.ts';
import { checkSecondOpinion } from './second-opinion.ts';

export interface Step {
  readonly id: string;
  readonly title: string;
  /** A step that must not have failed for this one to make sense. */
  readonly after?: string;
  /** @param found what earlier steps found out, and where this one leaves what it does. */
  check(candidate: Candidate, standards: Standards, found: FoundOut): Promise<readonly Issue[]> | readonly Issue[];
}

export const steps: readonly Step[] = [
  { id: 'documents', title: 'Contracts, products and schema can be read', check: checkDocuments },
  { id: 'routing-url', title: 'Requests may be sent to its address', check: checkRoutingUrl },
  { id: 'drift', title: 'The schema is what the contracts say', after: 'documents', check: checkDrift },
  { id: 'versions', title: 'Versions say how much has changed', after: 'documents', check: checkContractVersions },
  { id: 'composition', title: 'All domains compose to one graph', after: 'documents', check: checkComposition },
  { id: 'ownership', title: 'Nothing of another domain changes', after: 'composition', check: checkOwnership },
  { id: 'policies', title: 'The policies of the mesh hold', after: 'composition', check: checkPolicies },
  { id: 'loading', title: 'A gateway can answer from the graph', after: 'composition', check: checkLoading },
  { id: 'operations', title: 'What consumers send still works', after: 'loading', check: checkRecordedOperations },
  // The last, since it takes long.
  { id: 'second-opinion', title: 'Another composer agrees', after: 'operations', check: checkSecondOpinion },
];

export type Outcome = 'PASSED' | 'WARNING' | 'FAILED' | 'SKIPPED';

export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly issues: readonly Issue[];
}

export interface Checked {
  readonly steps: readonly StepReport[];
  readonly isAccepted: boolean;
  readonly found: Readonly<FoundOut>;
}

export async function check(candidate: Candidate, standards: Standards): Promise<Checked> {
  const found: FoundOut = {};
  const reports: StepReport[] = [];
  const failed = new Set<string>();
  for (const step of steps) {
    const { id, title, after } = step;
    const isSkipped = after !== undefined && failed.has(after);
    const issues = isSkipped ? [] : await step.check(candidate, standards, found);
    const outcome = isSkipped ? 'SKIPPED' : outcomeOf(issues);
    if (outcome === 'FAILED' || outcome === 'SKIPPED') failed.add(id);
    reports.push({ id, title, outcome, issues });
  }
  return { steps: reports, isAccepted: failed.size === 0, found };
}

export function outcomeOf(issues: readonly Issue[]): Outcome {
  if (issues.some(isError)) return 'FAILED';
  return issues.length > 0 ? 'WARNING' : 'PASSED';
}
