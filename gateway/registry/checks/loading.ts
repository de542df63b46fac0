import { type Issue, issue } from '../../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { openGraph } from '../../engine/open-graph.ts';
import type { Candidate, FoundOut, Standards } from './candidate.ts';

/** What composes may still be refused by an engine, which would keep every gateway from starting. */
export async function checkLoading(_: Candidate, { createPlanner }: Standards, found: FoundOut): Promise<Issue[]> {
  try {
    const { planner, schema } = await openGraph(createPlanner, found.supergraphSdl ?? '');
    found.schema = schema;
    await planner.close();
    return [];
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return [issue(error.code, error.message, { help: error.help })];
  }
}
