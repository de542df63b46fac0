import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { routingUrlIssues } from '../routing-url.ts';
import type { Candidate, Standards } from './candidate.ts';

export function checkRoutingUrl({ publication }: Pick<Candidate, 'publication'>, { routingUrls }: Standards): Issue[] {
  return publication ? routingUrlIssues(publication.routingUrl, routingUrls) : [];
}
