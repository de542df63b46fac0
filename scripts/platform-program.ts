/** The commands of those who answer for the registry, as program.ts has the others: owners, tokens, the audit log. */
import { type Command, Option } from 'commander';
import { atRegistry, attributes, count, moment, paged, supergraph } from './option-values.ts';
import type { Add } from './program.ts';

export function addPlatformCommands(weft: Command, add: Add): void {
  ownership(weft, add);
  tokens(weft, add);
  auditLog(weft, add);
  atRegistry(
    add(
      weft,
      'doctor',
      'Look for what would keep weft from working here, and say what to do',
      async () => (await import('./commands/doctor.ts')).doctor,
      ['weft doctor', 'weft doctor --gateway https://mesh.example.com'],
    ).option(...supergraph),
    'print what was found as JSON',
  );
}

function ownership(weft: Command, add: Add): void {
  const owners = weft.command('ownership').description('Whose is what of the graph, and who may change it');
  const command = (
    usage: string,
    description: string,
    name: 'showOwners' | 'grant' | 'revokeGrant' | 'requests' | 'approve' | 'refuse',
    examples: string[],
  ) => add(owners, usage, description, async () => (await import('./commands/ownership.ts'))[name], examples);
  atRegistry(
    command(
      'show [coordinate]',
      'Say who owns a type and its fields, one field, what a domain has, or everything',
      'showOwners',
      ['weft ownership show Order.total', 'weft ownership show --domain sales'],
    ).option('--domain <name>', 'only what this domain owns'),
    'print it as JSON',
  );
  atRegistry(
    command('grant <type>', 'Let another domain add fields of its own to a type of yours', 'grant', [
      'weft ownership grant Order --to shipping',
    ]).requiredOption('--to <domain>', 'the domain that may'),
    'print it as JSON',
  );
  atRegistry(
    command('revoke <type>', 'Take that back; fields that were added stay', 'revokeGrant', [
      'weft ownership revoke Order --from shipping',
    ]).requiredOption('--from <domain>', 'the domain that may no longer'),
    'print it as JSON',
  );
  atRegistry(
    paged(
      command('requests', 'List changes that wait for the owner of what they change, newest first', 'requests', [
        'weft ownership requests --owner sales',
        'weft ownership requests --status approved',
      ]),
      100,
      'requests before this one',
    )
      .option('--owner <domain>', 'only those that this domain decides')
      .option('--domain <domain>', 'only those that this domain asks for')
      .addOption(
        new Option('--status <status>', 'only those in this state')
          .choices(['requested', 'approved', 'refused', 'used', 'all'])
          .default('requested'),
      ),
    'print them as JSON',
  );
  const decisions = {
    approve: 'Allow a change to what you own, once',
    refuse: 'Do not allow a change to what you own, or no longer, until it is published',
  };
  for (const name of ['approve', 'refuse'] as const) {
    atRegistry(
      command(name, decisions[name], name, [`weft ownership ${name} 7`]).argument(
        '<id>',
        'number of the request',
        count,
      ),
      'print the request as JSON',
    );
  }
}

function tokens(weft: Command, add: Add): void {
  const token = weft.command('token').description('Who may do what at the registry');
  atRegistry(
    add(
      token,
      'create <name>',
      'Make a token, and print it: it is shown only once',
      async () => (await import('./commands/token.ts')).createToken,
      [
        'weft token create sales-ci --domain sales --action check publish --days 30',
        "weft token create 'gateway eu' --domain '*' --action usage",
      ],
    )
      .requiredOption('--domain <names...>', "the domains that it is for; '*' for all")
      .addOption(
        new Option('--action <actions...>', 'what it may do')
          .choices(['check', 'publish', 'delete', 'ownership', 'read', 'usage', 'admin'])
          .makeOptionMandatory(),
      )
      .option('--days <count>', 'for so many days, at most 366', count, 90),
    'print it with its record as JSON',
  );
  atRegistry(
    add(
      token,
      'create-consumer <name>',
      'Make a token by which somebody asks at the graph, and print it: it is shown only once',
      async () => (await import('./commands/token.ts')).createConsumerToken,
      [
        'weft token create-consumer reports --team Analytics',
        "weft token create-consumer 'crm sync' --team Marketing --role reader --attribute region=eu --days 30",
      ],
    )
      .option('--team <name>', 'the team that it asks for')
      .option('--role <names...>', 'its roles', [])
      .option('--attribute <name=value...>', 'what else policies may look at', attributes, [])
      .option('--days <count>', 'for so many days, at most 366', count, 90),
    'print it with its record as JSON',
  );
  atRegistry(
    add(
      token,
      'list',
      'List the tokens, without their secrets',
      async () => (await import('./commands/token.ts')).listTokens,
      ['weft token list'],
    ),
    'print them as JSON',
  );
  atRegistry(
    add(token, 'revoke <id>', 'End a token', async () => (await import('./commands/token.ts')).revokeToken, [
      'weft token revoke 1f0c7a9be2d4',
    ]),
    'print what was done as JSON',
  );
}

function auditLog(weft: Command, add: Add): void {
  const audit = weft.command('audit').description('Who did what at the registry, and who read what');
  atRegistry(
    add(
      audit,
      'who-read <field>',
      'Say who read a field, what for, how often, and whether they saw it as it is',
      async () => (await import('./commands/who-read.ts')).whoRead,
      [
        'weft audit who-read customers.customers.name --since 7d',
        'weft audit who-read Customer.name --since 2026-11-01 --until 2026-12-01',
      ],
    )
      .option('--since <time>', 'from then on: 7d, 12h, 30m ago, or an ISO date', moment)
      .option('--until <time>', 'before then', moment)
      .option('--by <principal>', 'only by whom this is the id of')
      .option('--first <count>', 'at most so many lines', count, 100),
    'print them as JSON',
  );
  atRegistry(
    paged(
      add(
        audit,
        'list',
        'List what was done, newest first',
        async () => (await import('./commands/audit.ts')).listAudit,
        ['weft audit list --first 200'],
      ),
      50,
      'entries before this one',
    ),
    'print them as JSON',
  );
  atRegistry(
    add(
      audit,
      'verify',
      'Say whether the audit log, and that of reads, are as they were written; print how many entries, and the hash that covers them',
      async () => (await import('./commands/audit.ts')).verifyAudit,
      ['weft audit verify'],
    ),
    'print it as JSON',
  );
}
