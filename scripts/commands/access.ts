/** `weft access`: who may read which data product, for which purpose, until when. */
import { printable } from '../printable.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say } from '../terminal.ts';

interface Options extends RegistryDoor {
  readonly json?: true;
}

interface Agreement {
  readonly id: number;
  readonly status: string;
  readonly product: string;
  readonly port: string | null;
  readonly provider: { readonly domain: string; readonly team: string };
  readonly consumer: { readonly team: string | null; readonly user: string | null };
  readonly purpose: string;
  readonly usage: string | null;
  readonly roles: readonly string[];
  readonly approvals: readonly {
    readonly level: string;
    readonly approvers: readonly string[];
    readonly approvedBy: string | null;
  }[];
  readonly requestedBy: string;
  readonly endsAt: string;
  readonly reassessAt: string | null;
  readonly isReassessmentDue: boolean;
  readonly because: string | null;
}

export interface RequestOptions extends Options {
  readonly purpose: string;
  readonly port?: string;
  readonly until?: string;
  readonly usage?: string;
  readonly role?: readonly string[];
  readonly onlyMe?: true;
}

/** `weft access request <product> --purpose <purpose>` */
export async function requestAccess(product: string, options: RequestOptions): Promise<number> {
  const { purpose, port, until, usage, role: roles, onlyMe } = options;
  const input = { product, purpose, port, until, usage, roles, onlyMe };
  const operation = `mutation ($input: AccessRequestInput!) { requestAccess(input: $input) { ${fields} } }`;
  const data = await askRegistry<{ requestAccess: Agreement }>(options, operation, { input });
  return told(data.requestAccess, options);
}

export interface ListOptions extends Options {
  readonly product?: string;
  readonly domain?: string;
  readonly team?: string;
  /** `all`, or one of AgreementStatus in lower case; what waits and what is in force, where absent. */
  readonly status?: string;
  readonly first: number;
  readonly before?: number;
}

/** `weft access list` */
export async function listAgreements(options: ListOptions): Promise<number> {
  const operation = `query ($product: String, $domain: String, $team: String, $status: AgreementStatus, $first: Int, $before: Int) {
    agreements(product: $product, domain: $domain, team: $team, status: $status, first: $first, before: $before) { ${fields} }
  }`;
  const { product, domain, team, status, first, before } = options;
  const wanted = status === undefined || status === 'all' ? undefined : status.toUpperCase();
  const variables = { product, domain, team, status: wanted, first, before };
  const data = await askRegistry<{ agreements: readonly Agreement[] }>(options, operation, variables);
  const isShown = (each: Agreement): boolean => status !== undefined || /^(REQUESTED|APPROVED)$/.test(each.status);
  const agreements = data.agreements.filter(isShown);
  if (options.json) {
    printJson(agreements);
    return done;
  }
  const rows = printable(agreements).map((each) => [
    String(each.id),
    stateOf(each),
    whatOf(each),
    each.purpose,
    consumerOf(each),
    each.status === 'REQUESTED' ? waitsFor(each) : each.provider.team,
    each.endsAt.slice(0, 16),
  ]);
  if (rows.length > 0) print(table(['ID', 'STATUS', 'PRODUCT', 'PURPOSE', 'CONSUMER', 'DECIDES', 'UNTIL'], rows));
  say(plural(rows.length, 'agreement'));
  return done;
}

export interface DecideOptions extends Options {
  readonly because?: string;
  readonly reassess?: string;
}

/** `weft access approve <id>` */
export const approve = (id: number, options: DecideOptions): Promise<number> =>
  decide('approveAgreement', id, options, { reassessAt: options.reassess });

/** `weft access refuse <id>` */
export const refuse = (id: number, options: DecideOptions): Promise<number> =>
  decide('refuseAgreement', id, options, { because: options.because });

/** `weft access revoke <id>` */
export const revoke = (id: number, options: DecideOptions): Promise<number> =>
  decide('revokeAgreement', id, options, { because: options.because });

/** `weft access reassess <id>` */
export const reassess = (id: number, options: DecideOptions): Promise<number> =>
  decide('reassessAgreement', id, options, { reassessAt: options.reassess });

async function decide(
  mutation: string,
  id: number,
  options: Options,
  given: { readonly because?: string | undefined } | { readonly reassessAt?: string | undefined },
): Promise<number> {
  const [name = ''] = Object.keys(given);
  const operation = `mutation ($id: Int!, $given: String) { ${mutation}(id: $id, ${name}: $given) { ${fields} } }`;
  const data = await askRegistry<Record<string, Agreement>>(options, operation, { id, given: Object.values(given)[0] });
  return told(data[mutation] as Agreement, options);
}

/** `weft access purposes` */
export async function listPurposes(options: Options): Promise<number> {
  const { purposes } = await askRegistry<{ purposes: readonly Purpose[] }>(
    options,
    '{ purposes { name title description parents } }',
  );
  if (options.json) {
    printJson(purposes);
    return done;
  }
  const rows = printable(purposes).map(({ name, title, description, parents }) => [
    name,
    [title, description].filter(Boolean).join(': '),
    parents.join(', '),
  ]);
  if (rows.length > 0) print(table(['PURPOSE', 'WHAT IT IS', 'A KIND OF'], rows));
  else say('Everybody may read everything here: this gateway has no access policies.');
  return done;
}

interface Purpose {
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly parents: readonly string[];
}

function told(agreement: Agreement, { json }: Options): number {
  if (json) {
    printJson(agreement);
    return done;
  }
  const { id, purpose, endsAt, ...rest } = printable(agreement);
  const shown = { id, purpose, endsAt, ...rest };
  const roles = shown.roles.length > 0 ? ` as ${shown.roles.join(', ')}` : '';
  print(`agreement ${id}: ${consumerOf(shown)} reads ${whatOf(shown)} for ${purpose}${roles}, until ${endsAt}`);
  say(
    `${stateOf(shown)}${shown.status === 'REQUESTED' ? `: waits for ${waitsFor(shown)}` : ''}${shown.because ? `: ${shown.because}` : ''}`,
  );
  if (shown.status === 'REQUESTED') say(`One of them approves it with \`weft access approve ${id}\`.`);
  if (shown.status === 'APPROVED' && shown.reassessAt) {
    say(
      `Say \`${purpose}\` as the purpose of a query (header weft-purpose). It is to be looked at again on ${shown.reassessAt.slice(0, 10)}.`,
    );
  }
  return done;
}

const stateOf = ({ status, isReassessmentDue }: Agreement): string =>
  `${status === 'APPROVED' ? 'in force' : status.toLowerCase()}${isReassessmentDue ? ', to be reassessed' : ''}`;

const whatOf = ({ product, port }: Agreement): string => (port === null ? product : `${product} (${port})`);

const consumerOf = ({ consumer: { team, user } }: Agreement): string => team ?? user ?? '';

const waitsFor = ({ approvals }: Agreement): string =>
  approvals
    .flatMap(({ approvedBy, approvers }) => (approvedBy === null ? [approvers.join(' or ')] : []))
    .join(', and ');

const fields = `id status product port provider { domain team } consumer { team user } purpose usage roles
  approvals { level approvers approvedBy approvedAt } requestedBy requestedAt startsAt endsAt reassessAt isReassessmentDue
  endedBy endedAt because`;
