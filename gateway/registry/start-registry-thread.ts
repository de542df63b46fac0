/** One thread of registry-thread.ts, from outside. */
import { Worker } from 'node:worker_threads';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { RegistryEvents, RegistrySettings } from './registry.ts';
import type { FromRegistry, RegistryCall, RegistryMethod, SentError } from './registry-messages.ts';

export interface RegistryThread {
  readonly methods: readonly RegistryMethod[];
  /** @throws WeftError as the method does, and REGISTRY_ENDED where the thread ends before it answers. */
  ask(method: RegistryMethod, args: readonly unknown[]): Promise<never>;
  close(): Promise<void>;
}

export interface ThreadEvents extends RegistryEvents {
  /** The thread was open, and has ended, or is about to: its disk has failed. Told before those who wait for its answers. */
  onEnd(why: WeftError): void;
}

/** @throws WeftError as `openRegistry` */
export async function startRegistryThread(
  settings: RegistrySettings,
  { onChange, onAgreements, onConsumerTokens, onEnd }: ThreadEvents,
): Promise<RegistryThread> {
  const thread = new Worker(new URL('./registry-thread.mjs', import.meta.url), {
    workerData: { settings },
    execArgv: [],
    // Of 20,000 fields, no less has to be compared.
    resourceLimits: { maxOldGenerationSizeMb: 2_048, stackSizeMb: 64 },
  });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  let last = 0;
  let cause: Error | undefined;
  let isOpen = false;
  let gone: WeftError | undefined;
  const end = (why: WeftError): void => {
    if (isOpen && !gone) onEnd(why);
    gone ??= why;
  };

  const opened = new Promise<readonly RegistryMethod[]>((resolve, reject) => {
    thread.on('message', (message: FromRegistry) => {
      if (message.kind === 'changed') return onChange(message.current);
      if (message.kind === 'agreements') return onAgreements(message.approved);
      if (message.kind === 'consumer-tokens') return onConsumerTokens(message.inForce);
      if (message.kind === 'open') {
        isOpen = true;
        return resolve(message.methods);
      }
      const call = waiting.get(message.id ?? 0);
      waiting.delete(message.id ?? 0);
      if (message.kind === 'done') call?.resolve(message.value as never);
      else {
        const error = received(message.error);
        if (error instanceof WeftError && error.code === 'REGISTRY_FAILED') end(error);
        (call?.reject ?? reject)(error);
      }
      if (waiting.size === 0) thread.unref();
    });
    thread.on('error', (error) => {
      cause = error;
    });
    thread.on('exit', (code) => {
      const why = (cause?.message ?? `its thread stopped with ${code}`).replace(/\.$/, '');
      end(new WeftError('REGISTRY_ENDED', `The registry has ended (${why}).`));
      reject(gone);
      const unanswered = `The registry ended before it answered (${why}). What it was asked to change may be stored, or not.`;
      for (const call of waiting.values()) call.reject(new WeftError('REGISTRY_ENDED', unanswered));
    });
  });
  const methods = await opened.catch(async (error) => {
    await thread.terminate();
    throw error;
  });
  thread.unref();

  const ask: RegistryThread['ask'] = (method, args) =>
    new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      last += 1;
      waiting.set(last, { resolve, reject });
      // Whoever waits for an answer keeps the process alive; the registry itself does not.
      thread.ref();
      thread.postMessage({ id: last, method, args } satisfies RegistryCall);
    });
  return {
    methods,
    ask,
    async close() {
      // One that ends by itself meanwhile has closed its database, too.
      await ask('close', []).catch(() => {});
      await thread.terminate();
    },
  };
}

function received(error: SentError): Error {
  if ('code' in error) {
    const { code, message, help, issues } = error;
    return new WeftError(code, message, { help, issues });
  }
  return Object.assign(new Error('The registry failed.'), { stack: error.stack });
}
