/** What other access policies would change of what has been asked lately: asked page by page, and judged by the registry. */
import { isError } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { AccessPolicies } from '../governance/access/read-access-policies.ts';
import type { AskedOperation, AskedOperations } from '../registry/operations/asked-operation.ts';
import type { ChangedOutcome } from '../registry/operations/changed-outcomes.ts';
import type { PublishedFile } from '../registry/publication.ts';
import type { Registry } from '../registry/registry.ts';
import { countedDays } from '../registry/store/usage-days.ts';
import { issueView } from './registry-views.ts';

export interface WhatIf {
  /** In force; absent where everybody may read everything. */
  readonly policies: AccessPolicies | undefined;
  /** Attributes of principals that policies may look at. */
  readonly attributes: readonly string[];
  /** Whether the gateway can tell subgraphs which rows to show. */
  readonly isSigned: boolean;
  /** Absent where nobody writes down who asks what. */
  readonly asked: AskedOperations | undefined;
}

/** What is kept of all changes meanwhile. */
export const mostChanges = 10_000;

/** @throws WeftError READS_NOT_RECORDED */
export async function policyDryRun(
  registry: Registry,
  { policies: before, attributes, isSigned, asked }: WhatIf,
  files: readonly PublishedFile[],
  { most, now }: { readonly most: number; readonly now: number },
) {
  if (!asked) throw new WeftError('READS_NOT_RECORDED', 'This gateway does not record who asks what.');
  const since = new Date(now - countedDays * 24 * 3_600_000).toISOString();
  const sums = { operations: 0, requests: 0, changed: 0, changedRequests: 0, outdated: 0 };
  const changes: ChangedOutcome[] = [];
  const judge = async (page: readonly AskedOperation[]) => {
    const judged = await registry.dryRunPolicies({ before, files, attributes, isSigned, asked: page });
    sums.operations += page.length - judged.outdated;
    sums.requests += requestsOf(page);
    sums.outdated += judged.outdated;
    sums.changed += judged.changed.length;
    sums.changedRequests += requestsOf(judged.changed.map((each) => each.asked));
    changes.push(...judged.changed.slice(0, mostChanges - changes.length));
    return judged.issues;
  };
  // Also where nothing has been asked, what is wrong with the policies is said.
  let issues = await judge([]);
  if (!issues.some(isError)) {
    for await (const page of asked(since)) {
      issues = await judge(page);
      if (issues.some(isError)) break;
    }
  }
  changes.sort((one, other) => other.asked.requests - one.asked.requests);
  return { ...sums, since, issues: issues.map(issueView), changes: changes.slice(0, most).map(changeView) };
}

const requestsOf = (asked: readonly AskedOperation[]): number => asked.reduce((sum, { requests }) => sum + requests, 0);

function changeView({ asked, agreements, fields }: ChangedOutcome) {
  const { operation, client, principal, purpose, requests, lastSeen } = asked;
  const { id, kind, teams, roles } = principal;
  return {
    ...{ hash: operation.hash, name: operation.name, client, principal: { id, kind, teams, roles }, purpose },
    ...{ agreements, requests, lastSeen, fields },
  };
}
