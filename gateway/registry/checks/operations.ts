import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { ownerOf } from '../../governance/ownership.ts';
import { checkOperations } from '../operations/check-operations.ts';
import { dangerIssues, operationIssues } from '../operations/operation-issues.ts';
import { unknownUsage } from '../operations/unknown-usage.ts';
import { countedDays, dayBefore } from '../store/usage-days.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/**
 * What consumers have sent, replayed against the new graph: exactly what no longer works is listed, with who sends it. Where
 * too little has been recorded to find anything, that is said.
 */
export async function checkRecordedOperations(
  { book, operations, recordedDays, schema }: Candidate,
  { now }: Standards,
  found: FoundOut,
): Promise<Issue[]> {
  const [before, after] = [await schema(), found.schema];
  if (!before || !after) return [];
  const { broken, endangered } = checkOperations({ before, after, operations: operations() });
  const unknown =
    broken.length > 0 ? [] : unknownUsage({ before, after }, recordedDays(), dayBefore(now(), countedDays));
  const teamOf = (coordinate: string): string | undefined => {
    const owner = ownerOf(coordinate, book);
    return owner === undefined ? undefined : book.teamOf(owner);
  };
  const options = { ownerOf: teamOf, now: now() };
  return [...operationIssues(broken, options), ...dangerIssues(endangered, options), ...unknown];
}
