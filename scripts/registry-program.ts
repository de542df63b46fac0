/** The commands of domain teams about the registry, as program.ts has the others: what they publish, and the graph that it makes. */
import { type Command, Option } from 'commander';
import { address, atRegistry, count, paged, supergraph } from './option-values.ts';
import type { Add } from './program.ts';

export function addRegistryCommands(weft: Command, add: Add): void {
  publishing(weft, add);
  contracts(weft, add);
  graph(weft, add);
}

function publishing(weft: Command, add: Add): void {
  judged(
    add(
      weft,
      'check [domain]',
      'Say whether a domain could be published as its folder is now (default: the one whose folder this is)',
      async () => (await import('./commands/subgraph.ts')).checkDomain,
      ['weft check sales', 'weft check sales --markdown >> "$GITHUB_STEP_SUMMARY"'],
    ),
  ).option(...supergraph);
  changing(
    add(
      weft,
      'publish [domain]',
      'Publish a domain as its folder is now (default: the one whose folder this is)',
      async () => (await import('./commands/subgraph.ts')).publishDomain,
      ['weft publish sales', 'weft publish sales --dry-run', 'weft publish sales --request-approval'],
    ),
  )
    .option('--dry-run', 'check only; nothing is changed')
    .option(...supergraph);

  const subgraph = weft.command('subgraph').description('What domains have published, and any GraphQL server besides');
  judged(
    fromAnywhere(
      add(
        subgraph,
        'check <name>',
        'Say whether a subgraph could be published',
        async () => (await import('./commands/subgraph.ts')).checkSubgraph,
        [
          'weft subgraph check reviews --schema reviews.graphql',
          'rover subgraph introspect … | weft subgraph check reviews --schema -',
        ],
      ),
    ),
  );
  changing(
    fromAnywhere(
      add(
        subgraph,
        'publish <name>',
        'Publish a subgraph of any make',
        async () => (await import('./commands/subgraph.ts')).publishSubgraph,
        [
          'weft subgraph publish reviews --schema reviews.graphql --routing-url https://reviews.example.com/graphql',
          'weft subgraph publish reviews --introspect http://127.0.0.1:4010/graphql --contracts ./contracts',
        ],
      ),
    ),
  ).option('--dry-run', 'check only; nothing is changed');
  changing(
    add(
      subgraph,
      'delete <name>',
      'Take a subgraph out of the graph, if nothing needs it',
      async () => (await import('./commands/subgraph.ts')).deleteSubgraph,
      ['weft subgraph delete reviews --dry-run', 'weft subgraph delete reviews --yes'],
    ),
  )
    .option('--dry-run', 'say whether it could be deleted; nothing is changed')
    .option('--yes', 'do not ask');
  atRegistry(
    add(subgraph, 'list', 'What is published', async () => (await import('./commands/subgraph.ts')).listSubgraphs, [
      'weft subgraph list',
    ]),
    'print it as JSON',
  );
}

function contracts(weft: Command, add: Add): void {
  const contract = weft.command('contract').description('Contracts and data products by themselves');
  add(
    contract,
    'diff <before> <after>',
    'Say what changed between two versions of a contract or data product, and which version that makes',
    async () => (await import('./commands/contract-diff.ts')).contractDiff,
    [
      'weft contract diff old.odcs.yaml orders.odcs.yaml',
      'git show main:orders.odcs.yaml | weft contract diff - orders.odcs.yaml',
    ],
  )
    .option('--markdown', 'print it as Markdown, for a pull request')
    .option('--json', 'print the difference and the issues as JSON');
  add(
    contract,
    'lint <file>',
    'Check one contract or data product, without the domain around it',
    async () => (await import('./commands/contract-lint.ts')).contractLint,
    ['weft contract lint orders.odcs.yaml', 'weft contract lint - < orders.odcs.yaml'],
  )
    .option('--strict', 'exit with 1 on warnings, too')
    .option('--json', 'print the issues as JSON');
}

function graph(weft: Command, add: Add): void {
  const graph = weft.command('supergraph').description('The graph as it is, as it was, and the way back');
  atRegistry(
    add(graph, 'show', 'Print the supergraph', async () => (await import('./commands/supergraph.ts')).showSupergraph, [
      'weft supergraph show > supergraph.graphql',
      'weft supergraph show --version 12',
    ]).option('--version <number>', 'of this version (default: the current one)', count),
    'print it, and what it is made of, as JSON',
  );
  atRegistry(
    paged(
      add(
        graph,
        'history',
        'List the versions of the graph, newest first',
        async () => (await import('./commands/supergraph.ts')).history,
        ['weft supergraph history', 'weft supergraph history --first 100 --before 40'],
      ),
      20,
      'versions before this one',
    ),
    'print them as JSON',
  );
  atRegistry(
    add(
      graph,
      'diff',
      'Say what differs between two versions of the graph; to the current one where only one is named',
      async () => (await import('./commands/supergraph.ts')).diffVersions,
      ['weft supergraph diff 11', 'weft supergraph diff 11 12'],
    )
      .argument('<from>', 'number of a version', count)
      .argument('[to]', 'number of another one', count),
    'print it as JSON',
  );
  atRegistry(
    add(
      graph,
      'rollback',
      'Make the graph what it was, as a new version, if the policies of today allow it',
      async () => (await import('./commands/supergraph.ts')).rollback,
      ['weft supergraph rollback 11', 'weft supergraph rollback 11 --yes'],
    )
      .argument('<version>', 'its number', count)
      .option(...base)
      .option('--yes', 'do not ask')
      .option(...markdown),
    'print what came of it as JSON',
  );
  atRegistry(
    add(
      graph,
      'export',
      'Write the current graph as files for the tools of others',
      async () => (await import('./commands/export.ts')).exportSupergraph,
      [
        'weft supergraph export --format rover --output ./exported',
        'weft supergraph export --format cosmo --output ./exported && wgc router compose -i exported/graph.yaml',
      ],
    )
      .addOption(
        new Option('--format <name>', 'for rover and weft, for wgc, or the supergraph alone')
          .choices(['rover', 'cosmo', 'supergraph'])
          .makeOptionMandatory(),
      )
      .requiredOption('--output <folder>', 'where to write; files of the same names are replaced'),
    'print the files as JSON',
  );
}

const base = ['--base <version>', 'only if this version of the graph is still the current one', count] as const;
const markdown = ['--markdown', 'print the report as Markdown, for example for a GitHub step summary'] as const;

const judged = (command: Command): Command => atRegistry(command.option(...markdown), 'print the report as JSON');

const changing = (command: Command): Command =>
  judged(command.option('--request-approval', 'ask the owners of what they would have to approve').option(...base));

const fromAnywhere = (command: Command): Command =>
  command
    .addOption(new Option('--schema <file>', 'its schema; - for stdin').conflicts('introspect'))
    .addOption(new Option('--introspect <url>', 'ask the running subgraph for its schema').argParser(address))
    .option('--routing-url <url>', 'where the gateway sends requests (default: as published before)')
    .option('--contracts <folder>', 'its contracts and data products; none without it');
