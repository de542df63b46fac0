/** The thread of start-registry-thread.ts: its database, and all that judging a publication takes. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { openRegistry, type Registry } from './registry.ts';
import type { FromRegistry, RegistryCall, RegistryMethod, RegistryThreadData, SentError } from './registry-messages.ts';

/** Another process may change the same database: so often is looked. */
const lookEveryMs = 250;

const port = parentPort;
invariant(port, 'the registry runs in a thread');
const say = (message: FromRegistry): void => port.postMessage(message);
const { settings } = workerData as RegistryThreadData;

try {
  const registry = await openRegistry(settings, {
    onChange: (current) => say({ kind: 'changed', current }),
    onAgreements: (approved) => say({ kind: 'agreements', approved }),
    onConsumerTokens: (inForce) => say({ kind: 'consumer-tokens', inForce }),
  });
  port.on('message', (call: RegistryCall) => void answer(registry, call));
  setInterval(() => void registry.look().catch(() => {}), lookEveryMs).unref();
  say({ kind: 'open', methods: Object.keys(registry) as RegistryMethod[] });
} catch (error) {
  say({ kind: 'failed', error: sent(error) });
}

async function answer(registry: Registry, { id, method, args }: RegistryCall): Promise<void> {
  try {
    const called = registry[method] as (...given: readonly unknown[]) => Promise<unknown>;
    say({ kind: 'done', id, value: await called(...args) });
  } catch (error) {
    say({ kind: 'failed', id, error: sent(error) });
    // Nothing can be done with this connection any more: it ends the thread, and the next one opens the file anew.
    if (error instanceof WeftError && error.code === 'REGISTRY_FAILED') throw error;
  }
}

function sent(error: unknown): SentError {
  if (error instanceof WeftError) {
    const { code, message, help, issues } = error;
    return { code, message, help, issues };
  }
  return { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
