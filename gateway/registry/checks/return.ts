import { type Issue, isError } from '../../../subgraphs/kit/errors/issue.ts';
import { publishedDomain } from '../published-mesh.ts';
import { assembleGraph } from '../read-graph.ts';
import type { MeshVersion } from '../store/versions.ts';
import type { Standards } from './candidate.ts';
import { outcomeOf, type StepReport, steps } from './check.ts';
import { checkPolicies } from './policies.ts';
import { checkRoutingUrl } from './routing-url.ts';

/** What may be allowed one day, and not the next. */
const judgedToday = { 'routing-url': checkRoutingUrl, policies: checkPolicies } as const;

/**
 * Whether the mesh may be again what it was. That it composes, and to what, is known, unless it was with another catalog than
 * that of this Weft; whether it is still allowed is not.
 */
export async function checkReturn(
  target: MeshVersion,
  standards: Standards,
): Promise<{ readonly steps: readonly StepReport[]; readonly isAccepted: boolean; readonly supergraphSdl: string }> {
  const publications = [...target.published.values()];
  const { composed, issues } = target.isOfThisWeft
    ? { composed: target, issues: [] }
    : await assembleGraph(publications, standards);
  const reports = [reportOf('composition', composed ? [] : issues)];
  for (const [id, judge] of Object.entries(judgedToday)) {
    const found: Issue[] = [];
    for (const publication of publications) {
      const { name } = publication;
      const { domain } = publishedDomain(publication);
      found.push(...(await judge({ name, publication, before: undefined }, standards, { domain })));
    }
    reports.push(reportOf(id, found));
  }
  const isAccepted = !reports.some((report) => report.issues.some(isError));
  return { steps: reports, isAccepted, supergraphSdl: (composed ?? target).supergraphSdl };
}

function reportOf(id: string, issues: readonly Issue[]): StepReport {
  const title = steps.find((step) => step.id === id)?.title ?? id;
  return { id, title, outcome: outcomeOf(issues), issues };
}
