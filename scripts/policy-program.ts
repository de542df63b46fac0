/** The commands about access policies, as program.ts has the others: what they decide, and what others would. */
import { type Command, Option } from 'commander';
import { atRegistry, count, names, supergraph } from './option-values.ts';
import type { Add } from './program.ts';

export function addPolicyCommands(weft: Command, add: Add): void {
  const policy = weft.command('policy').description('Who may read what, for which purpose');
  add(
    policy,
    'test [folder]',
    'Hold access policies (*.cedar) against the examples beside them (*.tests.yaml)',
    async () => (await import('./commands/policy-test.ts')).policyTest,
    ['weft policy test', 'weft policy test access --strict'],
  )
    .option('--strict', 'exit with 1 on warnings, too: policies that decide none of the examples')
    .addOption(
      new Option('--attributes <names>', 'what policies may look at of askers, with commas between them')
        .env('WEFT_JWT_ATTRIBUTE_CLAIMS')
        .argParser(names)
        .default([], 'none'),
    )
    .option(...supergraph)
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      `
The folder is WEFT_ACCESS_POLICIES, or gateway/policies beside supergraph.yaml, where none is named.`,
    );
  atRegistry(
    add(
      policy,
      'dry-run <folder>',
      'Say what has been asked in the last 30 days that these access policies would answer otherwise, and for whom',
      async () => (await import('./commands/policy-dry-run.ts')).policyDryRun,
      ['weft policy dry-run access', 'weft policy dry-run access --fail-on-change --json'],
    )
      .option('--first <count>', 'at most so many operations, the most frequent first', count, 1_000)
      .option('--fail-on-change', 'exit with 1 where something would be answered otherwise'),
    'print what was found as JSON',
  );
}
