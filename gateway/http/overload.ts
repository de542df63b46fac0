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
  /** Undefined where it is refused; otherwise what to call when the work is done, once or more often. */
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
      let isIn = true;
      return () => {
        if (isIn) inFlight -= 1;
        isIn = false;
      };
    },
  };
}

export interface Shed {
  /** A hook for routes that do work; health is not one of them. */
  shed(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** What is left to do for the request is no work: its stream has begun. */
  release(request: FastifyRequest): void;
}

export function shedOverload(overload: Overload): Shed {
  const leaving = new WeakMap<FastifyRequest, () => void>();
  return {
    async shed(request, reply) {
      const leave = overload.enter(request.headers['x-weft-priority'] === 'batch');
      if (!leave) return refuseOverloaded(reply);
      leaving.set(request, leave);
      reply.raw.once('close', leave);
      return undefined;
    },
    release: (request) => leaving.get(request)?.(),
  };
}

export function refuseOverloaded(reply: FastifyReply): FastifyReply {
  void reply.header('retry-after', String(retryAfterSeconds));
  return refuse(reply, 'OVERLOADED');
}
