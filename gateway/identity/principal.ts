/** Who asks, as far as the gateway knows: whoever decides what may be read goes by this, and by nothing that is only said. */
export interface Principal {
  /** Nobody else has it: of a token, `<issuer>#<sub>`. */
  readonly id: string;
  readonly kind: 'anonymous' | 'user' | 'service';
  readonly team?: string;
  readonly roles: readonly string[];
  /** What else its issuer says of it, by the names of the claims. */
  readonly attributes: Readonly<Record<string, string>>;
  /** When what it has shown counts no longer, in milliseconds since 1970; never, where absent. */
  readonly expiresAt?: number;
}

/** Whoever shows nothing. */
export const anonymous: Principal = Object.freeze({
  id: 'anonymous',
  kind: 'anonymous',
  roles: Object.freeze([]),
  attributes: Object.freeze({}),
});
