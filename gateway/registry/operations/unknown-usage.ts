import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { anyOperation } from './any-operation.ts';
import { checkOperations } from './check-operations.ts';
import type { Schemas } from './replay.ts';

export interface RecordedDays {
  readonly days: number;
  /** In UTC; null where there is none. */
  readonly first: string | null;
}

/** Most of what is sent at all comes again within a week. Until then, that no operation breaks says little. */
export const tellingDays = 7;

/**
 * One warning where a new graph would break what somebody may send, of whom nothing is known: that no recorded operation
 * breaks would else be taken for that nobody sends one.
 * @param since the day, in UTC, from which on operations would count
 */
export function unknownUsage({ before, after }: Schemas, { days, first }: RecordedDays, since: string): Issue[] {
  if (days >= tellingDays) return [];
  const { broken } = checkOperations({ before, after, operations: [anyOperation(before)] });
  const [finding, ...others] = broken.flatMap(({ findings }) => findings);
  if (!finding) return [];
  const more = others.length > 0 ? ` (and ${others.length} more of the kind)` : '';
  const recorded =
    first === null
      ? `no operation has been recorded since ${since}`
      : `operations have been recorded on ${days} ${days === 1 ? 'day' : 'days'} only, since ${first}`;
  const message = `${finding.coordinate} ${finding.change}${more}, and whom that breaks is not known: ${recorded}.`;
  return [issue('USAGE_UNKNOWN', message, { severity: 'warning' })];
}
