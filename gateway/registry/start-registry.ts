import { Worker } from 'node:worker_threads';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { Registry, RegistrySettings } from './registry.ts';
import type { FromRegistry, RegistryCall, SentError } from './registry-messages.ts';
import type { MeshVersion } from './store/versions.ts';

/** The registry from another thread. `schema` stays there: no message can carry one. */
export type RemoteRegistry = Omit<Registry, 'schema'>;

/**
 * @param onChange told of each version when it has become current, the one that is there already included.
 * @throws WeftError as `openRegistry`
 */
export async function startRegistry(
  settings: RegistrySettings,
  onChange: (current: MeshVersion) => void,
): Promise<RemoteRegistry> {
  const thread = new Worker(new URL('./registry-thread.mjs', import.meta.url), {
    workerData: { settings },
    execArgv: [],
    // Of 20,000 fields, no less has to be compared.
    resourceLimits: { maxOldGenerationSizeMb: 2_048, stackSizeMb: 64 },
  });
  thread.unref();
  const waiting = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  let last = 0;
  let gone: WeftError | undefined;
  const opened = new Promise<void>((resolve, reject) => {
    thread.on('message', (message: FromRegistry) => {
      if (message.kind === 'open') return resolve();
      if (message.kind === 'changed') return onChange(message.current);
      const call = waiting.get(message.id ?? 0);
      waiting.delete(message.id ?? 0);
      if (message.kind === 'done') call?.resolve(message.value as never);
      else (call?.reject ?? reject)(received(message.error));
      if (waiting.size === 0) thread.unref();
    });
    const ended = (error: WeftError): void => {
      gone ??= error;
      reject(error);
      for (const { reject: fail } of waiting.values()) fail(error);
      waiting.clear();
    };
    const over = (reason: string): WeftError =>
      new WeftError('REGISTRY_FAILED', `The registry has ended (${reason}); the graph goes on answering.`);
    thread.on('error', (cause) => ended(over(cause.message)));
    thread.on('exit', () => ended(over('its thread')));
  });
  thread.ref();
  await opened.catch(async (error) => {
    await thread.terminate();
    throw error;
  });
  thread.unref();

  const ask = (method: RegistryCall['method'], args: readonly unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      last += 1;
      waiting.set(last, { resolve, reject });
      // Whoever waits for an answer keeps the process alive; the registry itself does not.
      thread.ref();
      thread.postMessage({ id: last, method, args } satisfies RegistryCall);
    });
  const asked = Object.fromEntries(
    Object.keys(methods).map((method) => [
      method,
      (...args: readonly unknown[]) => ask(method as keyof Registry, args),
    ]),
  ) as unknown as RemoteRegistry;
  return {
    ...asked,
    async close() {
      if (!gone) await asked.close();
      await thread.terminate();
    },
  };
}

const methods = {
  ...{ refresh: true, check: true, publish: true, remove: true, rollback: true, seed: true, upgrade: true },
  ...{
    authorise: true,
    version: true,
    versions: true,
    changes: true,
    teams: true,
    ownerOfType: true,
    ownerOfApproval: true,
  },
  ...{ contributions: true, grant: true, revokeGrant: true, approvals: true, decide: true },
  ...{ tokens: true, createToken: true, revokeToken: true, audit: true, verifyAudit: true },
  ...{ addUsage: true, operations: true, consumers: true, unusedFields: true, close: true },
} satisfies Record<keyof RemoteRegistry, true>;

function received(error: SentError): Error {
  if ('code' in error) {
    const { code, message, help, issues } = error;
    return new WeftError(code, message, { help, issues });
  }
  return Object.assign(new Error('The registry failed.'), { stack: error.stack });
}
