/** `weft ownership`: whose is what of the graph, who may add to it, and what waits for its owner. */
import { nearest } from '../../subgraphs/kit/errors/nearest.ts';
import type { CoordinateOwner } from '../judged-coordinates.ts';
import { clipped, printable } from '../printable.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say, wrongInput } from '../terminal.ts';

interface Options extends RegistryDoor {
  readonly json?: true;
}

interface Contribution {
  readonly type: string;
  readonly domain: string;
  readonly owner: string;
  readonly actor: string;
  readonly createdAt: string;
}

interface Approval {
  readonly id: number;
  readonly coordinate: string;
  readonly changes: readonly {
    readonly aspect: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly domain: string;
  readonly owner: string;
  readonly status: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

/** `weft ownership show [coordinate]`: of a type and its fields, of one field, of one domain, or of everything. */
export async function showOwners(
  coordinate: string | undefined,
  options: Options & { domain?: string },
): Promise<number> {
  const type = coordinate?.replace(/[.(].*$/, '');
  const data = await askRegistry<{ owners: readonly CoordinateOwner[]; contributions: readonly Contribution[] }>(
    options,
    `query ($type: String, $domain: String) {
      owners(type: $type, domain: $domain) { coordinate domain team }
      contributions { ${contributionFields} }
    }`,
    { type, domain: options.domain },
  );
  const owners = data.owners.filter((each) => coordinate === type || isAt(each.coordinate, coordinate ?? ''));
  const contributions = data.contributions.filter((each) => type === undefined || each.type === type);
  if (options.json) printJson({ owners, contributions });
  else if (owners.length > 0) show(printable(owners), printable(contributions));
  if (owners.length > 0) return done;
  const meant = nearest(
    coordinate ?? '',
    data.owners.map((each) => each.coordinate),
  );
  say(`Nobody owns ${coordinate ?? 'anything there'}.${meant ? ` Did you mean ${printable(meant)}?` : ''}`);
  return wrongInput;
}

/** It, or what stands within it: an argument of a field. */
const isAt = (found: string, wanted: string): boolean => found === wanted || found.startsWith(`${wanted}(`);

function show(owners: readonly CoordinateOwner[], contributions: readonly Contribution[]): void {
  const rows = owners.map(({ coordinate, domain, team }) => [coordinate, domain, team]);
  print(table(['COORDINATE', 'DOMAIN', 'TEAM'], rows));
  for (const { domain, type, owner, actor, createdAt } of contributions)
    say(`${domain} may add fields to ${type}, as ${owner} allows (${actor}, ${createdAt})`);
}

/** `weft ownership grant <Type> --to <domain>` */
export async function grant(type: string, options: Options & { to: string }): Promise<number> {
  const operation = `mutation ($type: String!, $to: String!) { grantContribution(type: $type, to: $to) { ${contributionFields} } }`;
  const variables = { type, to: options.to };
  const data = await askRegistry<{ grantContribution: Contribution }>(options, operation, variables);
  if (options.json) printJson(data.grantContribution);
  say(`${options.to} may add fields of its own to ${type}`);
  const { subgraphs } = await askRegistry<{ subgraphs: readonly { readonly name: string }[] }>(
    options,
    '{ subgraphs { name } }',
  );
  const names = subgraphs.map(({ name }) => name);
  if (names.includes(options.to)) return done;
  const meant = nearest(options.to, names);
  say(`Nobody has published ${options.to} yet.${meant ? ` Did you mean ${printable(meant)}?` : ''}`);
  return done;
}

/** `weft ownership revoke <Type> --from <domain>` */
export async function revokeGrant(type: string, options: Options & { from: string }): Promise<number> {
  const operation = 'mutation ($type: String!, $from: String!) { revokeContribution(type: $type, from: $from) }';
  const variables = { type, from: options.from };
  const data = await askRegistry<{ revokeContribution: boolean }>(options, operation, variables);
  if (options.json) printJson({ type, domain: options.from, revoked: data.revokeContribution });
  say(
    data.revokeContribution
      ? `${options.from} may add no more fields to ${type}`
      : `${options.from} could not add fields to ${type} before`,
  );
  return done;
}

export interface RequestsOptions extends Options {
  readonly owner?: string;
  readonly domain?: string;
  /** `all`, or one of ApprovalStatus in lower case. */
  readonly status: string;
  readonly first: number;
  /** Number of a request. */
  readonly before?: number;
}

/** `weft ownership requests`: those that wait, unless another status is asked for. */
export async function requests(options: RequestsOptions): Promise<number> {
  const operation = `query ($owner: String, $domain: String, $status: ApprovalStatus, $first: Int, $before: Int) {
    approvals(owner: $owner, domain: $domain, status: $status, first: $first, before: $before) { ${approvalFields} }
  }`;
  const { owner, domain, status, first, before } = options;
  const variables = { owner, domain, first, before, status: status === 'all' ? undefined : status.toUpperCase() };
  const { approvals } = await askRegistry<{ approvals: readonly Approval[] }>(options, operation, variables);
  if (options.json) {
    printJson(approvals);
    return done;
  }
  const rows = printable(approvals).map((each) => [
    String(each.id),
    each.status,
    each.coordinate,
    changesOf(each),
    each.domain,
    each.owner,
    each.requestedAt,
  ]);
  if (rows.length > 0) print(table(['ID', 'STATUS', 'COORDINATE', 'CHANGE', 'ASKED BY', 'DECIDES', 'SINCE'], rows));
  say(plural(rows.length, 'request'));
  return done;
}

/** `weft ownership approve <id>` */
export const approve = (id: number, options: Options): Promise<number> => decide(id, true, options);

/** `weft ownership refuse <id>` */
export const refuse = (id: number, options: Options): Promise<number> => decide(id, false, options);

async function decide(id: number, isApproved: boolean, options: Options): Promise<number> {
  const operation = `mutation ($id: Int!, $approve: Boolean!) { decideApproval(id: $id, approve: $approve) { ${approvalFields} } }`;
  const data = await askRegistry<{ decideApproval: Approval }>(options, operation, { id, approve: isApproved });
  if (options.json) printJson(data.decideApproval);
  const { coordinate, domain, ...request } = printable(data.decideApproval);
  say(
    `${isApproved ? `${domain} may publish this, once` : `${domain} may not publish this`}: ${coordinate}  ${changesOf(request)}`,
  );
  return done;
}

function changesOf({ changes: [first, ...more] }: Pick<Approval, 'changes'>): string {
  if (!first) return '';
  const { aspect, before, after } = first;
  const said = `${aspect}: ${clipped(before ?? '(nothing)')} → ${clipped(after ?? '(nothing)')}`;
  return more.length > 0 ? `${said}; ${more.map((each) => each.aspect).join(', ')}` : said;
}

const contributionFields = 'type domain owner actor createdAt';

const approvalFields =
  'id coordinate changes { aspect before after subgraph } domain owner status requestedBy requestedAt decidedBy decidedAt';
