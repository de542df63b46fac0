import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { judgeOwnership } from '../../governance/ownership.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Coordinate by coordinate of the composed graph: whatever changes has to be the publisher's, or be approved by its owner. */
export function checkOwnership({ name, book, isApproved }: Candidate, _: Standards, found: FoundOut): Issue[] {
  const judged = judgeOwnership(found.changes ?? [], name, book);
  found.approved = judged.filter(isApproved);
  found.violations = judged.filter((each) => !isApproved(each));
  return found.violations.map((each) => each.issue);
}
