/** `weft token`: who may do what at the registry. */
import { printable } from '../printable.ts';
import { askRegistry, type RegistryDoor } from '../registry-client.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say } from '../terminal.ts';

interface Options extends RegistryDoor {
  readonly json?: true;
}

interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly actions: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

interface ConsumerTokenRecord extends Omit<TokenRecord, 'domains' | 'actions'> {
  readonly team: string | null;
  readonly roles: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

export interface CreateTokenOptions extends Options {
  readonly domain: readonly string[];
  readonly action: readonly string[];
  readonly days: number;
}

/** `weft token create <name>`: the token alone on stdout, so that it can be piped to where secrets are kept. */
export async function createToken(name: string, options: CreateTokenOptions): Promise<number> {
  const operation = `mutation ($input: TokenInput!) { createToken(input: $input) { token record { ${recordFields} } } }`;
  const actions = options.action.map((each) => each.toUpperCase());
  const input = { name, domains: options.domain, actions, days: options.days };
  const data = await askRegistry<{ createToken: { token: string; record: TokenRecord } }>(options, operation, {
    input,
  });
  const { token, record } = data.createToken;
  if (options.json) printJson(data.createToken);
  else print(printable(token));
  const { id, domains, expiresAt } = printable(record);
  say(
    `token ${id} (${name}) may ${options.action.join(', ')} for ${domains.join(', ')} until ${expiresAt}; it is shown only here`,
  );
  return done;
}

export interface CreateConsumerTokenOptions extends Options {
  readonly team?: string;
  readonly role: readonly string[];
  readonly attribute: readonly { readonly name: string; readonly value: string }[];
  readonly days: number;
}

/** `weft token create-consumer <name>`: as `createToken`. */
export async function createConsumerToken(name: string, options: CreateConsumerTokenOptions): Promise<number> {
  const operation = `mutation ($input: ConsumerTokenInput!) {
    createConsumerToken(input: $input) { token record { ${consumerFields} } } }`;
  const { team, role: roles, attribute: attributes, days } = options;
  const input = { name, team, roles, attributes, days };
  const data = await askRegistry<{ createConsumerToken: { token: string; record: ConsumerTokenRecord } }>(
    options,
    operation,
    { input },
  );
  const { token, record } = data.createConsumerToken;
  if (options.json) printJson(data.createConsumerToken);
  else print(printable(token));
  const { id, expiresAt, ...about } = printable(record);
  say(`token ${id} (${name}) asks as ${asWhom(about)} until ${expiresAt}; it is shown only here`);
  return done;
}

/** `weft token list` */
export async function listTokens(options: Options): Promise<number> {
  const { tokens, consumerTokens } = await askRegistry<{
    readonly tokens: readonly TokenRecord[];
    readonly consumerTokens: readonly ConsumerTokenRecord[];
  }>(options, `{ tokens { ${recordFields} } consumerTokens { ${consumerFields} } }`);
  if (options.json) {
    printJson([...tokens, ...consumerTokens]);
    return done;
  }
  const now = new Date().toISOString();
  const inForce = ({ revokedAt, expiresAt }: Pick<TokenRecord, 'revokedAt' | 'expiresAt'>): string =>
    revokedAt ? `revoked ${revokedAt}` : `${expiresAt < now ? 'expired' : 'until'} ${expiresAt}`;
  const rows = printable(tokens).map((each) => [
    each.id,
    each.name,
    each.domains.join(', '),
    each.actions.join(', ').toLowerCase(),
    each.createdBy,
    inForce(each),
  ]);
  if (rows.length > 0) print(table(['ID', 'NAME', 'DOMAINS', 'ACTIONS', 'MADE BY', 'IN FORCE'], rows));
  const consumers = printable(consumerTokens).map((each) => [
    ...[each.id, each.name, asWhom(each), each.createdBy, inForce(each)],
  ]);
  if (consumers.length > 0) print(table(['ID', 'CONSUMER', 'ASKS AS', 'MADE BY', 'IN FORCE'], consumers));
  say(plural(rows.length + consumers.length, 'token'));
  return done;
}

/** `weft token revoke <id>`: who has found a token somewhere may give it whole; its secret goes no further. */
export async function revokeToken(given: string, options: Options): Promise<number> {
  const id = given.replace(/^weftc?_([0-9a-f]+)_.*$/, '$1');
  const operation = 'mutation ($id: ID!) { revokeToken(id: $id) }';
  const data = await askRegistry<{ revokeToken: boolean }>(options, operation, { id });
  if (options.json) printJson({ id, revoked: data.revokeToken });
  say(`token ${id} is no longer in force`);
  return done;
}

const recordFields = 'id name domains actions createdBy createdAt expiresAt revokedAt';
const consumerFields = 'id name team roles attributes { name value } createdBy createdAt expiresAt revokedAt';

function asWhom({ team, roles, attributes }: Pick<ConsumerTokenRecord, 'team' | 'roles' | 'attributes'>): string {
  const said = attributes.map(({ name, value }) => `${name}=${value}`);
  return [team ?? 'nobody of a team', ...roles, ...said].join(', ');
}
