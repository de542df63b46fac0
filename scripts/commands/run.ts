import type { RunRecord } from '../../subgraphs/kit/contract/observation.ts';
import { isError } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { runDomain } from '../../subgraphs/kit/pipeline/run-domain.ts';
import type { Progress } from '../../subgraphs/kit/pipeline/run-object.ts';
import { type Asker, askGateway } from '../ask-gateway.ts';
import { refreshGenerated } from '../generated-files.ts';
import { type LocalDomain, openMesh } from '../mesh-folder.ts';
import { guardPipelines } from '../pipeline-guard.ts';
import { progressLine } from '../progress.ts';
import { fixOf, sayQuarantine, sayRuns } from '../run-report.ts';
import { untilStopped } from '../stop-signal.ts';
import { readTarget } from '../targets.ts';
import { done, printJson, say, shownPath, wrongInput } from '../terminal.ts';

export interface RunOptions extends Asker {
  readonly gateway: string;
  readonly supergraph?: string;
  readonly json?: true;
}

/** `weft run <domain>[.<object>]…`: one after the other; exit code 1 if a run did not complete. Ctrl-C aborts the run. */
export async function run(texts: readonly string[], options: RunOptions): Promise<number> {
  const mesh = openMesh(options.supergraph);
  const targets = texts.flatMap((text) => readTarget(mesh, text));
  const { stale, issues } = await refreshGenerated(mesh, [...new Set(targets.map(({ domain }) => domain))], true);
  for (const file of stale) say(`wrote ${shownPath(file)}`);
  const errors = issues.filter(isError); // Warnings are for `weft lint`.
  if (errors.length) throw new WeftError('DOMAIN_INVALID', 'Nothing was run.', { issues: errors });

  const abort = new AbortController();
  void untilStopped().then(() => abort.abort());
  const guard = guardPipelines(options.json === true);
  const finished: { readonly domain: LocalDomain; readonly records: readonly RunRecord[] }[] = [];
  try {
    for (const { domain, object } of targets) {
      if (abort.signal.aborted) break;
      const progress = progressLine();
      const rate = rateOf();
      const records = await runDomain(domain.dir, {
        dataDir: mesh.dataDir,
        ...(object !== undefined && { object }),
        query: (operation, variables) => askGateway(options.gateway, '/graphql', operation, variables, options),
        onProgress: (at) => {
          guard.watch(`${domain.name}.${at.object}`, at.state);
          progress.show(`${describe(at)}, ${count(rate(at))} rows/s`);
        },
        signal: abort.signal,
      }).finally(progress.clear);
      finished.push({ domain, records });
    }
  } finally {
    guard.release();
    // Also when a later one could not begin: what was loaded is loaded.
    sayRuns(finished.flatMap(({ records }) => records));
    for (const { domain, records } of finished) sayQuarantine(mesh, domain, records);
  }
  const records = finished.flatMap((each) => each.records);
  if (options.json) printJson({ runs: records.map(withHelp) });
  return records.every(({ state }) => state === 'COMPLETE') ? done : wrongInput;
}

const withHelp = ({ error, ...record }: RunRecord) => ({
  ...record,
  error: error && { ...error, help: fixOf(error.code) },
});

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
