/**
 * The mesh from another gateway's registry: this one answers from whatever is current there, and from what it was last while
 * the registry is away, even from its start on. What its consumers send is recorded there.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Issue, issue } from '../subgraphs/kit/errors/issue.ts';
import type { Log } from './engine/log.ts';
import type { MeshSource } from './mesh-source.ts';
import { type Artefact, publicationsOf } from './registry/delivery/artefact.ts';
import { followArtefacts } from './registry/delivery/follow.ts';
import { openLastGood } from './registry/delivery/last-good.ts';
import { createUsageReports } from './registry/delivery/report-usage.ts';
import { publishedMesh } from './registry/published-mesh.ts';
import { assembleGraph, type ReadGraph, type ReadGraphOptions } from './registry/read-graph.ts';

export interface RemoteSourceOptions extends ReadGraphOptions {
  /** Of the gateway with the registry. */
  readonly url: string;
  readonly token?: string | undefined;
  /** Where the last good graph is kept. */
  readonly lastGoodFile: string;
  readonly log: Log;
  /** How long it waits for its first graph. */
  readonly firstMs?: number;
}

/** Where there is no graph yet, neither there nor on disk, it is read as one that does not compose, with the reason. */
export async function remoteAsSource(options: RemoteSourceOptions): Promise<MeshSource> {
  const { token, lastGoodFile, log, firstMs = 10_000, ...reading } = options;
  const url = options.url.replace(/\/+$/, '');
  mkdirSync(dirname(lastGoodFile), { recursive: true });
  const lastGood = openLastGood(lastGoodFile, log);
  let current: Artefact | undefined = await lastGood.read();
  let takeUp = async (): Promise<readonly Issue[]> => [];
  const ended = new AbortController();
  let arrived = (): void => {};
  const firstArrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const following = followArtefacts({
    url: `${url}/artifacts/v1/weft`,
    ...(token && { token }),
    known: current,
    log,
    signal: ended.signal,
    async onArtefact(artefact) {
      const before = current;
      current = artefact;
      arrived();
      const refused = await takeUp();
      if (refused.length > 0) {
        current = before;
        throw new Error(refused.map(({ message }) => message).join(' '));
      }
      await lastGood.keep(artefact);
    },
  });
  if (!current) {
    const late = setTimeout(arrived, firstMs);
    await firstArrival;
    clearTimeout(late);
  }
  const reports = createUsageReports({ url, token });
  return {
    addUsage: reports.report,
    async read(signal) {
      if (!current) return nothing(url);
      const { supergraphSdl } = current;
      return assembleGraph(publicationsOf(current), { ...reading, supergraphSdl, ...(signal && { signal }) });
    },
    follow(onChange) {
      takeUp = async () => {
        const { changed, issues } = await onChange();
        return changed ? [] : issues.filter(({ code }) => code !== 'GRAPH_OUTDATED');
      };
    },
    async close() {
      ended.abort();
      await following;
      await reports.close();
    },
  };
}

function nothing(url: string): ReadGraph {
  const { mesh } = publishedMesh([]);
  const found = issue('REGISTRY_UNREACHABLE', `The registry at ${url} has not given a graph yet, and none is on disk.`);
  return { mesh: { ...mesh, complete: false }, issues: [found], digest: '' };
}
