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

/** A hook for routes that do work; health is not one of them. */
export function shedOverload(limits: Pick<DoorLimits, 'inFlight' | 'lagMs' | 'crowd' | 'heapShare'>, probe: OverloadProbe) {
  let inFlight = 0;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const share = request.headers['x-weft-priority'] === 'batch' ? batchShare : 1;
    if (
      inFlight >= limits.inFlight * share ||
      (inFlight >= limits.crowd && probe.lagMs() > limits.lagMs * share) ||
      probe.heapShare() > limits.heapShare * share
    ) {
      void reply.header('retry-after', String(retryAfterSeconds));
      return refuse(reply, 'OVERLOADED');
    }
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
    return undefined;
  };
}
