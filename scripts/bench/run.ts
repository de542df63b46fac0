/** The whole run: every target in every scenario, round after round, so that a machine's moods touch all alike. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Measurement, measure, type Refused } from './measure.ts';
import { expectedAnswer } from './mesh/merged.ts';
import { writeMesh } from './mesh-on-disk.ts';
import type { Options } from './options.ts';
import { calibrate, canPin, cores, nextMessage, startOurs, stop } from './processes.ts';
import { reportOf, type Series } from './report.ts';
import { scenario, scenarioNames } from './scenarios.ts';
import type { SubgraphsReady } from './subgraph-server.ts';
import { writeReadme } from './write-readme.ts';

const connections = 50;
const warmUpSeconds = 4;

/** What Weft's own `--workers` sets, and what the others' users can set too. */
const roomyNursery = '--max-semi-space-size=64';

export async function runBench(options: Options): Promise<void> {
  if (canPin) spawnSync('taskset', ['-cp', String(cores.rest), String(process.pid)]);
  else console.error('notice: no taskset or only one core: gateway, load and subgraphs share what there is');
  const dir = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  const subgraphs = startOurs(new URL('./subgraph-server.ts', import.meta.url));
  const load = startOurs(new URL('./load.ts', import.meta.url));
  try {
    const [{ urls }] = await Promise.all([nextMessage<SubgraphsReady>(subgraphs), nextMessage(load)]);
    const answers = join(dir, 'answers.json');
    const requests = scenarioNames.flatMap((name) => scenario(name).requests);
    writeFileSync(answers, JSON.stringify(requests.map((each) => [JSON.stringify(each), expectedAnswer(each)])));
    const bench: Bench = { subgraphs, load, given: { ...writeMesh(dir, urls), answers, urls } };
    const calibrations: number[] = [];
    const report = reportOf(await allSeries(bench, options, calibrations), calibrations, options);
    console.log(options.json ? JSON.stringify(report, null, 2) : report.text);
    if (options.whole) writeReadme(report);
  } finally {
    await Promise.all([stop(subgraphs), stop(load)]);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function allSeries(
  bench: Bench,
  { targets, scenarios, runs, seconds }: Options,
  calibrations: number[],
): Promise<readonly Series[]> {
  const series = scenarios.flatMap((name) =>
    // How much a target owes to the setting is shown for the first scenario only: it takes as long as the rest.
    (name === 'big' ? [roomyNursery, ''] : [roomyNursery]).flatMap((nodeOptions) =>
      targets
        .filter((target) => target.scenarios?.includes(name) ?? true)
        .map((target) => ({ target, scenario: scenario(name), nodeOptions, runs: [] as Measurement[], refused: '' })),
    ),
  );
  for (let round = 1; round <= runs; round++) {
    for (const each of series) {
      if (each.refused) continue;
      const { target, nodeOptions } = each;
      calibrations.push(calibrate());
      const result = await measure(bench, {
        target,
        scenario: each.scenario,
        nodeOptions,
        connections,
        warmUpSeconds,
        seconds,
      });
      if (isRefused(result)) each.refused = result.refused;
      else each.runs.push(result);
      const label = `${round}/${runs}  ${each.scenario.name.padEnd(5)}  ${(nodeOptions ? '' : 'defaults').padEnd(8)}  ${target.name.padEnd(18)}`;
      console.error(isRefused(result) ? `${label}  not measured: ${result.refused}` : `${label}  ${inShort(result)}`);
    }
  }
  return series;
}

const isRefused = (result: Measurement | Refused): result is Refused => 'refused' in result;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const inShort = ({ cpuMs, perSecond, fetches, foreign, otherCore }: Measurement): string =>
  [
    `${cpuMs.toFixed(3).padStart(7)} ms`,
    `${perSecond.toFixed(0).padStart(6)}/s`,
    `${fetches.toFixed(1).padStart(5)} fetches`,
    `(others on its core ${percent(foreign)}, the other core busy ${percent(otherCore)})`,
  ].join('  ');
