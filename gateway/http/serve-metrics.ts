import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';

/** `/metrics`, for Prometheus to scrape. */
export function serveMetrics(server: FastifyInstance, metrics: Metrics): void {
  server.get('/metrics', async (_, reply) => {
    const { type, text } = await metrics.print();
    return reply.type(type).header('cache-control', 'no-store').send(text);
  });
}
