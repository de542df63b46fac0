/** Tokens of one issuer (JWT: RFC 7519), verified once each and known from then on, until they end or its keys change. */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../engine/digest.ts';
import type { Log } from '../engine/log.ts';
import type { Clock } from '../transport/clock.ts';
import { type ClaimNames, principalOf } from './claims.ts';
import { type KeySet, keysOfIssuer } from './issuer-keys.ts';
import type { Principal } from './principal.ts';
import { tokenRefused } from './token-refused.ts';
import { createVerifiedTokens } from './verified-tokens.ts';

export interface Issuer extends ClaimNames {
  /** As tokens name it (`iss`), to the letter. */
  readonly name: string;
  /** One of them is whom a token has to be for (`aud`). */
  readonly audience: readonly string[];
  readonly jwksUrl: string;
  /** Those of public keys only. */
  readonly algorithms: readonly string[];
}

export interface IssuerTokensOptions {
  readonly issuer: Issuer;
  readonly log: Log;
  readonly clock: Clock;
  /** Of the day, in milliseconds: tokens say when they end. */
  readonly now: () => number;
}

export interface IssuerTokens {
  /** At once where the token is known. @throws WeftError TOKEN_INVALID, ISSUER_UNREACHABLE; or rejects with one. */
  principalOf(token: string): Principal | Promise<Principal>;
  close(): Promise<void>;
}

/** By how many seconds the clocks of issuer and gateway may differ. */
const toleranceSeconds = 10;

export function tokensOfIssuer({ issuer, log, clock, now }: IssuerTokensOptions): IssuerTokens {
  const keysOf = keysOfIssuer({ url: issuer.jwksUrl, log, clock });
  const verified = createVerifiedTokens();
  const toldOf = new WeakSet<KeySet>();
  return {
    principalOf(token) {
      const digest = digestOf(token, 'base64');
      const known = verified.get(digest);
      if (!known || known.keys !== keysOf.current) return verify(token, digest);
      if (known.exp > Math.floor(now() / 1_000) - toleranceSeconds) return known.principal;
      verified.forget(digest);
      throw tokenRefused(expired);
    },
    close: keysOf.close,
  };

  async function verify(token: string, digest: string): Promise<Principal> {
    if (!isWrittenRight(token)) throw tokenRefused(unreadable);
    let keys = keysOf.current ?? (await keysOf.arriving());
    if (!keys) throw new WeftError('ISSUER_UNREACHABLE', 'The gateway has no keys to verify the token with.');
    let claims: JWTPayload;
    try {
      claims = await claimsOf(token, keys);
    } catch (error) {
      const others = error instanceof errors.JWKSNoMatchingKey ? await keysOf.otherThan(keys) : undefined;
      if (!others) throw refusal(error, keys);
      keys = others;
      claims = await claimsOf(token, others).catch((again: unknown) => {
        throw refusal(again, others);
      });
    }
    const exp = claims.exp as number;
    const expiresAt = (Math.ceil(exp) + toleranceSeconds) * 1_000;
    const principal = Object.freeze({ ...principalOf(claims, issuer.name, issuer), expiresAt });
    verified.keep(digest, { principal, exp, keys });
    return principal;
  }

  async function claimsOf(token: string, { find }: KeySet): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, find, {
      algorithms: [...issuer.algorithms],
      issuer: issuer.name,
      audience: [...issuer.audience],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now()),
    });
    return payload;
  }

  /** A key that cannot be used is the issuer's fault, or that of whoever chose it: once per set of keys, the log says so. */
  function refusal(error: unknown, keys: KeySet): WeftError {
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid))
      return tokenRefused(reasonOf(error));
    if (!toldOf.has(keys)) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`A key of the issuer at ${issuer.jwksUrl} cannot be used: ${reason}`, { level: 'warn' });
    }
    toldOf.add(keys);
    return tokenRefused('The token is signed with a key that cannot be used.');
  }
}

const expired = 'The token has expired.';
const unreadable = 'The token is none that can be read as a signed JWT.';

/** There are bits in base64url that nobody reads: but for them, one token could be written in many ways (RFC 4648, 3.5). */
const isWrittenRight = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** By code, and by claim where it is one that is not as it should be. Nothing that the token says is repeated. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: expired,
  ERR_JOSE_ALG_NOT_ALLOWED: 'The token is signed in a way that this gateway does not take.',
  ERR_JWKS_NO_MATCHING_KEY: 'The token is signed with none of the keys that its issuer publishes.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The token does not say with which of the keys of its issuer it is signed (kid).',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The token is not as its issuer signed it.',
  iss: 'The token is of another issuer.',
  aud: 'The token is for others than this gateway (aud).',
  exp: 'The token does not say when it ends (exp).',
  nbf: 'The token is not valid yet (nbf).',
  sub: 'The token does not say whose it is (sub).',
};

function reasonOf(error: errors.JOSEError): string {
  const found = error instanceof errors.JWTClaimValidationFailed ? reasons[error.claim] : reasons[error.code];
  return found ?? unreadable;
}
