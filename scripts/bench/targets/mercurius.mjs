// Mercurius' gateway, which asks each subgraph for its SDL (Federation 1) at the start.
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';
import { port, urls } from './given.mjs';

const app = Fastify();
app.register(mercuriusGateway, {
  jit: 1,
  gateway: {
    services: Object.entries(urls).map(([name, url]) => ({
      name,
      url,
      mandatory: true,
      rewriteHeaders: ({ authorization } = {}) => (authorization ? { authorization } : {}),
    })),
  },
});
await app.listen({ port, host: '127.0.0.1' });
