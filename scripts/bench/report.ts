/** Medians, ratios and the tables. */
import { cpus, totalmem } from 'node:os';
import type { Measurement } from './measure.ts';
import type { Options } from './options.ts';
import { canPin } from './processes.ts';
import { type Scenario, scenario } from './scenarios.ts';
import { baseline, type Target, yardstick } from './targets.ts';

export interface Series {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly nodeOptions: string;
  readonly runs: readonly Measurement[];
  /** Why it was not measured, or nothing. */
  readonly refused: string;
}

export interface Row extends Partial<Measurement> {
  readonly target: string;
  readonly title: string;
  readonly scenario: Scenario['name'];
  readonly nodeOptions: string;
  readonly shares: boolean;
  readonly refused?: string;
  /** The least and the most of `cpuMs`. */
  readonly spread?: readonly [number, number];
  /** How many times the CPU time of this target @apollo/gateway takes, in the same table. */
  readonly fewerThanBaseline?: number;
  /** How many times the CPU time of what was written by hand this target takes. */
  readonly timesYardstick?: number;
}

export interface Report {
  readonly rows: readonly Row[];
  readonly conditions: string;
  /** All tables, in Markdown. */
  readonly text: string;
}

export function reportOf(series: readonly Series[], calibrations: readonly number[], options: Options): Report {
  const rows = withRatios(series.map(rowOf));
  const conditions = conditionsOf(series, calibrations, options);
  const tables = options.scenarios.map((name) => `### ${headline(scenario(name))}\n\n${tableOf(rows, name)}`);
  return { rows, conditions, text: `${tables.join('\n\n')}\n\n${conditions}` };
}

export const headline = ({ what }: Scenario): string => what[0]?.toUpperCase() + what.slice(1);

function rowOf({ target, scenario, nodeOptions, runs, refused }: Series): Row {
  const row = {
    target: target.name,
    title: target.title,
    scenario: scenario.name,
    nodeOptions,
    shares: !!target.shares,
  };
  if (refused || runs.length === 0) return { ...row, refused };
  const of = (name: keyof Measurement): number => median(runs.map((run) => run[name]));
  const cpu = runs.map(({ cpuMs }) => cpuMs);
  return {
    ...row,
    cpuMs: of('cpuMs'),
    spread: [Math.min(...cpu), Math.max(...cpu)],
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    rss: of('rss'),
    fetches: of('fetches'),
    foreign: of('foreign'),
    otherCore: of('otherCore'),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

function withRatios(rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => {
    const beside = (target: string): number | undefined =>
      rows.find(
        (each) => each.target === target && each.scenario === row.scenario && each.nodeOptions === row.nodeOptions,
      )?.cpuMs;
    const base = beside(baseline);
    const hand = beside(yardstick);
    if (row.cpuMs === undefined) return row;
    return {
      ...row,
      ...(base !== undefined && { fewerThanBaseline: base / row.cpuMs }),
      ...(hand !== undefined && { timesYardstick: row.cpuMs / hand }),
    };
  });
}

function tableOf(rows: readonly Row[], name: Scenario['name']): string {
  const here = rows.filter((row) => row.scenario === name && row.nodeOptions !== '');
  const plain = rows.filter((row) => row.scenario === name && row.nodeOptions === '');
  const byHand = here.some(({ timesYardstick }) => timesYardstick !== undefined);
  const heads = [
    '',
    'CPU ms per request',
    'fewer than @apollo/gateway',
    ...(byHand ? ['times by hand'] : []),
    'requests/s',
    'p50 ms',
    'p99 ms',
    'RSS MB',
    'fetches per request',
    ...(plain.length > 0 ? ['CPU ms, Node as it comes'] : []),
  ];
  const measured = here.filter(({ cpuMs }) => cpuMs !== undefined);
  const lines = measured
    .toSorted((a, b) => (a.cpuMs ?? 0) - (b.cpuMs ?? 0))
    .map((row) => {
      const [least = 0, most = 0] = row.spread ?? [];
      const cells = [
        `${row.title}${row.shares ? ' ¹' : ''}`,
        `**${figure(row.cpuMs)}** (${figure(least)}–${figure(most)})`,
        row.fewerThanBaseline === undefined ? '' : `${figure(row.fewerThanBaseline)}×`,
        ...(byHand ? [row.timesYardstick === undefined ? '' : `${figure(row.timesYardstick)}×`] : []),
        figure(row.perSecond),
        figure(row.p50),
        figure(row.p99),
        figure((row.rss ?? 0) / 2 ** 20),
        (row.fetches ?? 0).toFixed(1),
        ...(plain.length > 0 ? [figure(plain.find(({ target }) => target === row.target)?.cpuMs)] : []),
      ];
      return `| ${cells.join(' | ')} |`;
    });
  const refused = here
    .filter((row) => row.refused)
    .map((row) => `- Not measured: ${row.title}: ${quoted(row.refused)}`);
  const table = [
    `| ${heads.join(' | ')} |`,
    `|${heads.map((_, at) => (at === 0 ? '---' : '--:')).join('|')}|`,
    ...lines,
  ];
  return `${table.join('\n')}${refused.length > 0 ? `\n\n${refused.join('\n')}` : ''}`;
}

const quoted = (text = ''): string => text.replaceAll(/[<>|`]/g, ' ');

/** Three digits that mean something. */
function figure(value: number | undefined): string {
  if (value === undefined) return '';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

function conditionsOf(series: readonly Series[], calibrations: readonly number[], options: Options): string {
  const runs = series.flatMap((each) => each.runs);
  const disturbed = runs.filter(({ foreign }) => foreign > 0.05).length;
  const [least, middle, most] = [Math.min(...calibrations), median(calibrations), Math.max(...calibrations)];
  const machine = `${cpus()[0]?.model ?? 'an unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}, Node ${process.version}:`,
    `${options.runs === 1 ? 'one run' : `medians of ${options.runs} runs`} of ${options.seconds} s each, a fresh process for every run.`,
    canPin ? 'The gateway had a core to itself.' : 'Processes could not be pinned to cores.',
    `The same piece of work took ${least.toFixed(0)} to ${most.toFixed(0)} ms of CPU time before the runs (median ${middle.toFixed(0)}):`,
    'that is how much the machine itself varied.',
    `In ${disturbed} of ${runs.length} runs other programs used more than 5 % of the gateway's core.`,
  ].join(' ');
}
