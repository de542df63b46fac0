/**
 * Who asks: found out by what a request shows as `Authorization`, before anything is done for it. Whoever shows nothing is
 * anonymous; whoever shows what is not understood is refused, and is not anonymous by mistake.
 */
import type { Log } from '../engine/log.ts';
import { type Clock, realClock } from '../transport/clock.ts';
import type { ConsumerTokens } from './consumer-tokens.ts';
import { devPrincipals } from './dev-principals.ts';
import { type Issuer, tokensOfIssuer } from './issuer-tokens.ts';
import { anonymous, type Principal } from './principal.ts';
import { tokenRefused } from './token-refused.ts';
import { whileInForce } from './while-in-force.ts';

export interface Identity {
  /**
   * At once where who shows it is known.
   * @param authorization as the header says it
   * @throws WeftError TOKEN_INVALID, ISSUER_UNREACHABLE; or rejects with one.
   */
  identify(authorization: string | undefined): Principal | Promise<Principal>;
  /** Calls once, when what somebody has shown no longer says who asks. @returns what takes that back */
  whileInForce(principal: Principal, onEnd: () => void): () => void;
  close(): Promise<void>;
}

export interface IdentityOptions {
  /** Whose tokens are taken; none, where absent. */
  readonly issuer?: Issuer | undefined;
  /** Those that a registry makes; none, where absent. */
  readonly consumerTokens?: ConsumerTokens | undefined;
  /** Ready-made principals, whose tokens everybody knows. */
  readonly devPrincipals?: boolean;
  readonly log: Log;
  readonly clock?: Clock;
  readonly now?: () => number;
}

/** As large as all headers of a request may be together. */
const longestToken = 16_384;

/**
 * With neither an issuer nor ready-made principals everybody is anonymous, whatever is shown: but for what a registry has made
 * for consumers, and, once it has made any, what it has made for those who publish.
 */
export function createIdentity(options: IdentityOptions): Identity {
  const { issuer, consumerTokens, log, clock = realClock, now = Date.now } = options;
  const ready = options.devPrincipals ? devPrincipals : undefined;
  const tokens = issuer && tokensOfIssuer({ issuer, log, clock, now });
  if (ready) {
    const names = [...ready.keys()].join(', ');
    log(`For development only: whoever shows one of the tokens ${names} is taken at its word.`, { level: 'warn' });
  }
  return {
    identify(authorization) {
      if (authorization === undefined) return anonymous;
      const isOwn = consumerTokens !== undefined && isOfConsumer(authorization);
      const isTaken = isOwn || (consumerTokens?.areInUse && isOfRegistry(authorization));
      if (!tokens && !ready && !isTaken) return anonymous;
      const token = bearerIn(authorization);
      if (isOwn) return consumerTokens.principalOf(token);
      const principal = ready?.get(token) ?? tokens?.principalOf(token);
      if (!principal) throw tokenRefused('The token is that of none of the ready-made principals.');
      return principal;
    },
    whileInForce: (principal, onEnd) => whileInForce(principal, onEnd, { tokens: consumerTokens, clock, now }),
    close: async () => tokens?.close(),
  };
}

/** Whether it is a token of a registry, which says who may publish, and not who asks. */
export const isOfRegistry = (authorization: string | undefined): boolean => /^Bearer +weft_/i.test(authorization ?? '');

/** Whether it is one that a registry has made for a consumer. */
const isOfConsumer = (authorization: string): boolean => /^Bearer +weftc_/i.test(authorization);

/** RFC 6750, 2.1. */
function bearerIn(authorization: string): string {
  if (authorization.length > longestToken) throw tokenRefused(`The token is longer than ${longestToken} characters.`);
  if (isOfRegistry(authorization)) {
    throw tokenRefused('A token of the registry does not say who asks: it is shown at /catalog only.');
  }
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
  if (token === undefined) throw tokenRefused('The header Authorization holds no bearer token (RFC 6750).');
  return token;
}
