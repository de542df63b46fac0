/** A domain's folder, read from disk: its contracts, the graph that they describe, and the domain's own code. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DomainGraph } from './contract/graph.ts';
import { graphOf } from './contract/graph-of.ts';
import type { Issue } from './errors/issue.ts';
import { openFolder, type PipelineFolder } from './pipeline/folder.ts';

export interface DomainFolder extends PipelineFolder {
  readonly graph: DomainGraph;
  /** The domain's `schema.graphql`: what the graph adds that the contracts cannot say; empty where there is none. */
  readonly additions: string;
  readonly issues: readonly Issue[];
}

/** @throws WeftError DOMAIN_UNKNOWN where there is no such folder; what is wrong inside it comes as issues. */
export async function loadDomain(folder: string): Promise<DomainFolder> {
  const opened = await openFolder(folder);
  const { graph, issues } = graphOf(opened.domain);
  const own = opened.files.includes('schema.graphql');
  const additions = own ? await readFile(join(opened.dir, 'schema.graphql'), 'utf8') : '';
  return { ...opened, graph, additions, issues: [...opened.issues, ...issues] };
}
