import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { driftIssues } from '../contract-drift.ts';
import { schemaFileOf } from '../published-mesh.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

export function checkDrift({ name, publication }: Candidate, _: Standards, { domain }: FoundOut): Issue[] {
  return publication && domain ? driftIssues(domain, publication.sdl, schemaFileOf(name)) : [];
}
