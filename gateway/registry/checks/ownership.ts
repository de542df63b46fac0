import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { judgeOwnership } from '../../governance/ownership.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Coordinate by coordinate of the composed graph: whatever changes has to be the publisher's, or be approved by its owner. */
export function checkOwnership({ name, book, isApproved }: Candidate, _: Standards, found: FoundOut): Issue[] {
  const violations = judgeOwnership(found.changes ?? [], name, book).filter(
    ({ changes }) => !changes.every(isApproved),
  );
  found.violations = violations;
  return violations.map((each) => each.issue);
}
