/** The settings of who asks: whose tokens are taken, and what they say. */
import * as z from 'zod';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';
import type { Log } from './engine/log.ts';
import type { ConsumerTokens } from './identity/consumer-tokens.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import { isLoopbackHost } from './registry/loopback-host.ts';
import { flag, httpUrl, names } from './setting-kinds.ts';

/** Of public keys: with any of these, who can verify a token cannot make one. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const known: ReadonlySet<string> = new Set(algorithms);

const claim = (name: string, otherwise: string) =>
  z.string().max(200, `${name} must be the name of a claim`).default(otherwise);

export const identitySettings = {
  /** Of the tokens that consumers show, as they name it (`iss`). Without, everybody is anonymous. */
  jwtIssuer: z
    .string()
    .regex(/^[^\s#]*$/, 'jwtIssuer must be what tokens say as `iss`, without blanks and #')
    .default(''),
  /** Whom tokens have to be for (`aud`): one of these. */
  jwtAudience: names,
  /** Where the issuer publishes its keys. */
  jwksUrl: httpUrl('jwksUrl'),
  jwtAlgorithms: names
    .refine((list) => list.every((each) => known.has(each)), `jwtAlgorithms must be made of ${algorithms.join(', ')}`)
    .transform((list) => (list.length > 0 ? list : ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])),
  /** Where a token says the team and the roles: names of claims, or paths (`realm_access.roles`). */
  jwtTeamClaim: claim('jwtTeamClaim', 'team'),
  jwtRolesClaim: claim('jwtRolesClaim', 'roles'),
  /** What else of a token is told to policies. */
  jwtAttributeClaims: names.refine((list) => list.length <= 50, 'jwtAttributeClaims must be at most 50 names'),
  /** What of the attributes of consumers' tokens is told to policies. */
  consumerAttributes: names.refine((list) => list.length <= 50, 'consumerAttributes must be at most 50 names'),
  /** Three ready-made principals, for development only: whoever reaches the gateway can be any of them. */
  devPrincipals: flag('devPrincipals'),
};

export const identityVariables = {
  jwtIssuer: 'WEFT_JWT_ISSUER',
  jwtAudience: 'WEFT_JWT_AUDIENCE',
  jwksUrl: 'WEFT_JWKS_URL',
  jwtAlgorithms: 'WEFT_JWT_ALGORITHMS',
  jwtTeamClaim: 'WEFT_JWT_TEAM_CLAIM',
  jwtRolesClaim: 'WEFT_JWT_ROLES_CLAIM',
  jwtAttributeClaims: 'WEFT_JWT_ATTRIBUTE_CLAIMS',
  consumerAttributes: 'WEFT_CONSUMER_ATTRIBUTES',
  devPrincipals: 'WEFT_DEV_PRINCIPALS',
} as const;

/** What says nothing of tokens of an issuer. */
const withoutIssuer: ReadonlySet<string> = new Set(['devPrincipals', 'consumerAttributes']);

const shape = z.object(identitySettings);
type IdentityConfig = Readonly<z.infer<typeof shape>>;

/**
 * Half of it would leave everybody anonymous who should not be, or take tokens that are meant for others.
 * @param given the names of the settings that somebody has set
 * @throws WeftError CONFIG_INVALID
 */
export function checkIdentity(
  config: IdentityConfig & { readonly host: string },
  given: readonly string[],
  isProduction: boolean,
): void {
  const { jwtIssuer, jwtAudience, jwksUrl, devPrincipals, host } = config;
  const ofTokens = given.filter((name) => name in identityVariables && !withoutIssuer.has(name));
  const needed = { jwtIssuer, jwtAudience, jwksUrl };
  const lacking = namesOf(needed).filter((name) => needed[name].length === 0);
  if (ofTokens.length > 0 && lacking.length > 0) {
    const set = ofTokens.map((name) => identityVariables[name as keyof typeof identityVariables]).join(', ');
    const missing = lacking.map((name) => identityVariables[name]).join(' and ');
    const message = `The gateway cannot start: ${set} says how tokens are verified, but ${missing} is not set.`;
    throw new WeftError('CONFIG_INVALID', message, { help: `Set ${missing}, too, or none of them.` });
  }
  if (!devPrincipals || (!isProduction && isLoopbackHost(host))) return;
  const why = isProduction ? 'in production (NODE_ENV)' : `by whoever reaches ${host}`;
  const message = `The gateway cannot start: the ready-made principals could be used ${why} (devPrincipals).`;
  throw new WeftError('CONFIG_INVALID', message, {
    help: 'Leave out WEFT_DEV_PRINCIPALS, and have consumers show tokens of an issuer: WEFT_JWT_ISSUER.',
  });
}

/** What policies may look at of whoever asks, whatever it has shown. */
export const attributesOf = ({
  jwtAttributeClaims,
  consumerAttributes,
}: Pick<IdentityConfig, 'jwtAttributeClaims' | 'consumerAttributes'>): string[] => [
  ...new Set([...jwtAttributeClaims, ...consumerAttributes]),
];

export function identityOf(config: IdentityConfig, log: Log, consumerTokens?: ConsumerTokens): Identity {
  const { jwtIssuer: name, jwksUrl, devPrincipals } = config;
  if (name === '') return createIdentity({ consumerTokens, devPrincipals, log });
  const { protocol, hostname } = new URL(jwksUrl);
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    const message = `The keys of the issuer come from ${jwksUrl} unencrypted: whoever is in between could give its own.`;
    log(message, { level: 'warn' });
  }
  const { jwtAudience: audience, jwtAlgorithms, jwtTeamClaim, jwtRolesClaim, jwtAttributeClaims } = config;
  const claims = { teamClaim: jwtTeamClaim, rolesClaim: jwtRolesClaim, attributeClaims: jwtAttributeClaims };
  const issuer = { name, audience, jwksUrl, algorithms: jwtAlgorithms, ...claims };
  return createIdentity({ issuer, consumerTokens, devPrincipals, log });
}

const namesOf = <Given extends object>(given: Given) => Object.keys(given) as (keyof Given)[];
