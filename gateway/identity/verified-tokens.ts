/** Tokens that were verified, by their SHA-256: none of them is kept itself. The least recently used go first. */
import type { KeySet } from './issuer-keys.ts';
import type { Principal } from './principal.ts';

export interface VerifiedToken {
  readonly principal: Principal;
  /** As the token says it, in seconds (RFC 7519, 4.1.4). */
  readonly exp: number;
  /** One of these had signed it: once there are others, that has to be found out again. */
  readonly keys: KeySet;
}

export interface VerifiedTokens {
  get(digest: string): VerifiedToken | undefined;
  keep(digest: string, token: VerifiedToken): void;
  forget(digest: string): void;
}

export interface VerifiedTokensLimits {
  readonly entries: number;
  /** Of all principals together, as JSON. */
  readonly characters: number;
}

const defaults: VerifiedTokensLimits = { entries: 10_000, characters: 16_000_000 };

export function createVerifiedTokens(limits: VerifiedTokensLimits = defaults): VerifiedTokens {
  /** In the order of use: a Map remembers in which order keys were set. */
  const kept = new Map<string, { readonly token: VerifiedToken; readonly characters: number }>();
  let characters = 0;
  const forget = (digest: string): void => {
    characters -= kept.get(digest)?.characters ?? 0;
    kept.delete(digest);
  };
  return {
    get(digest) {
      const entry = kept.get(digest);
      if (!entry) return undefined;
      kept.delete(digest);
      kept.set(digest, entry);
      return entry.token;
    },
    keep(digest, token) {
      forget(digest);
      const entry = { token, characters: JSON.stringify(token.principal).length };
      kept.set(digest, entry);
      characters += entry.characters;
      for (const oldest of kept.keys()) {
        if (kept.size <= limits.entries && characters <= limits.characters) return;
        forget(oldest);
      }
    },
    forget,
  };
}
