import type { RunRecord } from '../../subgraphs/kit/contract/observation.ts';
import { isError } from '../../subgraphs/kit/errors/issue.ts';
import { runDomain } from '../../subgraphs/kit/pipeline/run-domain.ts';
import type { Progress } from '../../subgraphs/kit/pipeline/run-object.ts';
import { askGateway } from '../ask-gateway.ts';
import { refreshGenerated } from '../generated-files.ts';
import { chooseDomains, type LocalDomain, type MeshFolder, openMesh } from '../mesh-folder.ts';
import { progressLine } from '../progress.ts';
import { sayQuarantine, sayRuns } from '../run-report.ts';
import { untilStopped } from '../stop-signal.ts';
import { done, printJson, say, sayIssues, shownPath, wrongInput } from '../terminal.ts';

export interface RunOptions {
  readonly gateway: string;
  readonly supergraph?: string;
  readonly json?: true;
}

interface Target {
  readonly domain: LocalDomain;
  readonly object: string | undefined;
}

/** `weft run <domain>[.<object>]…`: one after the other; exit code 1 if a run did not complete. Ctrl-C aborts the run. */
export async function run(texts: readonly string[], options: RunOptions): Promise<number> {
  const mesh = openMesh(options.supergraph);
  const targets = texts.flatMap((text) => readTarget(mesh, text));
  const { stale, issues } = await refreshGenerated(mesh, [...new Set(targets.map(({ domain }) => domain))], true);
  for (const file of stale) say(`wrote ${shownPath(file)}`);
  const errors = issues.filter(isError); // Warnings are for `weft lint`.
  sayIssues(errors);
  if (errors.length) return wrongInput;

  const abort = new AbortController();
  void untilStopped().then(() => abort.abort());
  const finished: { readonly dir: string; readonly records: readonly RunRecord[] }[] = [];
  try {
    for (const { domain, object } of targets) {
      if (abort.signal.aborted) break;
      const progress = progressLine();
      const rate = rateOf();
      const records = await runDomain(domain.dir, {
        dataDir: mesh.dataDir,
        ...(object !== undefined && { object }),
        query: (operation, variables) => askGateway(options.gateway, '/graphql', operation, variables),
        onProgress: (at) => progress.show(`${describe(at)}, ${count(rate(at))} rows/s`),
        signal: abort.signal,
      }).finally(progress.clear);
      finished.push({ dir: domain.dir, records });
    }
  } finally {
    // Also when a later one could not begin: what was loaded is loaded.
    sayRuns(finished.flatMap(({ records }) => records));
    for (const { dir, records } of finished) sayQuarantine(dir, mesh.dataDir, records);
  }
  const records = finished.flatMap((each) => each.records);
  if (options.json) printJson({ runs: records });
  return records.every(({ state }) => state === 'COMPLETE') ? done : wrongInput;
}

/** `domain` or `domain.object`: a domain's name has no dot, an object's may. */
function readTarget(mesh: MeshFolder, text: string): Target[] {
  const dot = text.indexOf('.');
  const [name, object] = dot === -1 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
  return chooseDomains(mesh, [name]).map((domain) => ({ domain, object }));
}

const describe = ({ object, rowsIn, rowsOut, rowsQuarantined }: Progress): string =>
  `${object}  ${count(rowsIn)} rows in, ${count(rowsOut)} out, ${count(rowsQuarantined)} quarantined`;

/** Rows per second since the object's first row. */
function rateOf(): (progress: Progress) => number {
  let object = '';
  let startedAt = 0;
  return (progress) => {
    if (progress.object !== object) {
      object = progress.object;
      startedAt = Date.now();
    }
    return (progress.rowsIn * 1000) / Math.max(1, Date.now() - startedAt);
  };
}

const count = (number: number): string => Math.round(number).toLocaleString('en');
