/**
 * What a verified token says of who shows it. What is of another kind than it should be says nothing, and is left out; what
 * is larger than bounds refuses the token: with half of its roles, it might miss the one that something forbids.
 */
import type { JWTPayload } from 'jose';
import type { Principal } from './principal.ts';
import { tokenRefused } from './token-refused.ts';

export interface ClaimNames {
  /** Each the name of a claim, or a path to what is inside of one: `realm_access.roles`. */
  readonly teamClaim: string;
  readonly rolesClaim: string;
  readonly attributeClaims: readonly string[];
}

/** OpenID Connect Core 1.0, 2: `sub`. */
const longestId = 255;
const longestText = 500;
const mostRoles = 100;

/** It would be another text in a log, a database or a hash: control characters, and halves of surrogate pairs. */
const unfit = /[\p{Cc}\p{Cs}]/u;

/** @throws WeftError TOKEN_INVALID */
export function principalOf(claims: JWTPayload, issuer: string, names: ClaimNames): Principal {
  const { sub } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > longestId || unfit.test(sub)) {
    throw tokenRefused('The token does not say whose it is (sub), or not in a way that can be used.');
  }
  const team = textOf(at(claims, names.teamClaim), names.teamClaim);
  const attributes = names.attributeClaims.flatMap((name): [string, string][] => {
    const text = textOf(at(claims, name), name);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.freeze({
    id: `${issuer}#${sub}`,
    kind: isOfService(claims) ? 'service' : 'user',
    ...(team && { team }),
    roles: Object.freeze(rolesIn(at(claims, names.rolesClaim), names.rolesClaim)),
    attributes: Object.freeze(Object.fromEntries(attributes)),
  });
}

/** What no person stands behind is its own subject (RFC 9068, 2.2; `azp` is what OpenID Connect calls the client). */
function isOfService({ sub, client_id: client, azp }: JWTPayload): boolean {
  return sub === (client ?? azp);
}

/** A name may have dots itself, as `https://example.com/team` has. */
function at(claims: unknown, name: string): unknown {
  if (own(claims, name) !== undefined) return own(claims, name);
  return name.split('.').reduce(own, claims);
}

function own(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function textOf(value: unknown, claim: string): string | undefined {
  const isWord = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isWord) return undefined;
  const text = String(value);
  if (text.length > longestText) throw tokenRefused(`The claim ${claim} of the token is longer than ${longestText}.`);
  return unfit.test(text) ? undefined : text;
}

/** One text is one role, whatever blanks are in it: of `not governance`, no part is a role. */
function rolesIn(value: unknown, claim: string): string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (given.length > mostRoles) throw tokenRefused(`The claim ${claim} of the token has more than ${mostRoles} roles.`);
  const roles = given.filter((role) => typeof role === 'string').flatMap((role) => textOf(role, claim) || []);
  return [...new Set(roles)];
}
