/**
 * The registry from another thread. Whatever ends the thread, the registry comes back: another one is started, which opens
 * the file anew.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../engine/log.ts';
import { backoff } from '../processes/backoff.ts';
import type { Registry, RegistryEvents, RegistrySettings } from './registry.ts';
import { type RegistryThread, startRegistryThread } from './start-registry-thread.ts';
import type { MeshVersion, VersionRecord } from './store/versions.ts';

/** Told of each version once. */
export interface RegistryOptions
  extends Pick<RegistryEvents, 'onChange'>,
    Partial<Pick<RegistryEvents, 'onAgreements' | 'onConsumerTokens'>> {
  readonly settings: RegistrySettings;
  readonly log: Log;
  /** Rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** A thread that has lasted for so long ends for a reason of its own: there is no need to rest before the next one. */
const lastingMs = 60_000;

/**
 * Calls that come while a thread is being started wait for it. Where none can be, or each ends soon, it is tried ever more
 * rarely, and calls in between fail at once with the reason.
 * @throws WeftError as `openRegistry`
 */
export async function startRegistry({
  settings,
  onChange,
  onAgreements = () => {},
  onConsumerTokens = () => {},
  log,
  pause = rest,
}: RegistryOptions): Promise<Registry> {
  const closing = new AbortController();
  let told: VersionRecord | undefined;
  const onChangeOnce = (current: MeshVersion): void => {
    if (isDeepStrictEqual(current.record, told)) return;
    told = current.record;
    onChange(current);
  };
  const start = (): Promise<RegistryThread> =>
    startRegistryThread(settings, { onChange: onChangeOnce, onAgreements, onConsumerTokens, onEnd: onFailure });
  let startedAt = performance.now();
  let thread = start();
  let failures = 0;
  let said: string | undefined;
  const { methods } = await thread;

  function onFailure(why: Error): void {
    if (closing.signal.aborted) return;
    failures = performance.now() - startedAt > lastingMs ? 1 : failures + 1;
    // Once per outage and kind: an hour without a registry is not an hour of lines.
    if (why.message !== said)
      log(`${why.message} It is started again; the graph goes on answering.`, { level: 'error' });
    said = why.message;
    thread = Promise.reject(why);
    thread.catch(() => {});
    if (failures === 1) startAgain();
    else void pause(backoff(failures - 1), closing.signal).then(startAgain, () => {});
  }

  function startAgain(): void {
    if (closing.signal.aborted) return;
    startedAt = performance.now();
    thread = start();
    thread.then(() => {
      said = undefined;
      log('The registry is open again.');
    }, onFailure);
  }

  const asked = methods.map((method) => [
    method,
    async (...args: readonly unknown[]) => (await thread).ask(method, args),
  ]);
  return {
    ...(Object.fromEntries(asked) as Registry),
    async close() {
      closing.abort();
      const last = await thread.catch(() => undefined);
      await last?.close();
    },
  };
}

const rest = (ms: number, signal: AbortSignal): Promise<void> => wait(ms, undefined, { signal, ref: false });
