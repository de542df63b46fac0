import { type Issue, isError } from '../../../subgraphs/kit/errors/issue.ts';
import type { Publication } from '../publication.ts';
import { publishedDomain } from '../published-mesh.ts';
import type { Standards } from './candidate.ts';
import { outcomeOf, type StepReport, steps } from './check.ts';
import { checkPolicies } from './policies.ts';
import { checkRoutingUrl } from './routing-url.ts';

/** What may be allowed one day, and not the next. */
const judgedToday = { 'routing-url': checkRoutingUrl, policies: checkPolicies } as const;

/**
 * Whether the mesh may be again what it was. That it composes, and to what, is known; whether it is still allowed is not.
 */
export async function checkReturn(
  publications: readonly Publication[],
  standards: Standards,
): Promise<{ readonly steps: readonly StepReport[]; readonly isAccepted: boolean }> {
  const reports: StepReport[] = [];
  for (const [id, judge] of Object.entries(judgedToday)) {
    const issues: Issue[] = [];
    for (const publication of publications) {
      const { name } = publication;
      const { domain } = publishedDomain(publication);
      issues.push(...(await judge({ name, publication, before: undefined }, standards, { domain })));
    }
    const title = steps.find((step) => step.id === id)?.title ?? id;
    reports.push({ id, title, outcome: outcomeOf(issues), issues });
  }
  return { steps: reports, isAccepted: !reports.some(({ issues }) => issues.some(isError)) };
}
