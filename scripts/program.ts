/**
 * The commands, as `weft --help` shows them. This page is all that is read at start-up: what a command needs is
 * imported when it is called, so that `weft explain` does not wait for the composition library.
 */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { addAccessCommands } from './access-program.ts';
import { asker, count, gateway, jsonObject, portFrom, purpose, supergraph } from './option-values.ts';
import { addPlatformCommands } from './platform-program.ts';
import { addPolicyCommands } from './policy-program.ts';
import { addRegistryCommands } from './registry-program.ts';

/** Arguments in order, then the options; the exit code is 0 or 1. */
type Run = (...parameters: never[]) => Promise<number>;

export type Add = (
  parent: Command,
  usage: string,
  description: string,
  load: () => Promise<Run>,
  examples: string[],
) => Command;

/** @param exit receives the command's exit code. Wrong usage throws CommanderError, other failures WeftError. */
export function program(exit: (code: number) => void): Command {
  const weft = new Command('weft')
    .description('A data mesh you can query.')
    .version(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
    .showHelpAfterError('(add --help to see what there is)')
    // Options behind a command are that command's: `query` and `query plan` both have --json.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
stdout is data, stderr is for people. Exit codes: 0 done, 1 wrong input, 2 usage or failure.
--json prints one object: {"json_version": "1", "data", "error": null | {"code", "message", "help", "issues"}}.`,
    )
    .exitOverride();

  const add: Add = (parent, usage, description, load, examples) =>
    parent
      .command(usage)
      .description(description)
      .addHelpText('after', `\nExamples:\n${examples.map((each) => `  $ ${each}`).join('\n')}`)
      .action(async (...parameters: unknown[]) => exit(await (await load())(...(parameters as never[]))));

  add(
    weft,
    'up',
    'Run the whole mesh in this terminal: every subgraph and the gateway',
    async () => (await import('./commands/up.ts')).up,
    ['weft up', 'weft up --port 8080', 'weft up --fresh    # run every pipeline again first'],
  )
    .option('--port <port>', 'port of the gateway', portFrom(1))
    .option('--fresh', 'also run the pipelines of domains that have rows')
    .option('--access-policies <folder>', 'show each asker what these policies (*.cedar) let it read')
    .option(...supergraph)
    .option('--json', 'print {"url", "queries"} when the mesh is ready');

  add(
    weft,
    'serve <domain>',
    'Serve one domain as a subgraph',
    async () => (await import('./commands/serve.ts')).serve,
    ['weft serve sales', 'weft serve sales --port 4101'],
  )
    .option('--port <port>', 'port to listen on (default: the one of its routing_url; 0: any free one)', portFrom(0))
    .option(...supergraph)
    .option('--json', 'print {"url"} when it listens');

  add(
    weft,
    'gateway',
    'Serve the one graph that all subgraphs compose to',
    async () => (await import('./commands/gateway.ts')).gateway,
    [
      'weft gateway',
      'weft gateway --port 8080 --supergraph ../mesh/supergraph.yaml',
      'weft gateway --watch    # answer from the changed mesh as soon as a file of it changes',
      'weft gateway --workers 4    # one process for each core, behind one port',
    ],
  )
    .option('--port <port>', 'port to listen on (0: any free one)', portFrom(0))
    .option('--workers <count>', 'so many processes that answer', count)
    .addOption(
      new Option('--engine <name>', 'what answers (default: WEFT_ENGINE, else weft)').choices(['weft', 'apollo']),
    )
    .option('--watch', 'read the mesh and its access policies again when their files change (SIGHUP does it, too)')
    .option(...supergraph)
    .option('--json', 'print {"url"} when it listens');

  add(
    weft,
    'generate [domains...]',
    'Write schema.gen.graphql and rows.gen.ts from the contracts',
    async () => (await import('./commands/generate.ts')).generate,
    ['weft generate', 'weft generate sales --check    # in CI: exit code 1 if a file is stale'],
  )
    .option('--check', 'write nothing; list the files that are stale and exit with 1')
    .option(...supergraph)
    .option('--json', 'print the files as JSON');

  add(
    weft,
    'lint [domains...]',
    'Check contracts and data products, and whether the domains compose',
    async () => (await import('./commands/lint.ts')).lint,
    ['weft lint', 'weft lint sales --strict'],
  )
    .option('--strict', 'exit with 1 on warnings, too')
    .option(...supergraph)
    .option('--json', 'print the issues as JSON');

  add(
    weft,
    'run <targets...>',
    'Run the pipelines of domains, or of one object of a domain',
    async () => (await import('./commands/run.ts')).run,
    [
      'weft run sales',
      'weft run sales.orders finance',
      'weft run finance.monthly_revenue --gateway http://127.0.0.1:4000',
    ],
  )
    .addOption(gateway('where to read the input ports that are operations'))
    .addOption(asker())
    .addOption(purpose())
    .option(...supergraph)
    .option('--json', 'print the run records as JSON');

  add(
    weft,
    'quarantine <target>',
    'Show the rows that the last run of a domain, or of one object, kept back',
    async () => (await import('./commands/quarantine.ts')).quarantine,
    ['weft quarantine sales', 'weft quarantine sales.orders --limit 1000 --json'],
  )
    .option('--limit <count>', 'at most so many rows of each object', count, 20)
    .option(...supergraph)
    .option('--json', 'print them as JSON');

  add(
    weft,
    'compose',
    'Print the supergraph that the subgraphs compose to',
    async () => (await import('./commands/compose.ts')).compose,
    ['weft compose > supergraph.graphql', 'weft compose --output supergraph.graphql'],
  )
    .option('--output <file>', 'write to a file')
    .option(...supergraph)
    .option('--json', 'print {"supergraphSdl", "issues"} as JSON');

  const query = add(
    weft,
    'query [operation]',
    'Ask the mesh and print the JSON answer',
    async () => (await import('./commands/query.ts')).query,
    [
      "weft query '{ dataProducts { totalCount } }'",
      'weft query --file top-customers.graphql --variables \'{"first": 5}\'',
      'weft query - < top-customers.graphql',
    ],
  )
    .option('--file <file>', 'read the operation from a file')
    .option('--variables <json>', 'its variables, a JSON object', jsonObject)
    .addOption(gateway())
    .addOption(asker())
    .addOption(purpose())
    .option('--json', 'print the answer on one line')
    .addHelpText(
      'after',
      `
stdout is the GraphQL response, also where it has errors; the exit code is then 1. Where nothing answered, --json prints
{"json_version": "1", "data": null, "error": {"code", "message", "help", "issues"}} instead.`,
    )
    .enablePositionalOptions();
  add(
    query,
    'plan [operation]',
    'Show which subgraphs the mesh would ask for an operation, and what each fetch costs',
    async () => (await import('./commands/query-plan.ts')).queryPlan,
    [
      "weft query plan '{ dataProducts { totalCount } }'",
      'weft query plan --file top-customers.graphql --variables \'{"first": 5}\'',
      'weft query plan - < top-customers.graphql    # no gateway has to run',
    ],
  )
    .option('--file <file>', 'read the operation from a file')
    .option('--variables <json>', 'its variables, a JSON object: some decide what is fetched', jsonObject)
    .option(...supergraph)
    .option('--json', 'print {"cost", "plan"} as JSON');

  const catalog = weft.command('catalog').description('Search the data products of the mesh, and read about one');
  add(
    catalog,
    'search [text]',
    'Find data products by what is written about them and their fields',
    async () => (await import('./commands/catalog.ts')).search,
    ['weft catalog search revenue', 'weft catalog search --domain sales --classification confidential'],
  )
    .option('--domain <name>', 'of this domain only')
    .option('--owner <team>', 'of this team only')
    .option('--classification <level>', 'of this classification only, for example confidential')
    .option('--first <count>', 'at most so many', count, 20)
    .addOption(gateway())
    .option('--json', 'print them as JSON');
  add(
    catalog,
    'show <product-id>',
    'A data product: owner, output ports, fields, quality, freshness',
    async () => (await import('./commands/catalog.ts')).show,
    ['weft catalog show orders'],
  )
    .addOption(gateway())
    .option('--json', 'print it as JSON');

  const init = weft.command('init').description('Begin something new');
  add(
    init,
    'domain <name>',
    'Write the folder of a new domain and add it to supergraph.yaml',
    async () => (await import('./commands/init.ts')).initDomain,
    ['weft init domain logistics'],
  )
    .option(...supergraph)
    .option('--json', 'print what was written as JSON');

  addRegistryCommands(weft, add);
  addAccessCommands(weft, add);
  addPlatformCommands(weft, add);
  addPolicyCommands(weft, add);

  add(
    weft,
    'explain [code]',
    'Say what a code means and what to do about it',
    async () => (await import('./commands/explain.ts')).explain,
    ['weft explain NAME_CONFLICT', 'weft explain    # every code'],
  ).option('--json', 'print it as JSON');

  return weft;
}
