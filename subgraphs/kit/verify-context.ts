/** Tells requests of the mesh's gateway from everybody else's, in a subgraph of the kit or a hand-written one. */
import { bodyDigest, type ContextContent, fewestSecretCharacters, openContext } from './contract/signed-context.ts';
import { WeftError } from './errors/weft-error.ts';

export interface ContextVerifierOptions {
  /** The gateway's `WEFT_GATEWAY_SECRET`. */
  readonly secret: string;
  /** This subgraph, as `supergraph.yaml` calls it. */
  readonly subgraph: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** How many contexts are remembered. */
  readonly mostRemembered?: number;
}

/**
 * @param header the value of `weft-context`
 * @param body of the request, as it came, before it is read
 * @returns what the gateway says: which `rows` of each type may be shown, and `minimumGroups` of summaries
 * @throws WeftError CONTEXT_MISSING, CONTEXT_INVALID, CONTEXT_REPLAYED: the answer is 401, and nothing was executed
 */
export type VerifyContext = (header: string | undefined, body: string | Uint8Array) => ContextContent;

/** How far clocks may differ, and how old a context may be. */
const patienceMs = 30_000;

/** Of 16,000 requests a second. */
const atMost = 1_000_000;

/** @throws WeftError GATEWAY_SECRET_INVALID */
export function contextVerifier(options: ContextVerifierOptions): VerifyContext {
  const { secret, subgraph, now = Date.now, mostRemembered = atMost } = options;
  if (secret.length < fewestSecretCharacters) {
    const message = `WEFT_GATEWAY_SECRET has fewer than ${fewestSecretCharacters} characters.`;
    throw new WeftError('GATEWAY_SECRET_INVALID', message);
  }
  const nonces = rememberedNonces(mostRemembered);
  return (header, body) => {
    if (header === undefined) {
      throw new WeftError('CONTEXT_MISSING', `${subgraph} answers the gateway of its mesh, and nobody else.`);
    }
    const said = openContext(header, secret);
    if (!said) throw invalid('was not signed with the secret that this subgraph has');
    if (said.subgraph !== subgraph) throw invalid(`is for another subgraph than ${subgraph}`);
    const time = now();
    if (Math.abs(time - said.issuedAt) > patienceMs) throw invalid('is too old, or of a clock that is wrong');
    if (said.body !== bodyDigest(body)) throw invalid('is of another request');
    if (!nonces.isFirst(said.nonce, said.issuedAt, time)) {
      throw new WeftError('CONTEXT_REPLAYED', 'The request was sent before.');
    }
    return said;
  };
}

/** Only what was signed gets here, so nobody else can fill it. */
function rememberedNonces(most: number) {
  /** When each was issued, in the order in which they came. */
  const nonces = new Map<string, number>();
  /** Nothing issued before, or then, is known any more. */
  let forgotten = Number.NEGATIVE_INFINITY;
  return {
    isFirst(nonce: string, issuedAt: number, now: number): boolean {
      if (issuedAt <= forgotten || nonces.has(nonce)) return false;
      nonces.set(nonce, issuedAt);
      for (const [oldest, at] of nonces) {
        const isOver = now - at > patienceMs;
        if (!isOver && nonces.size <= most) break;
        nonces.delete(oldest);
        if (!isOver) forgotten = Math.max(forgotten, at);
      }
      return true;
    },
  };
}

const invalid = (why: string): WeftError => new WeftError('CONTEXT_INVALID', `The header weft-context ${why}.`);
