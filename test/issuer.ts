/** An issuer of tokens on a real port, with real keys, and a clock that is put forward by hand. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createIdentity, type Identity, type IdentityOptions } from '../gateway/identity/identity.ts';
import type { Issuer } from '../gateway/identity/issuer-tokens.ts';
import type { Clock } from '../gateway/transport/clock.ts';
import { until } from './mesh.ts';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** When the clock is at 0, in seconds. */
export const epoch = 1_800_000_000;
export const issuerName = 'https://login.example.com/realms/main';
export const audience = 'weft';

/** What a token says unless a test says otherwise; undefined leaves a claim out. */
export function sign(key: SigningKey, claims: Record<string, unknown> = {}, header = {}): Promise<string> {
  const said = { iss: issuerName, aud: audience, sub: 'alice', exp: epoch + 300, ...claims };
  const payload = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
}

export interface TestIssuer {
  readonly url: string;
  /** How often it was asked. */
  readonly asked: number;
  /** The keys that it publishes. */
  publish(...keys: readonly { readonly jwk: unknown }[]): void;
  /** What it does instead of answering with its keys. */
  instead(answer: ((response: ServerResponse) => void) | undefined): void;
  close(): Promise<void>;
}

export async function startIssuer(port = 0): Promise<TestIssuer> {
  let asked = 0;
  let text = '{"keys":[]}';
  let answer: ((response: ServerResponse) => void) | undefined;
  const server = createServer((_, response) => {
    asked += 1;
    if (answer) answer(response);
    else response.setHeader('content-type', 'application/jwk-set+json').end(text);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    get asked() {
      return asked;
    },
    publish: (...keys) => {
      text = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
    },
    instead: (given) => {
      answer = given;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface HandClock extends Clock {
  /** When what waits is called, from now on. */
  readonly timers: number[];
  /** Puts it forward, and calls what is due. */
  pass(ms: number): void;
}

export function handClock(): HandClock {
  let now = 0;
  const waiting = new Map<object, { readonly at: number; readonly call: () => void }>();
  return {
    now: () => now,
    after(ms, call) {
      const timer = {};
      waiting.set(timer, { at: now + ms, call });
      return () => waiting.delete(timer);
    },
    get timers() {
      return [...waiting.values()].map(({ at }) => at - now);
    },
    pass(ms) {
      now += ms;
      for (const [timer, { at, call }] of waiting) {
        if (at > now) continue;
        waiting.delete(timer);
        call();
      }
    },
  };
}

/** How long an answer of the issuer is waited for. */
const answerMs = 3_000;

export interface Who {
  readonly identity: Identity;
  readonly clock: HandClock;
  readonly log: readonly string[];
  /** Puts the clock forward, and waits for what the issuer is asked thereby. */
  pass(ms: number): Promise<void>;
  /** Until the issuer has answered what it is being asked, or has not. */
  settled(): Promise<void>;
  /** By the code and the message of what it throws, where it does. */
  ask(token: string): Promise<any>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An identity that takes the tokens of an issuer, once it has asked for its keys. */
export async function whoAsks(
  jwksUrl: string,
  given: Partial<Issuer> = {},
  options: Partial<IdentityOptions> = {},
): Promise<Who> {
  const clock = handClock();
  const log: string[] = [];
  const claims = { teamClaim: 'team', rolesClaim: 'roles', attributeClaims: [] };
  const issuer = { name: issuerName, audience: [audience], jwksUrl, algorithms: ['ES256'], ...claims, ...given };
  const now = () => epoch * 1_000 + clock.now();
  const identity = createIdentity({ issuer, log: (line) => log.push(line), clock, now, ...options });
  const settled = () => until(() => clock.timers.length === 1 && clock.timers[0] !== answerMs);
  await settled();
  return {
    identity,
    clock,
    log,
    settled,
    async pass(ms) {
      clock.pass(ms);
      await settled();
    },
    async ask(token) {
      try {
        return await identity.identify(`Bearer ${token}`);
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return { code, message };
      }
    },
    [Symbol.asyncDispose]: () => identity.close(),
  };
}
