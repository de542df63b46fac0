import { parse } from 'graphql';
import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import type { PolicySubject } from '../../governance/policies/policy.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** All policies of the mesh, and the waivers that are in force. */
export type JudgePolicies = (subject: PolicySubject) => Promise<readonly Issue[]>;

export async function checkPolicies(
  { name, publication, before }: Pick<Candidate, 'name' | 'publication' | 'before'>,
  { judgePolicies }: Standards,
  { domain, domainBefore, changes = [] }: FoundOut,
): Promise<readonly Issue[]> {
  return judgePolicies({
    publisher: name,
    domain,
    document: parse(publication?.sdl || nothing),
    before: before && { document: parse(before.sdl), domain: domainBefore },
    changes,
  });
}

/** Of a domain that is deleted. */
const nothing = 'type Query';
