/**
 * Tokens that a registry makes for consumers: `weftc_<id>_<secret>`. The registry says which are in force, and by what each is
 * known again; nobody is asked for a request.
 */
import { timingSafeEqual } from 'node:crypto';
import { digestOf } from '../engine/digest.ts';
import type { Principal } from './principal.ts';
import { tokenRefused } from './token-refused.ts';

/** What the registry tells of a token, in its shape: neither knows the other. */
export interface ConsumerToken {
  /** The part of the token that is no secret. */
  readonly id: string;
  /** SHA-256 of the secret part, in hexadecimal digits. */
  readonly hash: string;
  readonly team: string | null;
  readonly roles: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface ConsumerTokens {
  /** Whether any is in force: then nobody who shows another kind of token is taken for somebody who shows none. */
  readonly areInUse: boolean;
  /** @throws WeftError TOKEN_INVALID */
  principalOf(token: string): Principal;
  /** Of one that was found here: whether it would be found now. Of any other, true. */
  isInForce(principal: Principal): boolean;
  /** @returns what ends that */
  onChange(listener: () => void): () => void;
}

export interface HeldConsumerTokens extends ConsumerTokens {
  /** These are in force, and no others. */
  hold(tokens: readonly ConsumerToken[]): void;
}

interface Held {
  readonly said: string;
  readonly hash: Buffer;
  readonly principal: Principal;
  readonly expiresAt: number;
}

/** For ids that nobody has: what is compared takes as long. */
const ofNobody = Buffer.from(digestOf(''));

export function holdConsumerTokens(now: () => number = Date.now): HeldConsumerTokens {
  let held: ReadonlyMap<string, Held> = new Map();
  const made = new WeakSet<Principal>();
  const listeners = new Set<() => void>();
  const inForce = (id: string): Held | undefined => {
    const found = held.get(id);
    return found && found.expiresAt > now() ? found : undefined;
  };
  return {
    get areInUse() {
      return held.size > 0;
    },
    principalOf(token) {
      const [, id = '', secret = ''] = /^weftc_([0-9a-f]{12})_([\w-]{32})$/.exec(token) ?? [];
      const known = held.get(id);
      const isGenuine = timingSafeEqual(Buffer.from(digestOf(secret)), known?.hash ?? ofNobody);
      if (!known || !isGenuine) throw tokenRefused('The token is none that the registry has made, or was revoked.');
      if (!inForce(id)) throw tokenRefused('The token has expired.');
      return known.principal;
    },
    isInForce(principal) {
      return !made.has(principal) || inForce(idIn(principal))?.principal === principal;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold(tokens) {
      held = new Map(tokens.map((token) => [token.id, heldAs(token, held.get(token.id))]));
      for (const { principal } of held.values()) made.add(principal);
      for (const listener of [...listeners]) listener();
    },
  };
}

/** One object for as long as it is in force: what is worked out for whoever shows it, is kept with it. */
function heldAs(token: ConsumerToken, known: Held | undefined): Held {
  const said = JSON.stringify(token);
  if (known?.said === said) return known;
  const { id, hash, team, roles, attributes } = token;
  const expiresAt = Date.parse(token.expiresAt);
  const principal: Principal = Object.freeze({
    id: `${ofToken}${id}`,
    kind: 'service',
    ...(team !== null && { team }),
    roles: Object.freeze([...roles]),
    attributes: Object.freeze({ ...attributes }),
    expiresAt,
  });
  return { said, hash: Buffer.from(hash), principal, expiresAt };
}

/** Without a `#`, it is nobody's of an issuer; and nobody ready-made is called with a blank. */
const ofToken = 'token ';

const idIn = ({ id }: Principal): string => id.slice(ofToken.length);
