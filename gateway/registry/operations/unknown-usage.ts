import { findBreakingChanges } from 'graphql';
import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import type { Schemas } from './replay.ts';

/**
 * One warning where a new graph may break consumers of whom nothing is known: that no recorded operation breaks would else
 * be taken for that nobody sends one.
 * @param since the day, in UTC, from which on operations would count
 */
export function unknownUsage({ before, after }: Schemas, since: string): Issue[] {
  const changes = findBreakingChanges(before, after).map(({ description }) => description.replace(/\.$/, ''));
  // It goes with the last field of its type, which is what was removed.
  const [first, ...others] = changes.filter((change) => !change.startsWith('Standard scalar '));
  if (first === undefined) return [];
  const more = others.length > 0 ? ` (and ${others.length} more of the kind)` : '';
  const message = `${first}${more}, and whom that breaks is not known: no operation has been recorded since ${since}.`;
  return [issue('USAGE_UNKNOWN', message, { severity: 'warning' })];
}
