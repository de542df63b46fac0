/** A publication against the policies of the mesh: what breaks them, and what may do so for a while. */
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import type { Finding, Policy, PolicySubject } from './policies/policy.ts';
import type { Waiver } from './waivers.ts';

export interface Verdict {
  /** What breaks a policy, what could not be judged, and waivers whose time is over. */
  readonly issues: readonly Issue[];
  /** What would break a policy, but is waived: warnings, to be shown and never to fail. */
  readonly waived: readonly { readonly issue: Issue; readonly waiver: Waiver }[];
}

/** @param today as `2026-11-23`: a waiver counts to the end of its last day. */
export function judge(
  subject: PolicySubject,
  policies: readonly Policy[],
  waivers: readonly Waiver[],
  today: string,
): Verdict {
  const issues: Issue[] = [];
  const waived: Verdict['waived'][number][] = [];
  const expired = new Set<Waiver>();
  for (const policy of policies) {
    for (const finding of findingsOf(policy, subject, issues)) {
      const granted = waivers.filter((waiver) => isOf(waiver, policy, finding));
      const waiver = granted.find((each) => each.expires >= today);
      if (waiver) waived.push({ issue: waivedIssue(policy, finding, waiver), waiver });
      else issues.push(issueOf(policy, finding));
      if (!waiver) for (const each of granted) expired.add(each);
    }
  }
  return { issues: [...issues, ...[...expired].map(expiredIssue)], waived };
}

/** Of one that throws, none: half of what it has to say would look like all of it. */
function findingsOf(policy: Policy, subject: PolicySubject, issues: Issue[]): readonly Finding[] {
  try {
    return [...policy.check(subject)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    issues.push(issue('POLICY_FAILED', `${policy.id}: could not judge ${subject.publisher}: ${reason}`));
    return [];
  }
}

/** Exactly what the finding is about: no waiver covers what nobody thought of. */
function isOf(waiver: Waiver, policy: Policy, finding: Finding): boolean {
  if (waiver.policy !== policy.id) return false;
  if (finding.coordinate !== undefined) return waiver.coordinate === finding.coordinate;
  return finding.product !== undefined && waiver.product === finding.product;
}

function issueOf({ id, severity, why }: Policy, { message, coordinate, place, help }: Finding): Issue {
  return issue('POLICY_VIOLATION', `${id}: ${message}`, {
    severity,
    place,
    coordinate,
    ...(help !== undefined && { help: `${help} ${why}` }),
  });
}

function waivedIssue(policy: Policy, finding: Finding, { owner, reason, expires }: Waiver): Issue {
  return {
    ...issueOf(policy, finding),
    severity: 'warning',
    help: `Waived by ${owner} until ${expires}: ${reason}`,
  };
}

function expiredIssue({ policy, coordinate, product, owner, expires, place }: Waiver): Issue {
  const message = `The waiver of ${policy} for ${coordinate ?? product} by ${owner} ended on ${expires}.`;
  return issue('POLICY_WAIVER_EXPIRED', message, { severity: 'warning', place, coordinate });
}
