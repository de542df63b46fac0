import type { FastifyInstance } from 'fastify';

export interface Health {
  /** `outdated`: it answers, and the mesh has changed since in a way that does not compose. */
  graph(): 'composed' | 'outdated' | 'unavailable';
  /** Whether the gateway is about to stop: whoever sends it requests should send them elsewhere. */
  isDraining(): boolean;
}

/**
 * `/health` for people and `weft up`, `/health/live` and `/health/ready` for orchestrators: not live means start again,
 * not ready means send nothing. They answer whatever else is refused.
 */
export function serveHealth(server: FastifyInstance, { graph, isDraining }: Health): void {
  const hasGraph = (): boolean => graph() !== 'unavailable';
  server.get('/health', (_, reply) =>
    reply.code(hasGraph() ? 200 : 503).send({ status: hasGraph() ? 'pass' : 'fail', graph: graph() }),
  );
  server.get('/health/live', (_, reply) => reply.send({ status: 'pass' }));
  server.get('/health/ready', (_, reply) => {
    const isReady = hasGraph() && !isDraining();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'pass' : 'fail' });
  });
}
