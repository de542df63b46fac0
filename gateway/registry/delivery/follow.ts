/**
 * Follows a registry from another process: asks for its artefact, then waits at it for the next one (a long poll: RFC 7240,
 * `Prefer: wait`, with `If-None-Match`). What does not arrive as it was sent is not taken, nor what is older than what is
 * known: a registry that was restored from a backup does not take the mesh back with it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Issue, issue, printIssue } from '../../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../../subgraphs/kit/errors/weft-error.ts';
import { digestOf } from '../../engine/digest.ts';
import type { Log } from '../../engine/log.ts';
import { backoff } from '../../processes/backoff.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../../transport/http-client.ts';
import { HttpFailure } from '../../transport/http-failure.ts';
import type { Artefact } from './artefact.ts';
import { largestArtefactBytes, readArtefact } from './read-artefact.ts';

export interface FollowOptions {
  /** Of the graph at its registry: `https://registry.example.com/artifacts/v1/weft`. */
  readonly url: string;
  readonly token?: string | undefined;
  /** What is served already, for example from disk. */
  readonly known?: Artefact | undefined;
  /** Given one after the other, each newer than the one before. One that it rejects is logged, and not given again. */
  readonly onArtefact: (artefact: Artefact) => void | Promise<void>;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly largestBytes?: number;
  /** Rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Seconds that the registry is asked to wait, and milliseconds that it may then take to answer. */
const waitSeconds = 30;
const answerMs = 15_000;

/** From one request to the next, at least. */
const shortestPauseMs = 500;

/** Resolves when the signal aborts. Nothing that the registry does makes it reject. */
export async function followArtefacts(options: FollowOptions): Promise<void> {
  const { onArtefact, log, signal, largestBytes = largestArtefactBytes } = options;
  const pause = options.pause ?? ((ms, signal) => wait(ms, undefined, { signal, ref: false }));
  const http = createHttpClient({ largestAnswerBytes: largestBytes, addresses: 'any' });
  const url = `${options.url.replace(/\/+$/, '')}/bundle`;
  let { known } = options;
  /** Of what was answered last, taken or not: the registry waits until it has something else. */
  let etag: string | undefined;
  let failures = 0;
  let told: string | undefined;
  while (!signal.aborted) {
    const asked = performance.now();
    try {
      const answer = await ask(http, { url, token: options.token, etag, signal });
      if (failures > 0) log(`The registry at ${url} answers again.`);
      failures = 0;
      told = undefined;
      if (answer) {
        etag = answer.etag;
        await take(answer.artefact);
      }
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      const problem = problemOf(error, url);
      // Once per outage and kind: an hour without a registry is not an hour of lines.
      if (problem.code !== told) tell(log, problem);
      told = problem.code;
    }
    // Also where the registry does not wait, or something on the way loses its ETag.
    const rest = Math.max(0, asked + shortestPauseMs - performance.now());
    await pause(failures > 0 ? backoff(failures) : rest, signal).catch(() => {});
  }
  await http.close();

  async function take(artefact: Artefact): Promise<void> {
    if (known && artefact.id === known.id && artefact.digest === known.digest) return;
    if (known && Number(artefact.id) <= Number(known.id)) return tell(log, older(artefact, known));
    known = artefact;
    try {
      await onArtefact(artefact);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`Version ${artefact.id} of the graph is not taken: ${reason}`, { level: 'error' });
    }
  }
}

interface Question {
  readonly url: string;
  readonly token: string | undefined;
  readonly etag: string | undefined;
  readonly signal: AbortSignal;
}

/** Undefined where nothing has changed. */
async function ask(http: HttpClient, { url, token, etag, signal }: Question) {
  const headers = ['accept', 'application/json', 'prefer', `wait=${waitSeconds}`];
  if (token !== undefined) headers.push('x-hive-cdn-key', token);
  if (etag !== undefined) headers.push('if-none-match', etag);
  const due = performance.now() + waitSeconds * 1_000 + answerMs;
  const answer = await http.send({ url, method: 'GET', headers }, { due, signal });
  if (answer.status === 304) return undefined;
  if (answer.status === 401 || answer.status === 403) {
    throw new WeftError('REGISTRY_REFUSED', `The registry at ${url} refuses the token (HTTP ${answer.status}).`);
  }
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
  const where = `What ${url} answered`;
  if (answer.headers['repr-digest'] !== reprDigest(answer)) {
    throw new WeftError('ARTEFACT_DAMAGED', `${where} is not what the registry sent: its Repr-Digest is another.`);
  }
  return { artefact: readArtefact(answer.text, where), etag: answer.headers.etag };
}

/** RFC 9530, 3. The text is decoded, and one that was no UTF-8 does not give its bytes again: then it was damaged, too. */
const reprDigest = ({ text }: HttpAnswer): string => `sha-256=:${digestOf(text, 'base64')}:`;

function problemOf(error: unknown, url: string): Issue {
  if (error instanceof WeftError) return issue(error.code, error.message);
  const reason = error instanceof HttpFailure || error instanceof Error ? error.message : String(error);
  return issue('REGISTRY_UNREACHABLE', `The registry at ${url} does not give its graph: ${reason}.`);
}

function older(offered: Artefact, known: Artefact): Issue {
  const message = `The registry offers ${versionOf(offered)}; ${versionOf(known)} answers already, and goes on doing so.`;
  return issue('ARTEFACT_OLDER', message);
}

const versionOf = ({ id, digest }: Artefact): string => `version ${id} of the graph (${digest.slice(0, 12)})`;

const tell = (log: Log, found: Issue): void => log(printIssue(found), { level: 'warn' });
