// Hive Gateway's runtime on node:http, as its documentation embeds it. The variants set `planner` and `shares`.
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import http from '@graphql-mesh/transport-http';
import { port, supergraphSdl } from './given.mjs';

/** `shares`: its default, by which identical requests to a subgraph that are under way at the same time are sent once. */
export function startHive({ planner, shares }) {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    ...(planner === 'rust' && { unifiedGraphHandler }),
    transports: { http },
    transportEntries: shares ? {} : { '*.http': { options: { deduplicateInflightRequests: false } } },
    propagateHeaders: {
      fromClientToSubgraphs({ request }) {
        const authorization = request.headers.get('authorization');
        return authorization ? { authorization } : {};
      },
    },
    logging: 'error',
  });
  createServer(gateway).listen(port, '127.0.0.1');
}
