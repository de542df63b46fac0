/** Who answers for the data, whom to ask, and who may read. */
import type { Contract, SupportChannel, Team } from '../model.ts';
import { type At, addChange, type Comparison } from './comparison.ts';
import { cosmetic, dangerous } from './difference.ts';
import { compareFields } from './fields.ts';
import { compareLists } from './lists.ts';
import { memberRules, roleRules, supportRules, teamRules } from './rules.ts';
import { fingerprint } from './same.ts';

export function compareTeams(comparison: Comparison, at: At, before: Team | undefined, after: Team | undefined): void {
  if (!before || !after) {
    addChange(comparison, at, 'team', [before, after], dangerous);
    return;
  }
  const team = { ...at, section: 'team', path: `${at.path}/team`, name: 'team' };
  compareFields(comparison, team, [before, after], teamRules);
  compareLists(comparison, team, before.members, after.members, {
    field: 'members',
    noun: 'member',
    identities: [fingerprint, ({ username }) => username],
    selector: ({ username }) => `username=${username}`,
    added: cosmetic,
    removed: cosmetic,
    each: (here, pair) => compareFields(comparison, here, pair, memberRules),
  });
}

export function compareSupport(
  comparison: Comparison,
  at: At,
  before: readonly SupportChannel[],
  after: readonly SupportChannel[],
): void {
  compareLists(comparison, at, before, after, {
    field: 'support',
    noun: 'support channel',
    identities: [fingerprint, ({ channel }) => channel],
    selector: ({ channel }) => `channel=${channel}`,
    added: cosmetic,
    removed: cosmetic,
    each: (here, pair) => compareFields(comparison, here, pair, supportRules),
  });
}

export function compareRoles(
  comparison: Comparison,
  at: At,
  before: Contract['roles'],
  after: Contract['roles'],
): void {
  compareLists(comparison, at, before, after, {
    field: 'roles',
    noun: 'role',
    identities: [fingerprint, ({ role }) => role],
    selector: ({ role }) => `role=${role}`,
    added: cosmetic,
    removed: dangerous,
    each: (here, pair) => compareFields(comparison, here, pair, roleRules),
  });
}
