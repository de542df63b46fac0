/**
 * The keys that an issuer signs with (JWKS: RFC 7517, 5). They are fetched ahead: no request waits for the network once they
 * are known, but one that shows a key which is not among them. A key that the issuer withdraws counts for five minutes more,
 * and for an hour where the issuer cannot be asked.
 */
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { issue, printIssue } from '../../subgraphs/kit/errors/issue.ts';
import type { Log } from '../engine/log.ts';
import type { Clock } from '../transport/clock.ts';
import { createHttpClient } from '../transport/http-client.ts';

/** It is another one exactly where the issuer has said something else. */
export interface KeySet {
  readonly find: JWTVerifyGetKey;
}

export interface IssuerKeys {
  /** Undefined while there are none that count. */
  readonly current: KeySet | undefined;
  /** The same once the fetch that is under way has ended. Never throws. */
  arriving(): Promise<KeySet | undefined>;
  /** Others than those, in which a key was looked for in vain: fetched anew, but not too often. Never throws. */
  otherThan(keys: KeySet): Promise<KeySet | undefined>;
  close(): Promise<void>;
}

export interface IssuerKeysOptions {
  readonly url: string;
  readonly log: Log;
  readonly clock: Clock;
}

const refreshMs = 5 * 60_000;
/** For as long, known keys count while the issuer is away: tokens that it gave before seldom last longer. */
const longestMs = 60 * 60_000;
/** From one fetch to one that an unknown key begins: whoever makes up keys does not make the gateway ask. */
const cooldownMs = 30_000;
const answerMs = 3_000;
const firstRetryMs = 1_000;
const lastRetryMs = 30_000;
/** Some hundred keys with their certificates. */
const largestBytes = 256 * 1024;

export function keysOfIssuer({ url, log, clock }: IssuerKeysOptions): IssuerKeys {
  const http = createHttpClient({ largestAnswerBytes: largestBytes, addresses: 'any', clock });
  let known: { readonly text: string; readonly keys: KeySet; readonly at: number } | undefined;
  let underWay: Promise<void> | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let told: string | undefined;
  let stopTimer = (): void => {};
  let isClosed = false;
  const current = (): KeySet | undefined =>
    known && clock.now() < known.at + longestMs && !isClosed ? known.keys : undefined;
  void refresh();
  return {
    get current() {
      return current();
    },
    async arriving() {
      await underWay;
      return current();
    },
    async otherThan(keys) {
      if (current() === keys && (underWay || clock.now() >= begunAt + cooldownMs)) await refresh();
      return current() === keys ? undefined : current();
    },
    async close() {
      isClosed = true;
      stopTimer();
      await http.close();
      await underWay;
    },
  };

  /** One at a time. */
  function refresh(): Promise<void> {
    underWay ??= fetched().finally(() => {
      underWay = undefined;
      if (isClosed) return;
      const ms = failures === 0 ? refreshMs : Math.min(lastRetryMs, firstRetryMs * 2 ** (failures - 1));
      stopTimer();
      stopTimer = clock.after(ms, () => void refresh());
    });
    return underWay;
  }

  async function fetched(): Promise<void> {
    const at = clock.now();
    begunAt = at;
    try {
      const request = { url, method: 'GET', headers: ['accept', 'application/json'] } as const;
      const { status, text } = await http.send(request, { due: at + answerMs });
      if (status !== 200) throw new Error(`HTTP ${status}`);
      known = { text, keys: known?.text === text ? known.keys : { find: keysIn(text) }, at };
      if (told) log(`The issuer answers again: its keys are those at ${url}.`);
      failures = 0;
      told = undefined;
    } catch (error) {
      failures += 1;
      if (!isClosed) tell(error instanceof Error ? error.message : String(error));
    }
  }

  /** Once per outage, and once more when it ends what tokens are worth: an hour without an issuer is not an hour of lines. */
  function tell(reason: string): void {
    const meanwhile = current() ? 'those known count for up to an hour' : 'tokens are refused until they are there';
    if (told === meanwhile) return;
    told = meanwhile;
    const message = `The keys of the issuer cannot be read from ${url}: ${reason}. It is asked again; ${meanwhile}.`;
    log(printIssue(issue('ISSUER_UNREACHABLE', message)), { level: 'warn' });
  }
}

/** What is no key is passed over, as is one that nobody here knows (RFC 7517, 5). @throws where it is no set at all. */
function keysIn(text: string): JWTVerifyGetKey {
  const said = readJson(text) as { readonly keys?: unknown } | null | undefined;
  if (!Array.isArray(said?.keys)) throw new Error('it is no set of keys (JWKS)');
  const keys = said.keys.filter((key) => typeof key === 'object' && key !== null && !Array.isArray(key));
  return createLocalJWKSet({ keys } as JSONWebKeySet);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // What the parser says would repeat what was answered.
  }
}
