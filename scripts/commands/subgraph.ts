/** `weft subgraph`, and its short forms `weft check` and `weft publish` for a domain whose folder is here. */
import { changesOf, countFindings } from '../check-report.ts';
import { ciOrigin } from '../ci-origin.ts';
import { confirmed, mustAsk } from '../confirm.ts';
import { openMesh } from '../mesh-folder.ts';
import { printable } from '../printable.ts';
import { chooseSubgraph, type PublicationSource, publicationOfEntry, readPublication } from '../read-publication.ts';
import {
  type CheckReport,
  type PublicationInput,
  type PublishResult,
  reportFields,
  resultFields,
} from '../registry-answers.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { settleResult } from '../settle-result.ts';
import { type ReportOptions, showReport } from '../show-report.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say, wrongInput } from '../terminal.ts';
import { whileSaying } from '../waiting.ts';

export interface PublishOptions extends ReportOptions {
  readonly base?: number;
  readonly requestApproval?: true;
  readonly dryRun?: true;
}

export interface DeleteOptions extends PublishOptions {
  readonly yes?: true;
}

interface InMesh {
  readonly supergraph?: string;
}

/** `weft subgraph check <name>`: whether it could be published. Exit code 1 where not. */
export const checkSubgraph = async (name: string, options: PublicationSource & ReportOptions): Promise<number> =>
  check(await readPublication(name, options), options);

/** `weft subgraph publish <name>`: exit code 0 where it is part of the graph afterwards, else 1. */
export const publishSubgraph = async (name: string, options: PublicationSource & PublishOptions): Promise<number> =>
  publish(await readPublication(name, options), options);

/** `weft check [domain]` */
export const checkDomain = async (name: string | undefined, options: InMesh & ReportOptions): Promise<number> =>
  check(await localPublication(name, options), options);

/** `weft publish [domain]` */
export const publishDomain = async (name: string | undefined, options: InMesh & PublishOptions): Promise<number> =>
  publish(await localPublication(name, options), options);

/** `weft subgraph delete <name>` */
export async function deleteSubgraph(name: string, options: DeleteOptions): Promise<number> {
  if (options.dryRun) return tellCheck(await checkDeletion(name, options), 'deleted', options);
  let { base } = options;
  if (mustAsk(options.yes)) {
    const report = await checkDeletion(name, options);
    if (!report.isAccepted && !options.requestApproval) return tellCheck(report, 'deleted', options);
    say(
      `This changes ${plural(report.changed.length, 'coordinate')}: ${printable(changesOf(report.changed)) || 'none'}`,
    );
    if (!(await confirmed(`Take ${name} out of the graph?`))) return unchanged();
    base ??= report.base ?? undefined; // What was confirmed is what happens.
  }
  const { requestApproval } = options;
  const variables = { name, base, requestApproval, origin: ciOrigin() };
  const asked = askRegistry<{ deleteSubgraph: PublishResult }>(options, deletion, variables);
  const wording = { what: name, doing: `deleting ${name}`, done: 'is out of the graph', refused: 'was not deleted' };
  return settleResult(
    options,
    asked.then((data) => data.deleteSubgraph),
    wording,
  );
}

/** `weft subgraph list` */
export async function listSubgraphs(options: RegistryDoor & { json?: true }): Promise<number> {
  const { subgraphs } = await askRegistry<{ subgraphs: readonly ListedSubgraph[] }>(options, list);
  if (options.json) {
    printJson(subgraphs);
    return done;
  }
  const rows = printable(subgraphs).map(({ name, version, team, routingUrl, files }) => [
    name,
    version,
    team,
    routingUrl,
    files.length,
  ]);
  if (rows.length > 0) print(table(['NAME', 'VERSION', 'TEAM', 'ROUTING URL', 'FILES'], rows));
  say(plural(rows.length, 'subgraph'));
  return done;
}

interface ListedSubgraph {
  readonly name: string;
  readonly version: number;
  readonly team: string;
  readonly routingUrl: string;
  readonly files: readonly { readonly path: string }[];
}

function localPublication(name: string | undefined, { supergraph }: InMesh): Promise<PublicationInput> {
  const mesh = openMesh(supergraph);
  return publicationOfEntry(mesh, chooseSubgraph(mesh, name));
}

async function check(input: PublicationInput, options: ReportOptions): Promise<number> {
  const asked = askRegistry<{ checkSubgraph: CheckReport }>(options, checking, { input });
  const data = await whileSaying(`checking ${input.name}`, asked);
  return tellCheck(data.checkSubgraph, 'published', options);
}

async function checkDeletion(name: string, options: ReportOptions): Promise<CheckReport> {
  const asked = askRegistry<{ checkDeletion: CheckReport }>(options, checkingDeletion, { name });
  return (await whileSaying(`checking without ${name}`, asked)).checkDeletion;
}

async function publish(input: PublicationInput, options: PublishOptions): Promise<number> {
  if (options.dryRun) return check(input, options);
  const { base, requestApproval } = options;
  const variables = { input, base, requestApproval, origin: ciOrigin() };
  const asked = askRegistry<{ publishSubgraph: PublishResult }>(options, publishing, variables);
  const [what, doing] = [input.name, `publishing ${input.name}`];
  const wording = { what, doing, done: 'is part of the graph', refused: 'was not published' };
  return settleResult(
    options,
    asked.then((data) => data.publishSubgraph),
    wording,
  );
}

async function tellCheck(report: CheckReport, what: 'published' | 'deleted', options: ReportOptions): Promise<number> {
  const { domain, base, isAccepted } = report;
  const against = base === null ? 'an empty graph' : `version ${base}`;
  const outcome = `${printable(domain)} ${isAccepted ? 'can' : 'cannot'} be ${what} (against ${against})`;
  if (options.json) printJson(report);
  else await showReport(options, report, outcome);
  say(`${outcome}: ${countFindings(report)}`);
  return isAccepted ? done : wrongInput;
}

function unchanged(): number {
  say('Nothing was changed.');
  return wrongInput;
}

const checking = `mutation ($input: PublicationInput!) { checkSubgraph(input: $input) { ${reportFields} } }`;

const checkingDeletion = `mutation ($name: String!) { checkDeletion(name: $name) { ${reportFields} } }`;

const publishing = `mutation ($input: PublicationInput!, $base: Int, $requestApproval: Boolean, $origin: [OriginInput!]) {
  publishSubgraph(input: $input, base: $base, requestApproval: $requestApproval, origin: $origin) { ${resultFields} }
}`;

const deletion = `mutation ($name: String!, $base: Int, $requestApproval: Boolean, $origin: [OriginInput!]) {
  deleteSubgraph(name: $name, base: $base, requestApproval: $requestApproval, origin: $origin) { ${resultFields} }
}`;

const list = '{ subgraphs { name version team routingUrl files { path } } }';
