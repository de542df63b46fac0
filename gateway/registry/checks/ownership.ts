import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { typeIn } from '../../governance/graph-change.ts';
import { isRootType, judgeOwnership, ownerOf } from '../../governance/ownership.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** Coordinate by coordinate of the composed graph: whatever changes has to be the publisher's, or be approved by its owner. */
export function checkOwnership(
  { name, publication, book, isApproved }: Candidate,
  _: Standards,
  found: FoundOut,
): Issue[] {
  const changes = found.changes?.filter(
    ({ coordinate }) => !isOfPlatformOnly(coordinate, publication?.sdl ?? '', book),
  );
  const judged = judgeOwnership(changes ?? [], name, book);
  found.approved = judged.filter(isApproved);
  found.violations = judged.filter((each) => !isApproved(each));
  return found.violations.map((each) => each.issue);
}

/** A newer Weft may have another catalog than the graph was composed with: nobody's doing who does not speak of its types. */
function isOfPlatformOnly(coordinate: string, sdl: string, book: Candidate['book']): boolean {
  const type = typeIn(coordinate);
  return ownerOf(coordinate, book) === book.platform && !isRootType(type) && !new RegExp(`\\b${type}\\b`).test(sdl);
}
