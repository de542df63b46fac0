/**
 * `npm run fuzz`: random schemas × random operations, engines against the monolith (test/fuzz). Exit codes: 0 no
 * difference, 1 an engine of ours differs, 2 wrong usage.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { engines } from '../test/fuzz/engines.ts';
import { findingText } from '../test/fuzz/finding-text.ts';
import { type FuzzReport, fuzz } from '../test/fuzz/fuzz.ts';
import { progressLine } from './progress.ts';
import { done, plural, print, printJson, say, wrongInput } from './terminal.ts';

interface Options {
  readonly pairs: number;
  readonly seed: number;
  readonly engine?: string[];
  readonly pair?: { readonly seed: number; readonly number: number };
  readonly findings: number;
  readonly json?: boolean;
}

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
};
const seedAndNumber = (text: string): Options['pair'] => {
  const [, seed, number] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (!seed || !number) throw new InvalidArgumentError('<seed>:<number>, as a finding says it');
  return { seed: Number(seed), number: Number(number) };
};

const options = new Command('fuzz')
  .description('Hold engines against one GraphQL server over the same data, with random schemas and operations.')
  .addOption(new Option('--pairs <count>', 'pairs of schema and operation').argParser(whole).default(50_000))
  .addOption(
    new Option('--seed <seed>', 'what decides all of them')
      .argParser(whole)
      .default(Math.floor(Math.random() * 1e9), 'random'),
  )
  .addOption(new Option('--engine <name...>', 'only these').choices(engines.map(({ name }) => name)))
  .addOption(new Option('--pair <seed:number>', 'only this one').argParser(seedAndNumber))
  .addOption(
    new Option('--findings <count>', 'how many kinds of difference to show in full').argParser(whole).default(10),
  )
  .option('--json', 'print the report as JSON')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const stop = new AbortController();
process.once('SIGINT', () => stop.abort()); // A second Ctrl-C ends the process at once.
process.once('SIGTERM', () => stop.abort());
process.removeAllListeners('warning'); // Engines warn of each operation that fails: the report says so.

const line = progressLine();
const started = performance.now();
const seed = options.pair?.seed ?? options.seed;
const from = options.pair?.number ?? 0;
const to = options.pair ? from + 1 : options.pairs;
say(`seed ${seed}`);
const report = await fuzz({
  ...{ seed, from, to },
  engines: engines.filter(({ name }) => options.engine?.includes(name) ?? true),
  shrink: { findings: options.findings, ms: 30_000 },
  signal: stop.signal,
  onProgress: (sofar) => line.show(progress(sofar, to - from)),
});
line.clear();
if (options.json) printJson({ seed, ...report });
else print(textOf(report));
const differing = engines.filter(({ name, isOurs }) => isOurs && (report.engines[name]?.differences ?? 0) > 0);
process.exitCode = differing.length > 0 ? wrongInput : done;

function progress({ pairs, engines: found }: FuzzReport, all: number): string {
  const counts = Object.entries(found).map(([name, { differences }]) => `${name} ${differences}`);
  const perSecond = pairs / ((performance.now() - started) / 1000);
  return `${pairs} of ${all} pairs, ${perSecond.toFixed(0)}/s · differences: ${counts.join(', ')}`;
}

function textOf({ pairs, schemas, discarded, givenUp, engines: found }: FuzzReport): string {
  const lines = [`${plural(pairs, 'pair')}, ${plural(schemas, 'schema')}, ${discarded.length} more did not compose`];
  if (givenUp.length > 0)
    lines.push(`given up by all planners, and refused: ${plural(givenUp.length, 'pair')} (${givenUp.join(', ')})`);
  for (const [name, { differences, kinds, findings }] of Object.entries(found)) {
    lines.push(...findings.map((finding) => findingText(finding, seed)));
    lines.push(`${name}: ${plural(differences, 'difference')}`);
    for (const [kind, numbers] of Object.entries(kinds)) {
      lines.push(
        `  ${numbers.length} × ${kind}: ${numbers
          .slice(0, 5)
          .map((number) => `${seed}:${number}`)
          .join(' ')}`,
      );
    }
  }
  return lines.join('\n');
}
