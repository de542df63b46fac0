import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

export interface DrainTimes {
  /** For load balancers to see that the gateway is not ready, while it still accepts. */
  readonly delayMs: number;
  /** For running requests to finish. Whoever still waits then is cut off. */
  readonly timeoutMs: number;
}

export interface Drain {
  isDraining(): boolean;
  /** Not ready, then not accepting, then nothing running. However often it is called, it happens once. */
  drain(): Promise<void>;
}

/** @param stopOthers what served the requests; called when none is left */
export function drainOf(
  server: FastifyInstance,
  { delayMs, timeoutMs }: DrainTimes,
  stopOthers: () => Promise<void>,
): Drain {
  let draining: Promise<void> | undefined;
  let isClosing = false;
  server.addHook('onSend', async (_, reply) => {
    // Else a kept-alive connection would hold the port after its last answer.
    if (isClosing) void reply.header('connection', 'close');
  });
  const drain = async (): Promise<void> => {
    if (server.server.listening && delayMs > 0) await wait(delayMs);
    isClosing = true;
    const cutOff = setTimeout(() => server.server.closeAllConnections(), timeoutMs);
    await server.close();
    clearTimeout(cutOff);
    await stopOthers();
  };
  return {
    isDraining: () => draining !== undefined,
    drain: () => {
      draining ??= drain();
      return draining;
    },
  };
}
