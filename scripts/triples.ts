/**
 * `npm run triples`: random askers × purposes × fields under random policies, what a gateway decides against what Cedar says
 * of each alone (test/access-triples.ts), in several processes. Exit codes: 0 no difference, 1 a difference, 2 wrong usage.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { type Compared, compareTriples } from '../test/access-triples.ts';
import { count } from './option-values.ts';
import { done, plural, print, say, wrongInput } from './terminal.ts';

const { triples, seed, processes } = new Command('triples')
  .description('Hold compiled access decisions against Cedar, asked about each asker, purpose and field alone.')
  .addOption(new Option('--triples <count>', 'at least so many').argParser(count).default(1_000_000))
  .addOption(
    new Option('--seed <seed>', 'what decides all of them')
      .argParser(count)
      .default(1 + Math.floor(Math.random() * 1e8), 'random'),
  )
  .addOption(new Option('--processes <count>', 'that compare').argParser(count).default(availableParallelism()))
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ readonly triples: number; readonly seed: number; readonly processes: number }>();

/** More than meshes are drawn for one process: no two have a seed in common. */
const seedsApart = 10_000_000;

process.exitCode = processes === 1 ? await here() : await inProcesses();

async function here(): Promise<number> {
  try {
    let told = 0;
    const progress = (so: Compared): void => {
      if (so.triples < told + 50_000) return;
      told = so.triples;
      say(`seed ${seed}: ${plural(so.triples, 'triple')}`);
    };
    print(JSON.stringify(await compareTriples(triples, seed, { progress })));
    return done;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return wrongInput;
  }
}

async function inProcesses(): Promise<number> {
  say(`seed ${seed}, ${processes} processes`);
  const began = performance.now();
  const ended = await Promise.all(
    Array.from({ length: processes }, async (_, at) => {
      const share = ['--triples', String(Math.ceil(triples / processes)), '--seed', String(seed + at * seedsApart)];
      const args = [...process.execArgv, ...process.argv.slice(1, 2), ...share, '--processes', '1'];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      return code === done ? (JSON.parse(printed) as Compared) : undefined;
    }),
  );
  const compared = ended.filter((each) => each !== undefined);
  const sum = (of: (each: Compared) => number): number => compared.reduce((all, each) => all + of(each), 0);
  const kinds = [...new Set(compared.flatMap(({ effects }) => Object.keys(effects)))].sort();
  for (const kind of kinds)
    print(`${kind.padEnd(12)} ${sum(({ effects }) => effects[kind] ?? 0).toLocaleString('en')}`);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const [all, meshes, policies] = [
    sum((each) => each.triples),
    sum((each) => each.meshes),
    sum((each) => each.policies),
  ].map((number) => number.toLocaleString('en'));
  const found = compared.length === ended.length ? 'no difference' : 'there are differences';
  say(`${all} triples of ${meshes} random meshes with ${policies} policies in ${minutes} minutes: ${found}`);
  return compared.length === ended.length ? done : wrongInput;
}
