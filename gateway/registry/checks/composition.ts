import type { Issue } from '../../../subgraphs/kit/errors/issue.ts';
import { graphChanges } from '../graph-changes.ts';
import { assembleGraph } from '../read-graph.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** In a process of its own, with limits: no schema can stop whoever answers requests. */
export async function checkComposition(candidate: Candidate, standards: Standards, found: FoundOut): Promise<Issue[]> {
  const { composed, issues } = await assembleGraph(candidate.publications, standards);
  // The documents of others have been judged when they were published.
  if (!composed) return issues.filter(({ code }) => code === 'COMPOSITION_FAILED' || code === 'PRODUCT_ID_TAKEN');
  found.supergraphSdl = composed.supergraphSdl;
  found.changes = graphChanges(candidate.supergraphSdl, composed.supergraphSdl);
  return issues.filter(({ code }) => code === 'PRODUCT_ID_TAKEN');
}
