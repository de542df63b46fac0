/** The commands about who may read what, as program.ts has the others: for those who ask, and those who decide. */
import { type Command, Option } from 'commander';
import { atRegistry, count, paged } from './option-values.ts';
import type { Add } from './program.ts';

export function addAccessCommands(weft: Command, add: Add): void {
  const access = weft.command('access').description('Who may read which data product, for which purpose, until when');
  const command = (
    usage: string,
    description: string,
    name: 'requestAccess' | 'listAgreements' | 'approve' | 'refuse' | 'revoke' | 'reassess' | 'listPurposes',
    examples: string[],
  ) => add(access, usage, description, async () => (await import('./commands/access.ts'))[name], examples);
  atRegistry(
    command('request <product>', 'Ask for access to a data product, for your team', 'requestAccess', [
      'weft access request customers.customer-register --purpose reporting',
      "weft access request customers.customer-register --purpose marketing --until 2027-01-31 --usage 'Spring campaign'",
    ])
      .requiredOption('--purpose <name>', 'what you read it for; `weft access purposes` lists them')
      .option('--port <name>', 'one output port of it (default: all)')
      .option('--until <day>', 'a day or a moment within the next 366 days (default: in 90 days)')
      .option('--usage <words>', 'what you need it for, for those who decide')
      .option('--role <names...>', 'roles of its contract')
      .option('--only-me', 'for yourself, and not for your team'),
    'print the agreement as JSON',
  );
  atRegistry(
    paged(
      command('list', 'List what waits and what is in force, newest first', 'listAgreements', [
        'weft access list --status requested',
        'weft access list --product customers.customer-register --status all',
      ]),
      100,
      'agreements before this one',
    )
      .option('--product <id>', 'only about this data product')
      .option('--domain <name>', 'only those that this domain decides')
      .option('--team <name>', 'only those by which this team reads')
      .addOption(
        new Option('--status <status>', 'only those in this state').choices([
          ...['requested', 'approved', 'rejected', 'revoked', 'expired', 'all'],
        ]),
      ),
    'print them as JSON',
  );
  atRegistry(
    decision(
      command(
        'approve',
        'Let somebody read what you own; twice, where the contract asks for two approvers',
        'approve',
        ['weft access approve 7', 'weft access approve 7 --reassess 2027-06-30'],
      ),
    ).option(...reassess),
    'print the agreement as JSON',
  );
  atRegistry(
    decision(
      command('refuse', 'Refuse a request', 'refuse', ["weft access refuse 7 --because 'Ask for the summary'"]),
    ).option(...because),
    'print the agreement as JSON',
  );
  atRegistry(
    decision(
      command('revoke', 'End an agreement at once, or take your request back', 'revoke', [
        "weft access revoke 7 --because 'The campaign is over'",
      ]),
    ).option(...because),
    'print the agreement as JSON',
  );
  atRegistry(
    decision(
      command('reassess', 'Say that you have looked at an agreement again, and that it goes on', 'reassess', [
        'weft access reassess 7 --reassess 2027-09-30',
      ]),
    ).option(...reassess),
    'print the agreement as JSON',
  );
  atRegistry(
    command('purposes', 'List what data may be read for', 'listPurposes', ['weft access purposes']),
    'print them as JSON',
  );
}

const decision = (command: Command): Command => command.argument('<id>', 'number of the agreement', count);
const because = ['--because <words>', 'why, for those who read by it'] as const;
const reassess = ['--reassess <day>', 'when to look at it again (default: halfway to its end)'] as const;
