/** Who has to approve access, as the roles of a contract say it (ODCS, "Roles"); the team that owns the product, where they do not. */
import type { ContractRole } from '../../../subgraphs/kit/contract/model.ts';
import type { Agreement, ApprovalStep, Person } from './agreement.ts';

/** @param roles those that are asked for */
export function approvalSteps(roles: readonly ContractRole[]): ApprovalStep[] {
  const first = roles.map(({ firstLevelApprovers }) => names(firstLevelApprovers));
  const second = roles.map(({ secondLevelApprovers }) => names(secondLevelApprovers));
  return [
    ...distinct(first.length > 0 ? first : [[]]).map((approvers) => step('first', approvers)),
    ...distinct(second.filter((approvers) => approvers.length > 0)).map((approvers) => step('second', approvers)),
  ];
}

/** Whoever asks: somebody who was verified, or a token of the registry. */
export interface Decider {
  /** For the audit log. */
  readonly actor: string;
  readonly person?: Person | undefined;
  /** Of a token: it is for the domain that provides the product, or for the mesh as a whole. */
  readonly token?: 'domain' | 'mesh' | undefined;
}

export type Standing =
  | { readonly may: true }
  /** @param approvers whom the step waits for */
  | { readonly may: false; readonly why: string };

/** Whether it may approve a step. Two levels are two people, and nobody approves what they have asked for. */
export function standingOf(decider: Decider, agreement: Agreement, step: ApprovalStep, team: string): Standing {
  if (!isApprover(decider, step, team)) return { may: false, why: `${approversOf(step, team)} approves it.` };
  if (agreement.requestedBy === decider.actor) {
    return { may: false, why: 'Who has asked for access does not approve it, too.' };
  }
  const other = agreement.steps.find(({ level, approvedBy }) => level !== step.level && approvedBy === decider.actor);
  return other
    ? { may: false, why: `The contract asks for two approvers, and ${decider.actor} is one.` }
    : { may: true };
}

export function isApprover({ person, token }: Decider, { level, approvers }: ApprovalStep, team: string): boolean {
  if (token !== undefined) return token === 'mesh' || level === 'first';
  if (!person || person.kind === 'anonymous') return false;
  if (approvers.length === 0) return person.team === team;
  const said = new Set([person.id, person.team, ...person.roles].map((name) => name?.toLowerCase()));
  return approvers.some((name) => said.has(name.toLowerCase()));
}

/** @param team that owns the product */
export const approversOf = ({ approvers }: Pick<ApprovalStep, 'approvers'>, team: string): string =>
  approvers.length > 0 ? approvers.join(' or ') : team;

const step = (level: ApprovalStep['level'], approvers: readonly string[]): ApprovalStep => ({
  ...{ level, approvers, approvedBy: null, approvedAt: null },
});

const names = (text = ''): string[] => text.split(/[,;]/).flatMap((name) => name.trim() || []);

function distinct(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(lists.map((list) => [[...list].sort().join('\n').toLowerCase(), list])).values()];
}
