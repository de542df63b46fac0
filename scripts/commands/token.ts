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

/** `weft token list` */
export async function listTokens(options: Options): Promise<number> {
  const { tokens } = await askRegistry<{ tokens: readonly TokenRecord[] }>(options, `{ tokens { ${recordFields} } }`);
  if (options.json) {
    printJson(tokens);
    return done;
  }
  const now = new Date().toISOString();
  const rows = printable(tokens).map((each) => [
    each.id,
    each.name,
    each.domains.join(', '),
    each.actions.join(', ').toLowerCase(),
    each.createdBy,
    each.revokedAt ? `revoked ${each.revokedAt}` : `${each.expiresAt < now ? 'expired' : 'until'} ${each.expiresAt}`,
  ]);
  if (rows.length > 0) print(table(['ID', 'NAME', 'DOMAINS', 'ACTIONS', 'MADE BY', 'IN FORCE'], rows));
  say(plural(rows.length, 'token'));
  return done;
}

/** `weft token revoke <id>`: who has found a token somewhere may give it whole; its secret goes no further. */
export async function revokeToken(given: string, options: Options): Promise<number> {
  const id = given.replace(/^weft_([0-9a-f]+)_.*$/, '$1');
  const operation = 'mutation ($id: ID!) { revokeToken(id: $id) }';
  const data = await askRegistry<{ revokeToken: boolean }>(options, operation, { id });
  if (options.json) printJson({ id, revoked: data.revokeToken });
  say(`token ${id} is no longer in force`);
  return done;
}

const recordFields = 'id name domains actions createdBy createdAt expiresAt revokedAt';
