/**
 * Refuses requests that the process cannot keep up with, before their bodies are read: an answer that costs nothing now
 * is better than one that comes too late. A bound on requests in flight does not see work that waits in the kernel; the
 * event loop's lag does.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DoorLimits } from './door-limits.ts';
import type { OverloadProbe } from './event-loop-probe.ts';
import { refuse } from './faults.ts';

/** What can wait says so by `x-weft-priority: batch`, and is refused at half of each limit. */
const batchShare = 0.5;

const retryAfterSeconds = 1;

export interface Overload {
  /** Undefined where it is refused; otherwise what to call when the work is done. */
  enter(isBatch: boolean): (() => void) | undefined;
}

export function createOverload(
  limits: Pick<DoorLimits, 'inFlight' | 'lagMs' | 'crowd' | 'heapShare'>,
  probe: OverloadProbe,
): Overload {
  let inFlight = 0;
  return {
    enter(isBatch) {
      const share = isBatch ? batchShare : 1;
      if (
        inFlight >= limits.inFlight * share ||
        (inFlight >= limits.crowd && probe.lagMs() > limits.lagMs * share) ||
        probe.heapShare() > limits.heapShare * share
      ) {
        return undefined;
      }
      inFlight += 1;
      return () => {
        inFlight -= 1;
      };
    },
  };
}

/** A hook for routes that do work; health is not one of them. */
export function shedOverload(overload: Overload) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const leave = overload.enter(request.headers['x-weft-priority'] === 'batch');
    if (!leave) {
      void reply.header('retry-after', String(retryAfterSeconds));
      return refuse(reply, 'OVERLOADED');
    }
    // A stream is work only at its beginning, which is counted there.
    if (/\btext\/event-stream\b/.test(request.headers.accept ?? '')) leave();
    else reply.raw.once('close', leave);
    return undefined;
  };
}
